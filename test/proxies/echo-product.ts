// What does a product see of a request that a proxy let through? It says so itself, and keeps a list.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WithTeardown } from '../journeys/world.ts'

export interface Seen {
  readonly method: string
  readonly url: string
  /** Names in lower case, each with all its values. */
  readonly headers: Readonly<Record<string, readonly string[] | undefined>>
  readonly bodyBytes: number
}

export interface EchoProduct {
  readonly port: number
  /** Every request that came through, sockets too. */
  readonly seen: Seen[]
}

// A member may have a hundred roles, which are in a header and in the token: more than the 16 KB that Node takes by itself.
const HEADER_BYTES = 64 * 1024

export async function startEchoProduct (t: WithTeardown): Promise<EchoProduct> {
  const seen: Seen[] = []
  const server = createServer({ maxHeaderSize: HEADER_BYTES }, (request, response) => {
    let bodyBytes = 0
    request.on('data', (chunk: Buffer) => { bodyBytes += chunk.length })
    request.on('end', () => {
      const one = look(request, bodyBytes)
      seen.push(one)
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(one))
    })
  })
  const sockets = new Set<Duplex>()
  server.on('upgrade', (request, socket) => {
    seen.push(look(request, 0))
    sockets.add(socket)
    socket.on('error', () => { socket.destroy() })
    const accept = createHash('sha1').update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`)
    const text = Buffer.from(request.headers['x-auth-request-email']?.toString() ?? 'nobody')
    socket.write(Buffer.concat([Buffer.from([0x81, text.length]), text]))
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(async () => {
    for (const socket of sockets) socket.destroy()
    server.closeAllConnections()
    await new Promise(resolve => { server.close(resolve) })
  })
  const address = server.address()
  return { port: typeof address === 'object' ? address?.port ?? 0 : 0, seen }
}

function look (request: IncomingMessage, bodyBytes: number): Seen {
  return { method: request.method ?? '', url: request.url ?? '', headers: request.headersDistinct, bodyBytes }
}

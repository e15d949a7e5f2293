// What does an app's server look like that does what the test says? It keeps what it was asked, and answers when and how it is told.
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface SteeredUpstream {
  readonly url: string
  /** Everything that came, oldest first. */
  readonly asked: IncomingMessage[]
  /** WebSockets that are open. */
  readonly sockets: Duplex[]
  /** How the next requests are answered; at first with what was asked, as JSON. */
  answer: (request: IncomingMessage, response: ServerResponse) => void
  /** How the next handshakes are answered; at first with an agreement, and every frame comes back. */
  agree: (request: IncomingMessage, socket: Duplex) => void
  stop (): Promise<void>
}

export async function startSteeredUpstream (): Promise<SteeredUpstream> {
  const asked: IncomingMessage[] = []
  const sockets: Duplex[] = []
  const server = createServer({ requestTimeout: 0 })
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => { server.once('listening', resolve) })
  const address = server.address()
  const upstream: SteeredUpstream = {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    asked,
    sockets,
    answer: echo,
    agree: echoFrames,
    async stop () {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      if (server.listening) await new Promise(resolve => { server.close(resolve) })
    }
  }
  server.on('request', (request, response) => {
    asked.push(request)
    upstream.answer(request, response)
  })
  server.on('upgrade', (request, socket) => {
    asked.push(request)
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('end', () => { socket.end() })
    upstream.agree(request, socket)
  })
  return upstream
}

/** What was asked, as it arrived. */
export function echo (request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
  request.on('end', () => {
    const { method, url, headers, rawHeaders } = request
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('latin1') }))
  })
}

/** Agrees to the handshake, with the first protocol that was offered or the one that is named. */
export function agreeTo (request: IncomingMessage, socket: Duplex, protocol?: string): void {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
  const chosen = protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${chosen}\r\n`)
}

/** A text frame of a server. @param text shorter than 64 KB. */
export function textFrame (text: string): Buffer {
  const bytes = Buffer.from(text)
  const header = bytes.length < 126 ? [0x81, bytes.length] : [0x81, 126, bytes.length >> 8, bytes.length & 0xff]
  return Buffer.concat([Buffer.from(header), bytes])
}

// Short text frames alone, each in a chunk of its own: all that the tests send.
function echoFrames (request: IncomingMessage, socket: Duplex): void {
  agreeTo(request, socket)
  socket.on('data', (frame: Buffer) => {
    if ((frame[0] ?? 0) !== 0x81) return socket.end()
    const mask = frame.subarray(2, 6)
    const text = frame.subarray(6).map((byte, place) => byte ^ (mask[place % 4] ?? 0))
    return socket.write(textFrame(Buffer.from(text).toString()))
  })
}

// A server on 127.0.0.1 that does exactly what one test wants, and nothing that HTTP frameworks would put right.
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { Server as TcpServer, Socket } from 'node:net'

export interface BareServer {
  readonly port: number
  readonly origin: string
  close (): Promise<void>
}

export async function startBareServer (listener: RequestListener): Promise<BareServer> {
  const server = createServer(listener)
  return await listen(server, () => server.closeAllConnections())
}

/** A server that sees sockets, not requests. */
export async function startBareSocket (listener: (socket: Socket) => void): Promise<BareServer> {
  const sockets = new Set<Socket>()
  const server = createTcpServer(socket => {
    sockets.add(socket.on('error', () => {}))
    listener(socket)
  })
  return await listen(server, () => sockets.forEach(socket => socket.destroy()))
}

async function listen (server: Server | TcpServer, end: () => void): Promise<BareServer> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    origin: `http://127.0.0.1:${address.port}`,
    async close () {
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        end()
      })
    }
  }
}

// How does a WebSocket's handshake (RFC 6455 §4.1) come before the guards that every request meets? It is given a response, and takes the common way.
import { type IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'

export interface Handshake {
  readonly socket: Socket
  /** Takes the socket out of the hands of HTTP. */
  detach (): void
}

/** Whether a request wants to become a WebSocket. Any other upgrade is ignored, as RFC 9110 §7.8 has it, and is answered as the request that it is. */
export function asksForWebSocket ({ method, httpVersion, headers }: IncomingMessage): boolean {
  return method === 'GET' && httpVersion === '1.1' && headers.upgrade?.trim().toLowerCase() === 'websocket'
}

/** Hands every upgrade that Node makes of a request to the routes. @returns the handshake behind a request. */
export function receiveHandshakes (app: FastifyInstance): (raw: IncomingMessage) => Handshake | undefined {
  const handshakes = new WeakMap<IncomingMessage, Handshake>()
  app.server.on('upgrade', (raw, socket, head) => {
    // From here on it is ours to hear that a browser is gone; unheard, it would end the process.
    socket.on('error', () => { socket.destroy() })
    if (!(socket instanceof Socket)) {
      socket.destroy()
      return
    }
    socket.setTimeout(0)
    if (head.length > 0) socket.unshift(head)
    const response = new ServerResponse(raw)
    response.shouldKeepAlive = false
    try {
      response.assignSocket(socket)
    } catch {
      // Sent behind a request that is still being answered: no browser does that, and the two answers would run into each other.
      socket.destroy()
      return
    }
    response.once('finish', () => { socket.destroySoon() })
    handshakes.set(raw, { socket, detach: () => { response.detachSocket(socket) } })
    app.routing(raw, response)
  })
  return raw => handshakes.get(raw)
}

// How does a page open a WebSocket? A real client, with the headers that a browser would put on, and what comes of it as data.
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { Agent, WebSocket } from 'undici'

export interface OpenSocket {
  readonly protocol: string
  send (text: string): void
  /** The next message, also one that has come already. */
  next (): Promise<string>
  close (): void
  readonly closed: Promise<{ readonly code: number, readonly reason: string }>
}

export interface SocketHeaders { readonly origin?: string | undefined, readonly cookie?: string | undefined, readonly [name: string]: string | undefined }

const agent = new Agent({ connect: { lookup: (_host, options, done) => { if (options.all === true) done(null, [{ address: '127.0.0.1', family: 4 }]); else done(null, '127.0.0.1', 4) } } })

/** Opens one, or throws. */
export async function openSocket (url: string, headers: SocketHeaders, protocols: readonly string[] = []): Promise<OpenSocket> {
  const given = Object.entries(headers).flatMap(([name, value]) => value === undefined ? [] : [[name, value] as [string, string]])
  const socket = new WebSocket(url, { dispatcher: agent, headers: given, protocols: [...protocols] })
  const came: string[] = []
  const waiting: Array<(text: string) => void> = []
  socket.addEventListener('message', ({ data }) => {
    const next = waiting.shift()
    if (next === undefined) came.push(String(data))
    else next(String(data))
  })
  const closed = new Promise<{ code: number, reason: string }>(resolve => { socket.addEventListener('close', ({ code, reason }) => { resolve({ code, reason }) }) })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => { resolve() })
    socket.addEventListener('error', () => { reject(new Error('The handshake was refused.')) })
  })
  return {
    protocol: socket.protocol,
    send: text => { socket.send(text) },
    next: async () => came.shift() ?? await new Promise(resolve => { waiting.push(resolve) }),
    close: () => { socket.close() },
    closed
  }
}

export interface Handshake { readonly status: number, readonly headers: IncomingHttpHeaders, readonly body: string }

/** A handshake alone: how it is answered, whatever the answer is. */
export async function shakeHands (url: string, headers: SocketHeaders): Promise<Handshake> {
  const { port, host, pathname, search } = new URL(url)
  const given = Object.entries(headers).flatMap(([name, value]) => value === undefined ? [] : [[name, value] as [string, string]])
  const own = { host, connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-key': 'x3JJHMbDL1EzLkh9GBhXDw==', 'sec-websocket-version': '13' }
  const request = httpRequest({ host: '127.0.0.1', port, path: pathname + search, headers: { ...own, ...Object.fromEntries(given) } })
  return await new Promise((resolve, reject) => {
    const tell = (response: IncomingMessage, body: string) => { resolve({ status: response.statusCode ?? 0, headers: response.headers, body }) }
    request.once('error', reject)
    request.once('upgrade', (response, socket) => {
      socket.destroy()
      tell(response, '')
    })
    request.once('response', response => { text(response).then(body => { tell(response, body) }, reject) })
    request.end()
  })
}

// How does a WebSocket reach its app? The app itself answers the handshake; after that bytes go both ways, and end when they must.
import type { Duplex } from 'node:stream'
import { buildCloseFrame, createFrameGate } from './frames.ts'

export interface Tunnel {
  /** Tells the browser why and hangs up, at the latest after a second. */
  end (code: number, reason: string): void
  readonly closed: Promise<void>
}

const LAST_WORD_MS = 1_000
/** How long one side may take to hear the last of the other. */
const LINGER_MS = 10_000

/** The answer that turns a connection into a WebSocket. @param headers as the app gave them, without what is about its own connection. */
export function buildSwitch (headers: Readonly<Record<string, string | string[]>>): string {
  // RFC 9110 §8.6: a 101 has none; whoever counted on it would read frames as a body.
  const lines = Object.entries(headers).filter(([name]) => name !== 'content-length').flatMap(([name, value]) => [value].flat().map(one => `${name}: ${one.replace(/[^\x20-\x7e]/g, '')}\r\n`))
  return `HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n${lines.join('')}\r\n`
}

/** Joins the two. A side that is slow slows down the other; nothing is kept here. */
export function openTunnel (browser: Duplex, upstream: Duplex): Tunnel {
  const gate = createFrameGate()
  const { promise: closed, resolve } = Promise.withResolvers<void>()
  let over = false
  let deadline: NodeJS.Timeout | undefined

  const hangUp = () => {
    over = true
    clearTimeout(deadline)
    upstream.destroy()
    browser.destroy()
    resolve()
  }
  upstream.on('error', () => { if (!over) hangUp() })
  // A side that has hung up does not hang on: the other may never do so, and nobody would hear of it.
  const hangUpSoon = () => { if (!over) deadline ??= setTimeout(hangUp, LINGER_MS) }
  browser.once('end', hangUpSoon)
  // What was said before the app hung up still goes through.
  upstream.on('close', () => { gate.stream.end() })
  gate.stream.once('end', () => {
    upstream.destroy()
    hangUpSoon()
  })
  browser.on('error', hangUp)
  browser.on('close', hangUp)
  upstream.pipe(gate.stream).pipe(browser)
  browser.pipe(upstream)

  return {
    closed,
    end (code, reason) {
      if (over) return
      over = true
      clearTimeout(deadline)
      deadline = setTimeout(hangUp, LAST_WORD_MS)
      // Nothing more of the browser reaches the app, from this moment.
      browser.unpipe(upstream)
      browser.resume()
      gate.shut(buildCloseFrame(code, reason))
    }
  }
}

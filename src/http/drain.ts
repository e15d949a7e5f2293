// How does a replica leave without a dropped request? It says so on every connection before it hangs up, and answers what still comes in.
import { Server } from 'node:net'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'

export interface Drain {
  isUnderWay (): boolean
  /** From now on every answer ends its connection; nothing is refused. */
  begin (): void
  /** No new connections; resolves when everything has been answered. At once where nobody began a drain. */
  finish (): Promise<void>
}

const HANG_UP_MS = 100
const SETTLE_MS = 250

/** @param every does something again and again until what it returns is called. */
export function prepareDrain (app: FastifyInstance, every: (milliseconds: number, work: () => void) => () => void): Drain {
  let underWay = false
  let lastAnswers = false
  // A proxy that keeps connections hears with its last answer to use this one no more; cut while idle, its next request might be on the way.
  app.server.prependListener('request', (_request, response) => { if (lastAnswers) response.setHeader('connection', 'close') })

  // For proxies that ask nobody whether we are ready. What they connect and we have not accepted yet is reset when we stop listening, and
  // they may not repeat a POST; so they keep their connections for that moment, and the next is refused before anything has been sent.
  const stopListening = async () => {
    lastAnswers = false
    await wait(SETTLE_MS)
    await turn()
    // Node's own way to close a server would also hang up on whoever has connected and is about to ask.
    Server.prototype.close.call(app.server)
    lastAnswers = true
    await wait(SETTLE_MS)
  }
  return {
    isUnderWay: () => underWay,
    begin () { underWay = lastAnswers = true },
    async finish () {
      if (underWay && app.server.listening) await stopListening()
      underWay = lastAnswers = true
      // What was asked before the drain and is answered last leaves a connection that nobody else hangs up.
      const stop = every(HANG_UP_MS, () => { app.server.closeIdleConnections() })
      await app.close().finally(stop)
    }
  }
}

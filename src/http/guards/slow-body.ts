// Does a body come in drips to keep us waiting? A connection is not held open for it for long, unless an app has taken it over.
import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'

export interface BodyDeadline {
  /** A hook. Hangs up on whoever has not sent their body in time, whether anybody reads it or not. */
  readonly guard: (request: FastifyRequest, reply: unknown, done: () => void) => void
  /** This one may take as long as it takes. */
  readonly lift: (raw: IncomingMessage) => void
}

export function bodyDeadline (milliseconds: number): BodyDeadline {
  const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>()
  const lift = (raw: IncomingMessage) => { clearTimeout(timers.get(raw)) }
  return {
    guard ({ raw, headers }, _reply, done) {
      if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0') {
        const timer = setTimeout(() => { if (!raw.complete) raw.destroy() }, milliseconds)
        timer.unref()
        timers.set(raw, timer)
        for (const event of ['end', 'close']) raw.once(event, () => { lift(raw) })
      }
      done()
    },
    lift
  }
}

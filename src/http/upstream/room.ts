// Is there room for one more, of this member and before this app?
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Outage } from '../../outage.ts'
import { RequestRefusal } from '../refusal.ts'
import { createCrowd } from './crowd.ts'
import type { Handshake } from './handshakes.ts'
import { visitOf } from './visit.ts'

export interface Limits {
  /** Requests, streams and WebSockets of one member that are open at once. */
  readonly ofMember: number
  /** Requests to one app that have not been answered yet. */
  readonly unanswered: number
}

export interface Room {
  /** A hook. Refuses by `too-many-requests`. */
  readonly admit: (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void
  /**
   * One more waits for the app. Returns what is to be called when it has answered, or never will.
   * @throws Outage `upstream-unreachable` where waiting would only make the queue longer.
   */
  wait (request: FastifyRequest): () => void
}

// A browser opens some hundred streams at most. A thousand who wait for an app are an app that does not answer.
export function makeRoom (findHandshake: (raw: FastifyRequest['raw']) => Handshake | undefined, { ofMember, unanswered }: Limits = { ofMember: 200, unanswered: 1_000 }): Room {
  const members = createCrowd(ofMember)
  const waiting = createCrowd(unanswered)
  return {
    admit (request, reply, done) {
      const leave = members.enter(visitOf(request).session.member.id)
      if (leave === null) return done(new RequestRefusal('too-many-requests', 'Too many of your requests are open at once.', { 'retry-after': '1' }))
      const open = findHandshake(request.raw)?.socket ?? reply.raw
      if (open.destroyed) leave()
      else open.once('close', leave)
      done()
    },
    wait (request) {
      const leave = waiting.enter(visitOf(request).app.id)
      if (leave === null) throw new Outage('upstream-unreachable', { cause: new Error('Too many requests to the app wait for an answer already.'), retryAfterSeconds: 1 })
      return leave
    }
  }
}

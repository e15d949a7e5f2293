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
  /** A hook. @throws RequestRefusal `too-many-requests` */
  readonly admit: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** @throws Outage `upstream-unreachable` at once, where waiting would only make the queue longer. */
  waitFor<Answer> (request: FastifyRequest, ask: () => Promise<Answer>): Promise<Answer>
}

// A browser opens some hundred streams at most. A thousand who wait for an app are an app that does not answer.
export function makeRoom (findHandshake: (raw: FastifyRequest['raw']) => Handshake | undefined, { ofMember, unanswered }: Limits = { ofMember: 200, unanswered: 1_000 }): Room {
  const members = createCrowd(ofMember)
  const waiting = createCrowd(unanswered)
  return {
    async admit (request, reply) {
      const leave = members.enter(visitOf(request).session.member.id)
      if (leave === null) throw new RequestRefusal('too-many-requests', 'Too many of your requests are open at once.', { 'retry-after': '1' })
      const open = findHandshake(request.raw)?.socket ?? reply.raw
      if (open.destroyed) leave()
      else open.once('close', leave)
    },
    async waitFor (request, ask) {
      const leave = waiting.enter(visitOf(request).app.id)
      if (leave === null) throw new Outage('upstream-unreachable', { cause: new Error('Too many requests to the app wait for an answer already.'), retryAfterSeconds: 1 })
      try {
        return await ask()
      } finally {
        leave()
      }
    }
  }
}

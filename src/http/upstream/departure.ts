// What does a request look like when it leaves for the app? Its target as it came, its headers without what could be made up, and a name.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { buildIdentityHeaders } from '../identity-headers.ts'
import { joinTarget } from './request-target.ts'
import { buildSentHeaders } from './sent-headers.ts'
import { visitOf } from './visit.ts'

export interface Departure {
  readonly origin: string
  readonly path: string
  readonly headers: Record<string, string | string[]>
  /** Aborted when the browser leaves: nobody waits for the answer any more, and the app may stop as well. */
  readonly signal: AbortSignal
}

export function prepareDeparture (request: FastifyRequest, reply: FastifyReply): Departure {
  const { host, scheme, upstream, session, token } = visitOf(request)
  const left = new AbortController()
  // It may have gone while the door was thinking.
  if (reply.raw.closed) left.abort()
  reply.raw.once('close', () => { if (!reply.raw.writableFinished) left.abort() })
  return {
    origin: upstream.origin,
    path: joinTarget(upstream, request.originalUrl),
    headers: buildSentHeaders(request.headers, { address: request.ip.replace(/^::ffff:(?=\d+\.)/i, ''), host, scheme, identity: buildIdentityHeaders(session, token) }),
    signal: left.signal
  }
}

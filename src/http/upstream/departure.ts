// What does a request look like when it leaves for the app? Its target as it came, its headers without what could be made up, and a name.
import type { FastifyRequest } from 'fastify'
import { buildIdentityHeaders } from '../identity-headers.ts'
import { joinTarget } from './request-target.ts'
import { buildSentHeaders } from './sent-headers.ts'
import { visitOf } from './visit.ts'

export interface Departure {
  readonly origin: string
  readonly path: string
  readonly headers: Record<string, string | string[]>
}

export function buildDeparture (request: FastifyRequest): Departure {
  const { host, scheme, upstream, origin, issued } = visitOf(request)
  const { ip } = request
  return {
    origin,
    path: joinTarget(upstream, request.originalUrl),
    headers: buildSentHeaders(request.headers, { address: ip.startsWith('::') ? ip.replace(/^::ffff:(?=\d+\.)/i, '') : ip, host, scheme, identity: buildIdentityHeaders(issued), traceparent: request.traced?.traceparent })
  }
}

// Is this one of our hosts? A Host header is anybody's to write; nothing that is not listed is served, linked or echoed.
import type { FastifyRequest } from 'fastify'
import type { App } from '../../tenant/app.ts'
import { normalizeHost } from '../../tenant/app.ts'
import { RequestRefusal } from '../refusal.ts'

export interface KnownHostNeeds {
  readonly loginHost: string
  readonly apps: () => readonly App[] | Promise<readonly App[]>
}

/** For every route that a browser visits. @throws RequestRefusal `host-unknown` */
export function refuseUnknownHost ({ loginHost, apps }: KnownHostNeeds) {
  return async function (request: FastifyRequest): Promise<void> {
    // RFC 9112 §3.2: with two of them the proxy before us may have gone by the other one. Node reads the first and says nothing.
    if ((request.raw.headersDistinct?.['host']?.length ?? 0) > 1) throw new RequestRefusal('host-unknown')
    const host = normalizeHost(request.host)
    if (host === loginHost) return
    if (host !== null && (await apps()).some(app => app.hosts.includes(host))) return
    throw new RequestRefusal('host-unknown')
  }
}

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
    const host = normalizeHost(request.host)
    if (host === loginHost) return
    if (host !== null && (await apps()).some(app => app.hosts.includes(host))) return
    throw new RequestRefusal('host-unknown')
  }
}

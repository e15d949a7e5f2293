// Is this one of our hosts? A Host header is anybody's to write; nothing that is not listed is served, linked or echoed.
import type { IncomingMessage } from 'node:http'
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
    if (!namesOneHost(request.raw)) throw new RequestRefusal('host-unknown')
    const host = normalizeHost(request.host)
    if (host === loginHost) return
    if (host !== null && (await apps()).some(app => app.hosts.includes(host))) return
    throw new RequestRefusal('host-unknown')
  }
}

/** Whether a request can be meant for one host only, whoever reads it. With two the proxy before us may have gone by the other one; Node reads the first and says nothing. */
export function namesOneHost ({ rawHeaders, headers, url }: IncomingMessage): boolean {
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.length === 4 && rawHeaders[at]?.toLowerCase() === 'host') hosts++
  if (hosts > 1) return false
  if (url === undefined || url.startsWith('/')) return true
  // RFC 9112 §3.2.2: a target that is a whole URL has a host of its own, which others heed. Any other target, `*` say, is nobody's page.
  const said = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url)?.[1]
  return said !== undefined && said.toLowerCase() === headers.host?.toLowerCase()
}

// Did another site make this browser ask? Fetch metadata tells; where a browser is too old to tell, its Origin does.
import type { FastifyRequest } from 'fastify'
import { RequestRefusal } from '../refusal.ts'
import { originOf } from '../visitor.ts'

/** For every route that changes something on behalf of a browser. @throws RequestRefusal `cross-site` */
export async function refuseCrossSite (request: FastifyRequest): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const site = request.headers['sec-fetch-site']
  if (site === 'cross-site') throw new RequestRefusal('cross-site')
  const { origin } = request.headers
  // `null` is a sandboxed frame or a redirect across sites: nobody who has business here.
  if (site === undefined && origin !== undefined && origin !== originOf(request)) throw new RequestRefusal('cross-site')
}

/** For routes that compare the Origin themselves, with those of the apps. @throws RequestRefusal `cross-site` */
export async function refuseDeclaredCrossSite (request: FastifyRequest): Promise<void> {
  if (request.headers['sec-fetch-site'] === 'cross-site') throw new RequestRefusal('cross-site')
}

/**
 * For the pages of the vendor's own people: not even a sibling host may make their browser ask, because apps live there and the apps of others may.
 * @throws RequestRefusal `cross-site`
 */
export async function refuseOtherOrigins (request: FastifyRequest): Promise<void> {
  if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
  const { origin, 'sec-fetch-site': site } = request.headers
  if (site !== undefined && site !== 'same-origin') throw new RequestRefusal('cross-site')
  if (origin !== undefined && origin !== originOf(request)) throw new RequestRefusal('cross-site')
}

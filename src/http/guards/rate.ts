// Is somebody asking too often? Counted by address, and logins by customer too, in this replica's memory.
import fastifyRateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Tenant } from '../../tenant/tenant.ts'
import { RequestRefusal } from '../refusal.ts'

const counter = { timeWindow: 60_000, cache: 20_000 }
// What one subscriber is given, and may pick any address from.
const NETWORK_BITS = 64
// What one site is given: as IPv4 has one address for a whole office.
const SITE_BITS = 48

/** Limits the whole scope, before every other guard of it. @param perMinute requests of one address; 0 is no limit. */
export async function limitRate (scope: FastifyInstance, perMinute: number): Promise<void> {
  if (perMinute === 0) return
  await scope.register(fastifyRateLimit, { global: false })
  // Not the plugin's own hook, which it puts on each route, behind those of the scope: whoever guesses tokens would never be counted.
  scope.addHook('onRequest', scope.rateLimit({
    ...counter,
    max: perMinute,
    keyGenerator: request => networkOf(request, NETWORK_BITS),
    errorResponseBuilder: (_request, { ttl }) => refuse('too-many-requests', ttl)
  }))
}

/** Lets a login begin at a tenant. @throws RequestRefusal `tenant-busy` */
export type AdmitStart = (request: FastifyRequest, tenant: Pick<Tenant, 'id'>) => Promise<void>

/**
 * Limits how many logins begin at one tenant, wherever they come from: neither its people nor a crowd that names it can starve
 * the other tenants. Coming back from Okta is no start; whoever got that far gets in.
 * @param perMinute starts at one tenant; 0 is no limit.
 */
export async function limitStarts (scope: FastifyInstance, perMinute: number): Promise<AdmitStart> {
  if (perMinute === 0) return async () => {}
  await scope.register(fastifyRateLimit, { global: false })
  const tenants = new WeakMap<FastifyRequest, string>()
  const tenantOf = (request: FastifyRequest) => tenants.get(request) ?? ''
  const ofTenant = scope.createRateLimit({ ...counter, max: perMinute, keyGenerator: tenantOf })
  // Only so many of one site's starts count against the tenant, or a single one could shut everybody else out. What it does
  // beyond that is held by the limit of its address.
  const ofSite = scope.createRateLimit({ ...counter, max: Math.ceil(perMinute / 2), keyGenerator: request => `${tenantOf(request)} ${networkOf(request, SITE_BITS)}` })

  return async (request, { id }) => {
    tenants.set(request, id)
    const site = await ofSite(request)
    const counts = site.isAllowed || !site.isExceeded
    const all = await ofTenant(request, { increment: counts })
    if (all.isAllowed) return
    if (counts ? all.isExceeded : all.remaining === 0) throw refuse('tenant-busy', all.ttl)
  }
}

function refuse (code: 'too-many-requests' | 'tenant-busy', milliseconds: number): RequestRefusal {
  const seconds = Math.max(1, Math.ceil(milliseconds / 1000))
  return new RequestRefusal(code, `Try again in ${seconds} seconds.`, { 'retry-after': String(seconds) })
}

function networkOf ({ ip }: FastifyRequest, bits: number): string {
  // Some proxies (Azure's among them) write the port behind the address, and it is another one for each connection.
  const [, v6, v4] = /^(?:\[([^\]]+)\](?::\d+)?|(\d+(?:\.\d+){3}):\d+)$/.exec(ip) ?? []
  return normalizeIP(v6 ?? v4 ?? ip, bits)
}

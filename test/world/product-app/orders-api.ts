// How does a vendor's API tell who is calling? Thirty lines of plain jose: the token says it, the gateway's keys prove it.
import type { FastifyInstance } from 'fastify'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { JWTVerifyGetKey } from 'jose'
import { findOrders } from './orders.ts'

export interface OrdersApiOptions {
  /** The gateway's PUBLIC_URL: the `iss` of its tokens. */
  issuer: () => string
  /** This API's own name: a token for another app is of no use here. */
  audience: string
  keysUrl: () => URL
}

/** `GET /api/orders`: the orders of the caller's tenant. */
export function addOrdersApi (server: FastifyInstance, { issuer, audience, keysUrl }: OrdersApiOptions): void {
  let keySet: JWTVerifyGetKey | undefined

  server.get('/api/orders', async (request, reply) => {
    const token = /^Bearer ([\w.-]+)$/.exec(request.headers.authorization ?? '')?.[1]
    try {
      keySet ??= createRemoteJWKSet(keysUrl())
      const { payload } = await jwtVerify(token ?? '', keySet, {
        issuer: issuer(),
        audience,
        typ: 'at+jwt',
        algorithms: ['ES256'],
        requiredClaims: ['sub', 'exp', 'tenant']
      })
      const tenant = String(payload['tenant'])
      return await reply.header('cache-control', 'no-store').send({ tenant, orders: findOrders(tenant) })
    } catch (error) {
      if (!isRefusal(error)) return await reply.code(503).send({ error: 'keys-unavailable' })
      return await reply.code(401).header('www-authenticate', 'Bearer error="invalid_token"').send({ error: 'invalid-token' })
    }
  })
}

// Keys that cannot be fetched are the gateway's trouble, not the caller's.
function isRefusal (error: unknown): boolean {
  return error instanceof errors.JOSEError && !['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC'].includes(error.code)
}

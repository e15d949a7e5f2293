// What the verifiers of our tokens have to know, and the providers that we prove ourselves to.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type KeyPolicy, publishedKeys, type SigningKey } from '../../token/key-ring.ts'
import { buildJwks, buildServerMetadata } from '../../token/published.ts'
import { isId } from '../../tenant/id.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import { entityTag, isKnown } from '../entity-tag.ts'
import { paths } from '../paths.ts'

export interface WellKnownNeeds {
  readonly ring: () => { readonly keys: readonly SigningKey[] } | Promise<{ readonly keys: readonly SigningKey[] }>
  readonly policy: KeyPolicy
  /** The public keys of a connection; null for one that there is not. */
  readonly findClientKeys: (connectionId: string) => Promise<readonly object[] | null>
  readonly publicUrl: string
  readonly now: () => Date
}

// At most half the time that a key is published before it signs: whoever keeps the set this long never meets an unknown key.
const MAX_AGE_SECONDS = 300

export function wellKnownRoutes (app: FastifyInstance, { ring, policy, findClientKeys, publicUrl, now }: WellKnownNeeds): void {
  const metadata = JSON.stringify(buildServerMetadata(publicUrl))
  app.get(paths.serverMetadata, { exposeHeadRoute: true }, async (request, reply) => await sendCached(request, reply, metadata, 3_600))

  app.get(paths.jwks, { exposeHeadRoute: true }, async (request, reply) => {
    const { keys } = await ring()
    return await sendCached(request, reply, JSON.stringify(buildJwks(publishedKeys(keys, now(), policy))), MAX_AGE_SECONDS)
  })

  app.get<{ Params: { connection: string } }>(paths.clientKeys, { exposeHeadRoute: true }, async (request, reply) => {
    const { connection } = request.params
    const keys = isId('con', connection) ? await findClientKeys(connection) : null
    if (keys === null) throw new TenantRefusal('not-found', 'There is no such connection.')
    return await sendCached(request, reply, JSON.stringify({ keys }), MAX_AGE_SECONDS)
  })
}

async function sendCached (request: FastifyRequest, reply: FastifyReply, body: string, maxAgeSeconds: number): Promise<FastifyReply> {
  const etag = entityTag(body)
  // Public by nature: whoever verifies may read them, in a browser too.
  reply.header('etag', etag).header('cache-control', `public, max-age=${maxAgeSeconds}`).header('access-control-allow-origin', '*')
  if (isKnown(request, etag)) return await reply.code(304).send()
  return await reply.type('application/json; charset=utf-8').send(body)
}

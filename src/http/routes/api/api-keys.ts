// `/api-keys`: which programs may use this API, how far, and until when.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { hashOf } from '../../../oidc/hash.ts'
import { API_KEY_BYTES, type ApiKey, buildApiKey, checkGivable, scopes } from '../../../tenant/api-key.ts'
import { type ApiKeyId, isId } from '../../../tenant/id.ts'
import { parseName } from '../../../tenant/member.ts'
import { notFound } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { fieldFault, inField } from './field.ts'
import { parseMoment } from './moment.ts'
import { by, operatorOf } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, Done, Moment, Name, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface ApiKeyRoutesNeeds extends RecordedNeeds<{
  readonly apiKeys: {
    save (apiKey: ApiKey, keyHash: string): Promise<void>
    remove (id: ApiKeyId): Promise<ApiKey | null>
  }
}> {
  readonly apiKeys: { list (): Promise<readonly ApiKey[]> }
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

const Scopes = Type.Array(Type.Enum([...scopes]), { minItems: 1, maxItems: scopes.length, description: '`read` sees everything; `support` also ends sessions, makes setup links and invitations and runs checks; `admin` does everything.' })
const fields = {
  id: Type.String(),
  name: Name,
  scopes: Scopes,
  createdBy: Type.String({ description: '`operator`, or the key that made it.' }),
  createdAt: Moment,
  expiresAt: orNull(Moment)
}
const KeyAnswer = strict({ ...fields, lastUsedAt: orNull({ ...Moment, description: 'To the minute.' }) })
const NewKeyAnswer = strict({ ...fields, key: Type.String({ description: 'Told once: only its hash is kept.' }) })
const NewKey = strict({ name: Name, scopes: Scopes, expiresAt: Type.Optional(orNull({ ...Moment, description: 'When it ends; without it, never.' })) })

export function apiKeyRoutes (app: TypedApp, needs: ApiKeyRoutesNeeds): void {
  app.post('/api-keys', { schema: { ...about('API keys', 'createApiKey', 'Make a key for a program; it can do no more than whoever makes it', 'admin'), body: NewKey, response: { 201: NewKeyAnswer } } }, async (request, reply) => {
    const { body } = request
    checkGivable(operatorOf(request).scopes, body.scopes)
    const now = needs.now()
    const { id, key } = buildApiKey(needs.random(API_KEY_BYTES))
    const saved: ApiKey = {
      id,
      name: inField('name', () => parseName(body.name)),
      scopes: scopes.filter(scope => body.scopes.includes(scope)),
      expiresAt: parseExpiry(body.expiresAt ?? null, now),
      createdAt: now,
      createdBy: by(request).actor,
      lastUsedAt: null
    }
    await needs.together(async ({ apiKeys, events }) => {
      await apiKeys.save(saved, hashOf(key))
      await record({ events }, by(request), { type: 'api-key.created', tenantId: null, subject: id, details: { after: told(saved) } }, now)
    })
    reply.code(201)
    return { ...answer(saved), key }
  })

  app.get('/api-keys', { schema: { ...about('API keys', 'listApiKeys', 'List the keys that are not revoked, oldest first', 'admin'), querystring: PageQuery, response: { 200: listOf(KeyAnswer) } } }, async ({ query }) => {
    const { items, next } = pageOfAll(await needs.apiKeys.list(), query, ({ id }) => id)
    return { items: items.map(key => ({ ...answer(key), lastUsedAt: key.lastUsedAt?.toISOString() ?? null })), next }
  })

  app.delete('/api-keys/:key', { schema: { ...about('API keys', 'revokeApiKey', 'Revoke a key; from the next request on it opens nothing', 'admin'), params: Type.Object({ key: Type.String({ description: 'Id of the key (apk-…), never the key itself.' }) }), response: { 204: Done } } }, async (request, reply) => {
    const { key: id } = request.params
    if (!isId('apk', id)) throw notFound('API key')
    await needs.together(async ({ apiKeys, events }) => {
      const removed = await apiKeys.remove(id)
      if (removed === null) throw notFound('API key')
      await record({ events }, by(request), { type: 'api-key.revoked', tenantId: null, subject: removed.id, details: { before: told(removed) } }, needs.now())
    })
    return await reply.code(204).send(null)
  })
}

function parseExpiry (text: string | null, now: Date): Date | null {
  if (text === null) return null
  const at = parseMoment('expiresAt', text)
  if (at <= now) throw fieldFault('expiresAt', `That moment has passed; it is ${now.toISOString()} now.`)
  return at
}

function told ({ name, scopes: held, expiresAt }: ApiKey) {
  return { name, scopes: [...held], expiresAt: expiresAt?.toISOString() ?? null }
}

function answer (key: ApiKey): Omit<Static<typeof KeyAnswer>, 'lastUsedAt'> {
  const { id, createdBy, createdAt } = key
  return { id, ...told(key), createdBy, createdAt: createdAt.toISOString() }
}

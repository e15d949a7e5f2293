// `/signing-keys`: which keys sign the access tokens, and how the next one comes early.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { RotationWish } from '../../../flows/rotate-keys.ts'
import type { By } from '../../../tenant/event.ts'
import { publishedKeys, signingKey } from '../../../token/key-ring.ts'
import type { KeyPolicy, SigningKey } from '../../../token/key-ring.ts'
import { by } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, anyOf, Moment, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface SigningKeyRoutesNeeds {
  readonly signingKeys: { find (): Promise<{ readonly keys: readonly SigningKey[] }> }
  readonly policy: KeyPolicy
  /** The flow of that name; it writes its own audit event. */
  readonly rotateKeys: (wish: RotationWish, by: By) => Promise<unknown>
  readonly now: () => Date
}

const KeyAnswer = strict({
  kid: Type.String(),
  state: Type.Enum(['next', 'signing', 'published', 'retired'], { description: '`next` is published and will sign; `published` signed, and its last tokens may still live; `retired` is believed no longer.' }),
  createdAt: Moment,
  publishedAt: Moment,
  signsFromAt: Moment,
  signsUntilAt: orNull(Moment),
  retiredAt: orNull(Moment)
})
const Keys = listOf(KeyAnswer)
const Rotation = anyOf({ emergency: Type.Boolean({ default: false, description: 'A private key may be in strange hands: a new one signs at once, and every old one is dropped.' }) })

export function signingKeyRoutes (app: TypedApp, needs: SigningKeyRoutesNeeds): void {
  const list = async (query: Static<typeof PageQuery>): Promise<Static<typeof Keys>> => {
    const now = needs.now()
    const { keys } = await needs.signingKeys.find()
    const stateOf = describeKeys(keys, now, needs.policy)
    const { items, next } = pageOfAll(keys, query, ({ kid }) => kid)
    return { items: items.map(key => answer(key, stateOf(key))), next }
  }

  app.get('/signing-keys', { schema: { ...about('Signing keys', 'listSigningKeys', 'List the signing keys, oldest first', 'read'), querystring: PageQuery, response: { 200: Keys } } }, async request => await list(request.query))

  app.post('/signing-keys/rotate', { schema: { ...about('Signing keys', 'rotateSigningKeys', 'Publish the next key, or in an emergency sign with it at once; answers the keys as they are then', 'admin'), body: Rotation, response: { 200: Keys } } }, async request => {
    await needs.rotateKeys(request.body.emergency === true ? 'emergency' : 'requested', by(request))
    return await list({ limit: 200 })
  })
}

function describeKeys (keys: readonly SigningKey[], now: Date, policy: KeyPolicy): (key: SigningKey) => Static<typeof KeyAnswer>['state'] {
  const signs = signingKey(keys, now)
  const published = new Set(publishedKeys(keys, now, policy).map(({ kid }) => kid))
  return key => {
    if (key.kid === signs?.kid) return 'signing'
    if (!published.has(key.kid)) return 'retired'
    return key.signsFromAt > now ? 'next' : 'published'
  }
}

function answer ({ kid, createdAt, publishedAt, signsFromAt, signsUntilAt, retiredAt }: SigningKey, state: Static<typeof KeyAnswer>['state']): Static<typeof KeyAnswer> {
  return {
    kid,
    state,
    createdAt: createdAt.toISOString(),
    publishedAt: publishedAt.toISOString(),
    signsFromAt: signsFromAt.toISOString(),
    signsUntilAt: signsUntilAt?.toISOString() ?? null,
    retiredAt: retiredAt?.toISOString() ?? null
  }
}

// A store of signing keys as small as can be: it carries out what the plan says, and mints the tokens that go with it.
import type { KeyPolicy, SigningKey } from '../../src/token/key-ring.ts'
import type { Rotation } from '../../src/token/rotation.ts'

export const start = new Date('2026-11-21T00:00:00Z')

export const policy: KeyPolicy = { rotationSeconds: 30 * 86_400, publishSeconds: 3600, maxTokenLifetimeSeconds: 3600 }

export function after (date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}

export function buildKey (kid: string, from: Date, over: Partial<SigningKey> = {}): SigningKey {
  return { kid, publicJwk: { kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }, createdAt: from, publishedAt: from, signsFromAt: from, signsUntilAt: null, retiredAt: null, ...over }
}

export function carryOut (keys: readonly SigningKey[], rotation: Rotation, kid: string): readonly SigningKey[] {
  if (rotation.action === 'none') return keys
  const { close, retire, publishedAt, signsFromAt } = rotation
  const old = keys.map(key => ({
    ...key,
    ...(close?.kid === key.kid ? { signsUntilAt: close.at } : {}),
    ...(retire.includes(key.kid) ? { retiredAt: publishedAt } : {})
  }))
  return [...old, buildKey(kid, publishedAt, { signsFromAt })]
}

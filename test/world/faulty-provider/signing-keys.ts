// Which keys does the provider sign with and which does it publish? Two things that a faulty one does not keep together.
import { generateKeyPair, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { Faults } from './faults.ts'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const generate = promisify(generateKeyPair)

/** Makes an RS256 key with a key id of its own, or with the given one. */
export async function generateSigningKey (kid: string = randomBytes(16).toString('base64url')): Promise<SigningKey> {
  return { kid, ...await generate('rsa', { modulusLength: 2048 }) }
}

function jwkOf (key: SigningKey): { kid: string, [member: string]: unknown } {
  return { ...key.publicKey.export({ format: 'jwk' }), kid: key.kid, alg: 'RS256', use: 'sig' }
}

/** Takes the published keys, one that is not ours, and the fault; returns the members of the key set document. */
export function buildKeySet (published: readonly SigningKey[], foreign: SigningKey, serve: NonNullable<Faults['keys']>['serve']): { keys: unknown[] } {
  const all = published.map(jwkOf)
  const nameless = all.map(({ kid: _kid, ...jwk }) => jwk)
  const stranger = jwkOf(foreign)
  const { kid: _kid, ...namelessStranger } = stranger
  switch (serve) {
    case 'none': return { keys: [] }
    case 'without-kid': return { keys: nameless.slice(0, 1) }
    case 'two-without-kid': return { keys: [namelessStranger, ...nameless] }
    case 'encryption-only': return { keys: all.map(jwk => ({ ...jwk, use: 'enc', alg: 'RSA-OAEP-256' })) }
    case 'duplicate-kid': return { keys: [...all.map(jwk => ({ ...stranger, kid: jwk.kid })), ...all] }
    case 'foreign': return { keys: [stranger] }
    case undefined: return { keys: all }
  }
}

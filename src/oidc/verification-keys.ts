// Which of a provider's published keys may have signed this token? RFC 7517, OpenID Connect Core §10.1.
import { base64url, importJWK } from 'jose'
import type { JWK, JWSHeaderParameters } from 'jose'
import type { Answer, OutgoingRequest } from './answer.ts'
import type { VerificationKeys } from './verified-jwt.ts'
import { isJsonObject, parseJsonObject, saysJson } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import { parseProviderError } from './provider-error.ts'
import { outageOf } from './provider-outage.ts'
import { OidcRefusal } from './refusal.ts'

/** A public signing key as the provider published it: members of the key itself, and nothing that points elsewhere. */
export interface PublicKey {
  readonly kid?: string
  readonly alg?: string
  readonly jwk: Readonly<JWK> & { readonly kty: 'RSA' | 'EC' }
}

export interface KeySet {
  readonly keys: readonly PublicKey[]
}

const mostKeys = 20
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const coordinateBytes: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 }
const curveAlgorithms: Readonly<Record<string, string>> = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512' }

/** Takes the address of a provider's keys and our client id there; returns the request for them. */
export function buildKeysRequest (jwksUri: string, clientId: string): OutgoingRequest {
  const url = new URL(jwksUri)
  // Okta lists the key of an app that is pinned to its own only for that app.
  if (clientId !== '') url.searchParams.set('client_id', clientId)
  return { method: 'GET', url: url.href, headers: { accept: 'application/json, application/jwk-set+json' } }
}

/**
 * Takes the answer of the key endpoint and the current time; returns its public RSA (2048 to 8192 bits) and EC signing keys,
 * at most 20. Others are passed over. Refuses (`discovery-malformed`) what is no key set, and one without a usable key:
 * the copy that worked is better than nothing.
 */
export function parseKeySet (answer: Answer, now: Date): KeySet {
  const outage = outageOf(answer, now)
  if (outage !== null) throw outage
  if (answer.status >= 400) throw new OidcRefusal('discovery-malformed', { provider: parseProviderError('keys', answer) })
  const document = answer.status === 200 && saysJson(answer) ? parseJsonObject(answer.body) : null
  if (document === null || !Array.isArray(document.keys)) throw new OidcRefusal('discovery-malformed', { detail: 'no key set' })
  const keys: PublicKey[] = []
  for (const member of document.keys) {
    const key = keys.length < mostKeys && isJsonObject(member) ? parseKey(member) : null
    if (key !== null) keys.push(key)
  }
  if (keys.length === 0) throw new OidcRefusal('discovery-malformed', { detail: 'no usable key in the key set' })
  return { keys }
}

/**
 * Takes a key set and the header of a token; returns the key that fits its `alg` and `kid`, or null when none does, which may
 * mean that the set is old. Without a `kid` the one fitting key is taken. Refuses (`id-token-key-unknown`) a choice of several.
 */
export async function selectKeys (set: KeySet, header: Pick<JWSHeaderParameters, 'alg' | 'kid'>): Promise<CryptoKey | null> {
  const [key, ...others] = set.keys.filter(candidate => fits(candidate, header))
  // Trying them in turn would let whoever publishes many keys choose how much work one token is.
  if (others.length > 0) throw new OidcRefusal('id-token-key-unknown', { detail: 'several keys fit the header' })
  if (key === undefined) return null
  return await importOnce(key, header.alg ?? '')
}

// Kept with the key itself: a set that is forgotten takes them along.
const imported = new WeakMap<PublicKey, Map<string, Promise<CryptoKey | null>>>()

function importOnce (key: PublicKey, algorithm: string): Promise<CryptoKey | null> {
  const ofKey = imported.get(key) ?? new Map<string, Promise<CryptoKey | null>>()
  imported.set(key, ofKey)
  const one = ofKey.get(algorithm) ?? importJWK({ ...key.jwk }, algorithm).then(made => made instanceof Uint8Array ? null : made, () => null)
  ofKey.set(algorithm, one)
  return one
}

/** Takes a key set; returns the lookup that `checkIdToken` asks, for this set as it is. */
export function keysOf (set: KeySet): VerificationKeys {
  return async header => {
    const key = await selectKeys(set, header)
    if (key === null) throw new OidcRefusal('id-token-key-unknown', { detail: 'no key fits the header' })
    return key
  }
}

function fits ({ kid, alg, jwk }: PublicKey, header: Pick<JWSHeaderParameters, 'alg' | 'kid'>): boolean {
  if (header.alg === undefined || (alg !== undefined && alg !== header.alg)) return false
  // The type of the key decides what it can verify, not the header alone: that is how an RSA key becomes an HMAC secret.
  const able = jwk.kty === 'RSA' ? /^[RP]S(?:256|384|512)$/.test(header.alg) : curveAlgorithms[jwk.crv ?? ''] === header.alg
  return able && (header.kid === undefined || header.kid === kid)
}

function parseKey (member: JsonObject): PublicKey | null {
  if (privateMembers.some(name => name in member)) return null
  if (member.use !== undefined && member.use !== 'sig') return null
  if (member.key_ops !== undefined && !(Array.isArray(member.key_ops) && member.key_ops.includes('verify'))) return null
  const jwk = parseRsa(member) ?? parseEc(member)
  const { kid, alg } = member
  if (jwk === null || (kid !== undefined && typeof kid !== 'string') || (alg !== undefined && typeof alg !== 'string')) return null
  return { ...(kid === undefined ? {} : { kid }), ...(alg === undefined ? {} : { alg }), jwk }
}

function parseRsa ({ kty, n, e }: JsonObject): PublicKey['jwk'] | null {
  const [modulus, exponent] = [bytesOf(n), bytesOf(e)]
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string' || modulus === null || exponent === null) return null
  const bits = bitLength(modulus)
  // Above 8192 bits a single verification takes long enough to be an attack.
  return bits >= 2048 && bits <= 8192 && bitLength(exponent) >= 2 && exponent.length <= 8 ? { kty, n, e } : null
}

function parseEc ({ kty, crv, x, y }: JsonObject): PublicKey['jwk'] | null {
  if (kty !== 'EC' || typeof crv !== 'string' || typeof x !== 'string' || typeof y !== 'string') return null
  const bytes = Object.hasOwn(coordinateBytes, crv) ? coordinateBytes[crv] : undefined
  return bytes !== undefined && bytesOf(x)?.length === bytes && bytesOf(y)?.length === bytes ? { kty, crv, x, y } : null
}

function bytesOf (value: unknown): Uint8Array | null {
  if (typeof value !== 'string' || !/^[A-Za-z0-9_-]+$/.test(value)) return null
  try {
    return base64url.decode(value)
  } catch {
    return null
  }
}

function bitLength (bytes: Uint8Array): number {
  const first = bytes.findIndex(byte => byte !== 0)
  const leading = bytes[first]
  return leading === undefined ? 0 : (bytes.length - first) * 8 - Math.clz32(leading) + 24
}

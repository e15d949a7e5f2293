// Which keys are about in the tests? Real ones, made once: Acme's current and next key, and Globex's.
import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { JWK } from 'jose'

export type Signer = 'acme' | 'acme-next' | 'globex' | 'acme-elliptic' | 'hmac-client-secret' | 'hmac-public-key' | 'hmac-modulus' | 'none' | 'corrupted'
type KeyName = 'acme' | 'acme-next' | 'globex' | 'acme-elliptic'

export const clientSecret = 'northwind-at-acme_0123456789abcdefghijkl'

const pairs: Record<KeyName, { publicKey: KeyObject, privateKey: KeyObject }> = {
  acme: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'acme-next': generateKeyPairSync('rsa', { modulusLength: 2048 }),
  globex: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  'acme-elliptic': generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

/** The public key as a provider publishes it. */
export function publicJwk (name: KeyName, members: Record<string, unknown> = {}): JWK & Record<string, unknown> {
  const { kty, n, e, crv, x, y } = pairs[name].publicKey.export({ format: 'jwk' })
  const key = kty === 'EC' ? { kty, crv, x, y, alg: 'ES256' } : { kty, n, e, alg: 'RS256' }
  return JSON.parse(JSON.stringify({ ...key, kid: name, use: 'sig', ...members }))
}

/** The private key, for a provider that publishes too much. */
export function privateJwk (name: KeyName): Record<string, unknown> {
  return { ...pairs[name].privateKey.export({ format: 'jwk' }), kid: name, use: 'sig', alg: 'RS256' }
}

/** The algorithm that a signer would honestly name. */
export function algorithmOf (signer: Signer): string {
  if (signer.startsWith('hmac')) return 'HS256'
  return signer === 'none' ? 'none' : signer === 'acme-elliptic' ? 'ES256' : 'RS256'
}

/** Takes the first two parts of a compact JWS; returns the third. Whatever the header says, so that it can lie. */
export function signatureOf (signer: Signer, input: string): string {
  const publicKey = pairs.acme.publicKey
  switch (signer) {
    case 'none': return ''
    case 'hmac-client-secret': return hmac(clientSecret, input)
    case 'hmac-public-key': return hmac(publicKey.export({ type: 'spki', format: 'pem' }).toString(), input)
    case 'hmac-modulus': return hmac(publicKey.export({ format: 'jwk' }).n ?? '', input)
    case 'corrupted': return rsa('acme', `${input}.`)
    case 'acme-elliptic': return sign('sha256', Buffer.from(input), { key: pairs[signer].privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
    default: return rsa(signer, input)
  }
}

function rsa (name: KeyName, input: string): string {
  return sign('sha256', Buffer.from(input), pairs[name].privateKey).toString('base64url')
}

function hmac (secret: string, input: string): string {
  return createHmac('sha256', secret).update(input).digest('base64url')
}

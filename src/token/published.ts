// What do we publish, so that apps can verify our tokens? RFC 7517 §5, RFC 8414 §2.
import type { JSONWebKeySet, JWK } from 'jose'
import type { SigningKey } from './key-ring.ts'

/**
 * Takes the keys to publish, in the order in which they shall appear.
 * @returns the JWKS. Each key is written member by member, so that a private one can never slip out with the rest.
 */
export function buildJwks (keys: readonly SigningKey[]): JSONWebKeySet {
  return { keys: keys.map(publicHalf) }
}

function publicHalf ({ kid, publicJwk: { crv, x, y } }: SigningKey): JWK {
  if (crv !== 'P-256' || x === undefined || y === undefined) throw new TypeError('A signing key is a P-256 key.')
  return { kty: 'EC', crv, x, y, kid, alg: 'ES256', use: 'sig' }
}

export interface ServerMetadata {
  readonly issuer: string
  readonly jwks_uri: string
  readonly response_types_supported: readonly string[]
  readonly grant_types_supported: readonly string[]
}

/**
 * Takes PUBLIC_URL, an origin without a trailing slash.
 * @returns the metadata document: who issues, and where the keys are.
 */
export function buildServerMetadata (publicUrl: string): ServerMetadata {
  return {
    issuer: publicUrl,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
    // No OAuth client can get a token here: a browser's session does, by cookie, at an endpoint that is not the one of
    // RFC 6749. So none is advertised. The lists are there and empty, because readers demand the first and would
    // take the second, left out, for the authorization code and implicit grants.
    response_types_supported: [],
    grant_types_supported: []
  }
}

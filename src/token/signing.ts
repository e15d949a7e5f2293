// How do claims become an access token? A compact JWS, ES256, `typ` at+jwt. RFC 9068 §2.1.
import { SignJWT } from 'jose'
import type { AccessTokenClaims } from './claims.ts'
import { TokenRefusal } from './refusal.ts'

export interface Signer {
  readonly kid: string
  sign (claims: AccessTokenClaims): Promise<string>
}

/** The longest token we issue or read, in characters: what still passes as a header through Node's 16 KB beside the others. */
export const MAX_TOKEN_LENGTH = 12_288

/**
 * Takes the private key (P-256) and the id under which its public half is published.
 * @returns a signer; `sign` refuses with `access-token-too-large` what no server would take in a header.
 * @throws TypeError for any other key: that is our fault, so it shows at start and not at the first login.
 */
export function createSigner (kid: string, privateKey: CryptoKey): Signer {
  const algorithm: { name: string, namedCurve?: unknown } = privateKey.algorithm
  if (privateKey.type !== 'private' || algorithm.name !== 'ECDSA' || algorithm.namedCurve !== 'P-256') {
    throw new TypeError('Access tokens are signed with a private P-256 key.')
  }
  return {
    kid,
    async sign (claims) {
      const token = await new SignJWT({ ...claims, amr: [...claims.amr], roles: [...claims.roles] })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
        .sign(privateKey)
      if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusal('access-token-too-large', { detail: 'The member has too many roles for one token.' })
      return token
    }
  }
}

// Is this one of our own access tokens, for this app, now? RFC 9068 §4, RFC 8725.
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'
import type { AccessTokenClaims } from './claims.ts'
import { toSeconds } from './claims.ts'
import { CLOCK_SKEW_SECONDS } from './key-ring.ts'
import { parseAccessTokenClaims } from './parsed-claims.ts'
import type { TokenRefusalCode } from './refusal.ts'
import { TokenRefusal } from './refusal.ts'
import { MAX_TOKEN_LENGTH } from './signing.ts'

export interface VerificationInput {
  readonly issuer: string
  readonly audience: string
  /** Our own public keys. Pass the same object as long as they are the same: its keys are imported once. */
  readonly keys: JSONWebKeySet
  readonly now: Date
}

/**
 * Takes the bare token, without `Bearer`.
 * @returns its claims.
 * @throws TokenRefusal with the first rule that the token breaks.
 */
export async function verifyAccessToken (token: string, input: VerificationInput): Promise<AccessTokenClaims> {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusal('access-token-too-large')
  const claims = parseAccessTokenClaims(await verifySignature(token, input))
  // jose is content when one of several audiences fits; a token that others may use too is not ours.
  if (claims.aud !== input.audience) throw new TokenRefusal('access-token-audience')
  // No mercy for `exp`, a little for `iat`: it was another replica's clock.
  if (claims.iat > toSeconds(input.now) + CLOCK_SKEW_SECONDS) throw new TokenRefusal('access-token-issued-at')
  return claims
}

async function verifySignature (token: string, input: VerificationInput): Promise<Record<string, unknown>> {
  try {
    const { payload } = await jwtVerify(token, keyFinder(input.keys), {
      algorithms: ['ES256'],
      typ: 'at+jwt', // or an ID token, a logout token, a client assertion could pass
      issuer: input.issuer,
      audience: input.audience,
      currentDate: input.now,
      requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id']
    })
    return payload
  } catch (error) {
    throw refusalOf(error)
  }
}

const finders = new WeakMap<JSONWebKeySet, JWTVerifyGetKey>()

function keyFinder (keys: JSONWebKeySet): JWTVerifyGetKey {
  const known = finders.get(keys)
  if (known !== undefined) return known
  const local = createLocalJWKSet(keys)
  const finder: JWTVerifyGetKey = async (header, input) => {
    // Without a `kid` jose would try the only key there is; our tokens always name theirs.
    if (typeof header.kid !== 'string') throw new TokenRefusal('access-token-key-unknown')
    return await local(header, input)
  }
  finders.set(keys, finder)
  return finder
}

const codes: Readonly<Record<string, TokenRefusalCode>> = {
  [errors.JWSInvalid.code]: 'access-token-malformed',
  [errors.JWTInvalid.code]: 'access-token-malformed',
  [errors.JOSENotSupported.code]: 'access-token-malformed', // `crit` with what we do not know
  [errors.JOSEAlgNotAllowed.code]: 'access-token-algorithm',
  [errors.JWKSNoMatchingKey.code]: 'access-token-key-unknown',
  [errors.JWKSMultipleMatchingKeys.code]: 'access-token-key-unknown',
  [errors.JWSSignatureVerificationFailed.code]: 'access-token-signature',
  [errors.JWTExpired.code]: 'access-token-expired'
}

const claimCodes: Readonly<Record<string, TokenRefusalCode>> = {
  typ: 'access-token-type',
  iss: 'access-token-issuer',
  aud: 'access-token-audience'
}

function refusalOf (error: unknown): unknown {
  if (error instanceof errors.JWTClaimValidationFailed) return new TokenRefusal(claimCodes[error.claim] ?? 'access-token-claims', { detail: `The claim ${error.claim} is refused.` })
  if (!(error instanceof errors.JOSEError)) return error
  const code = codes[error.code]
  // The cause is left out: jose's claim errors carry the payload, and with it a person's data into the log.
  return code === undefined ? error : new TokenRefusal(code)
}

// Which of our refusals does an error of jose stand for? Decided by its code and claim, never by its text.
import { errors } from 'jose'
import { OidcRefusal } from './refusal.ts'
import type { OidcRefusalCode } from './refusal.ts'

const byCode: Readonly<Record<string, OidcRefusalCode>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'id-token-algorithm',
  ERR_JOSE_NOT_SUPPORTED: 'id-token-malformed', // an unknown `crit`
  ERR_JWS_INVALID: 'id-token-malformed',
  ERR_JWT_INVALID: 'id-token-malformed',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'id-token-signature',
  ERR_JWKS_NO_MATCHING_KEY: 'id-token-key-unknown',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'id-token-key-unknown'
}

const byClaim: Readonly<Record<string, OidcRefusalCode>> = {
  iss: 'id-token-issuer',
  aud: 'id-token-audience',
  sub: 'id-token-subject',
  nonce: 'id-token-nonce',
  nbf: 'id-token-issued-at'
}

/**
 * Takes what jose or the key lookup threw; returns the refusal it stands for. Refusals and outages of the key lookup, and
 * what is nobody's message but our own fault, are returned as they are.
 */
export function refusalOfJoseError (error: unknown): unknown {
  if (!(error instanceof errors.JOSEError)) return error
  const code = refusalCodeOf(error)
  // Without the cause: jose keeps the whole payload in it.
  return code === undefined ? error : new OidcRefusal(code, { detail: error.code })
}

function refusalCodeOf (error: errors.JOSEError): OidcRefusalCode | undefined {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'id-token-issued-at' : 'id-token-expired'
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iat' && error.reason === 'check_failed') return 'id-token-issued-at'
    return byClaim[error.claim] ?? 'id-token-claims'
  }
  return byCode[error.code]
}

// Who signed in, according to this ID token? OpenID Connect Core §3.1.3.7; RFC 8725 for any JWT.
import type { JWSHeaderParameters, JWTPayload } from 'jose'
import type { CheckedCallback } from './authorization-response.ts'
import { claimsWithout, dateOf, isShallow, textOf, textsOf } from './claim-values.ts'
import type { Issuer } from './discovery.ts'
import { halfHashFits } from './half-hash.ts'
import { hashOf, sameHash } from './hash.ts'
import { refusalOfJoseError } from './jose-error.ts'
import { isVisibleAscii } from './plain-text.ts'
import { parseProfile } from './profile-claims.ts'
import type { Profile } from './profile-claims.ts'
import { OidcRefusal } from './refusal.ts'
import type { OidcRefusalCode } from './refusal.ts'
import type { TokenResponse } from './token-response.ts'
import { verifyJwt } from './verified-jwt.ts'
import type { VerificationKeys } from './verified-jwt.ts'

declare const brand: unique symbol

/** What a verified ID token says. Only `checkIdToken` makes one. */
export interface IdTokenClaims extends Profile {
  readonly [brand]: true
  readonly issuer: Issuer
  readonly subject: string
  readonly authTime?: Date
  readonly amr: readonly string[]
  readonly acr?: string
  /** The provider's session (`sid`). */
  readonly sessionId?: string
  readonly idp?: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  /** IPSIE `session_expiry`: the provider wants the person back by then. */
  readonly sessionExpiry?: Date
  /** Every claim as it came but the nonce and the hashes, for configured claim names and the claim inspector. */
  readonly raw: Readonly<Record<string, unknown>>
}

export interface IdTokenCheck {
  readonly tokens: TokenResponse
  readonly callback: CheckedCallback
  readonly clientId: string
  /** Of this connection's provider: advertised and allowed. */
  readonly algorithms: readonly string[]
  /** Of this connection's provider, and of nobody else. */
  readonly keys: VerificationKeys
  readonly now: Date
  /** As sent in the authorization request: the person must have proven themselves no longer ago than this. */
  readonly maxAgeSeconds?: number | undefined
}

const toleranceSeconds = 60
const longestToken = 32768

/**
 * Takes the tokens that a checked callback bought, and what is known of the provider; returns the verified claims. Refuses
 * whatever breaks a rule of the specification, with a code for each. Clocks may differ by 60 seconds; a token older than
 * ten minutes is not the one just asked for.
 */
export async function checkIdToken (input: IdTokenCheck): Promise<IdTokenClaims> {
  const { callback, clientId, now } = input
  const token = input.tokens.idToken.reveal()
  const parts = token.split('.').length
  if (parts === 5) throw refusal('id-token-encrypted', 'five parts: encryption is switched on at the provider')
  if (parts !== 3 || token.length > longestToken) throw refusal('id-token-malformed', 'no compact JWS of at most 32768 characters')
  const { payload, protectedHeader } = await verifyJwt(token, async (header, unfit) => await input.keys(checkHeader(header), unfit), {
    issuer: callback.issuer,
    audience: clientId,
    algorithms: [...input.algorithms],
    // jose accepts a token without any of these unless told.
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
    clockTolerance: toleranceSeconds,
    maxTokenAge: '10m',
    currentDate: now
  }).catch((error: unknown) => { throw refusalOfJoseError(error) })
  checkAudience(payload, clientId)
  checkNonce(payload.nonce, callback.nonceHash)
  checkHashes(payload, protectedHeader.alg, input)
  checkAuthenticationTime(payload.auth_time, input)
  return parseClaims(payload, callback.issuer, now)
}

// Before the key is looked for, so that a token of another kind causes no request.
function checkHeader (header: JWSHeaderParameters): JWSHeaderParameters {
  // RFC 8725 §3.11: access tokens, logout tokens and security events of the same provider are signed with the same key.
  if (header.typ !== undefined && (typeof header.typ !== 'string' || header.typ.toLowerCase() !== 'jwt')) throw refusal('id-token-type', 'typ is not JWT')
  // `crit` is jose's to refuse: `b64` is the only extension it knows.
  if ((header.kid !== undefined && typeof header.kid !== 'string') || 'b64' in header || 'zip' in header) {
    throw refusal('id-token-malformed', 'a header parameter that an ID token does not have')
  }
  return header
}

// OIDC Core §3.1.3.7 (3)–(5). jose is content when we are among the audiences; the others could replay the token to us.
function checkAudience ({ aud, azp }: JWTPayload, clientId: string): void {
  if (aud !== clientId && !(Array.isArray(aud) && aud.length === 1)) throw refusal('id-token-audience', 'further audiences')
  if (azp !== undefined && azp !== clientId) throw refusal('id-token-authorized-party')
}

function checkNonce (nonce: unknown, nonceHash: string): void {
  if (typeof nonce !== 'string' || !sameHash(hashOf(nonce), nonceHash)) throw refusal('id-token-nonce')
}

// Optional in the code flow, binding when present.
function checkHashes (payload: JWTPayload, algorithm: string, { tokens, callback }: IdTokenCheck): void {
  if (payload.at_hash !== undefined && !halfHashFits(payload.at_hash, tokens.accessToken.reveal(), algorithm)) throw refusal('id-token-access-token-hash', 'at_hash')
  if (payload.c_hash !== undefined && !halfHashFits(payload.c_hash, callback.code.reveal(), algorithm)) throw refusal('id-token-access-token-hash', 'c_hash')
}

// OIDC Core §3.1.3.7 (13): a provider that ignores max_age must not pass for one that asked the person again.
function checkAuthenticationTime (value: unknown, { now, maxAgeSeconds }: IdTokenCheck): void {
  if (value === undefined && maxAgeSeconds === undefined) return
  const authTime = dateOf(value)
  if (authTime === null) throw refusal('id-token-authentication-time', 'auth_time is missing or no time')
  const ageSeconds = (now.getTime() - authTime.getTime()) / 1000
  if (ageSeconds < -toleranceSeconds) throw refusal('id-token-authentication-time', 'in the future')
  if (maxAgeSeconds !== undefined && ageSeconds > maxAgeSeconds + toleranceSeconds) throw refusal('id-token-authentication-time', 'older than max_age')
}

function parseClaims (payload: JWTPayload, issuer: Issuer, now: Date): IdTokenClaims {
  const { sub: subject } = payload
  const [issuedAt, expiresAt] = [dateOf(payload.iat), dateOf(payload.exp)]
  if (typeof subject !== 'string' || !isVisibleAscii(subject, 255)) throw refusal('id-token-subject', 'no string of 1 to 255 ASCII characters')
  if (issuedAt === null || expiresAt === null || !isShallow(payload, 8)) throw refusal('id-token-claims', 'a time out of range, or nested too deeply')
  const [authTime, acr, sessionId, idp] = [dateOf(payload.auth_time), textOf(payload.acr, 255), textOf(payload.sid, 255), textOf(payload.idp, 255)]
  const sessionExpiry = Number.isInteger(payload.session_expiry) ? dateOf(payload.session_expiry) : null
  if (sessionExpiry !== null && sessionExpiry.getTime() <= now.getTime()) throw refusal('id-token-expired', 'session_expiry has passed')
  return {
    issuer,
    subject,
    ...parseProfile(payload, 'id-token-claims'),
    ...(authTime === null ? {} : { authTime }),
    amr: textsOf(payload.amr, 32) ?? [],
    ...(acr === undefined ? {} : { acr }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(idp === undefined ? {} : { idp }),
    issuedAt,
    expiresAt,
    ...(sessionExpiry === null ? {} : { sessionExpiry }),
    raw: claimsWithout(payload, ['nonce', 'at_hash', 'c_hash'])
  } as IdTokenClaims
}

function refusal (code: OidcRefusalCode, detail?: string): OidcRefusal {
  return new OidcRefusal(code, detail === undefined ? {} : { detail })
}

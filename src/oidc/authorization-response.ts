// Is this the answer to a question that this browser asked this provider? RFC 6749 §4.1.2, RFC 9207, RFC 9700 §4.4.
import { Secret } from '../secret.ts'
import type { Issuer, ProviderMetadata } from './discovery.ts'
import { hashOf, sameHash } from './hash.ts'
import { challengeOf } from './pkce.ts'
import { isVisibleAscii } from './plain-text.ts'
import { parseCallbackError } from './provider-error.ts'
import { parseParameters } from './query-string.ts'
import { OidcRefusal } from './refusal.ts'
import type { OidcRefusalCode, ProviderError } from './refusal.ts'

declare const brand: unique symbol

/** What was kept when the login started. Hashes are base64url SHA-256; the values themselves live in the browser only. */
export interface PendingAttempt {
  readonly connectionId: string
  readonly issuer: Issuer
  readonly redirectUri: string
  readonly startedAt: Date
  readonly expiresAt: Date
  readonly nonceHash: string
  readonly codeChallenge: string
  readonly connectionVersion: number
  readonly loginMaxAgeSeconds?: number
}

/** The query of the callback: well-formed, and not believed yet. */
export interface CallbackParameters {
  readonly state: string
  readonly iss?: string
  readonly answer: { readonly code: Secret } | { readonly error: ProviderError }
}

/** A code that may be redeemed, with all that redeeming it takes. Only `checkCallback` makes one. */
export interface CheckedCallback {
  readonly [brand]: true
  readonly code: Secret
  readonly verifier: Secret
  readonly nonceHash: string
  readonly redirectUri: string
  readonly issuer: Issuer
}

const known = [
  'state', 'code', 'iss', 'error', 'error_description', 'error_uri', 'session_state', 'scope',
  'id_token', 'access_token', 'token_type', 'expires_in', 'response'
] as const

/**
 * Takes the raw query string of the callback; returns its parameters. Refuses duplicates, tokens in the front channel,
 * anything over its length (query 16384, state 512, code 4096, iss 2048 characters), and neither or both of code and error.
 */
export function parseCallback (query: string): CallbackParameters {
  const values = parseParameters(query, known, 16384)
  if (values === 'too-long') throw refusal('callback-malformed', 'the query is too long')
  if (values === 'duplicate') throw refusal('callback-duplicate-parameter')
  // Never ours: this gateway asks for codes only, so a token here was made for somebody else or by somebody else.
  if (values.id_token !== undefined || values.access_token !== undefined) throw refusal('callback-unsolicited-token')
  const { state, code, iss, error } = values
  if (state === undefined || !isVisibleAscii(state, 512)) throw refusal('callback-malformed', 'state is missing or malformed')
  if (iss !== undefined && iss.length > 2048) throw refusal('callback-malformed', 'iss is too long')
  const received = iss === undefined ? { state } : { state, iss }
  if (error !== undefined && code === undefined) return { ...received, answer: { error: parseCallbackError(error, values.error_description) } }
  if (code === undefined || error !== undefined) throw refusal('callback-malformed', 'neither or both of code and error')
  if (!isVisibleAscii(code, 4096)) throw refusal('callback-malformed', 'the code is malformed')
  return { ...received, answer: { code: new Secret(code) } }
}

export interface CallbackCheck {
  readonly parameters: CallbackParameters
  /** What the store consumed by the hash of the state: from here on the attempt is spent, whatever comes out. */
  readonly attempt: PendingAttempt | null
  /** What the attempt cookie of this browser held. */
  readonly browser: { readonly nonce: string, readonly verifier: string } | null
  /** The connection that the path of the callback names. */
  readonly connection: { readonly id: string, readonly version: number }
  readonly metadata: Pick<ProviderMetadata, 'issuer' | 'issInResponse'>
  readonly now: Date
}

/**
 * Takes the callback and everything it must agree with; returns what redeems the code. Refuses, in this order: an attempt
 * that is unknown, another connection's, another browser's, expired, or older than the connection's settings; an issuer
 * other than the one asked (in error answers too); then the provider's own refusal (`callback-error`).
 */
export function checkCallback (input: CallbackCheck): CheckedCallback {
  const { parameters, attempt, browser, connection, metadata } = input
  if (attempt === null) throw refusal('attempt-unknown')
  // The redirect URI tells who answered. Okta sends no `iss`, so this is what stops one provider's code going to another.
  if (attempt.connectionId !== connection.id) throw refusal('attempt-other-connection')
  if (browser === null || !isSameBrowser(attempt, browser)) throw refusal('attempt-other-browser')
  if (attempt.expiresAt.getTime() <= input.now.getTime()) throw refusal('attempt-expired')
  if (attempt.connectionVersion !== connection.version || attempt.issuer !== metadata.issuer) throw refusal('attempt-connection-changed')
  checkIssuerParameter(parameters.iss, attempt.issuer, metadata.issInResponse)
  // Only now: until the state was found to be ours, an error is a stranger's text.
  if ('error' in parameters.answer) throw new OidcRefusal('callback-error', { provider: parameters.answer.error })
  return {
    code: parameters.answer.code,
    verifier: new Secret(browser.verifier),
    nonceHash: attempt.nonceHash,
    redirectUri: attempt.redirectUri,
    issuer: attempt.issuer
  } as CheckedCallback
}

// A callback carried into another browser signs that browser in as somebody else: login CSRF, or a stolen code.
function isSameBrowser (attempt: PendingAttempt, browser: { nonce: string, verifier: string }): boolean {
  const nonceFits = sameHash(hashOf(browser.nonce), attempt.nonceHash)
  const verifierFits = sameHash(challengeOf(browser.verifier), attempt.codeChallenge)
  return nonceFits && verifierFits
}

// RFC 9207 §2.4: string comparison; where it is not promised, one that came must still be right.
function checkIssuerParameter (iss: string | undefined, issuer: Issuer, promised: boolean): void {
  if (iss === undefined && promised) throw refusal('callback-issuer-missing')
  if (iss !== undefined && iss !== issuer) throw refusal('callback-issuer-mismatch')
}

function refusal (code: OidcRefusalCode, detail?: string): OidcRefusal {
  return new OidcRefusal(code, detail === undefined ? {} : { detail })
}

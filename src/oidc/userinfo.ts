// What is still missing after the ID token, and what may userinfo add? OpenID Connect Core §5.3.
import { claimsWithout, isShallow } from './claim-values.ts'
import type { Answer, OutgoingRequest } from './answer.ts'
import type { ProviderMetadata } from './discovery.ts'
import type { IdTokenClaims } from './id-token.ts'
import { parseJsonObject, saysJson } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import { parseProfile } from './profile-claims.ts'
import { parseProviderError } from './provider-error.ts'
import { outageOf } from './provider-outage.ts'
import { OidcRefusal } from './refusal.ts'
import type { TokenResponse } from './token-response.ts'

// What the signed token alone may say. `_claim_sources` would have us fetch addresses of the provider's choosing (§5.6.2).
const idTokenOnly = [
  'iss', 'sub', 'aud', 'azp', 'exp', 'iat', 'nbf', 'jti', 'nonce', 'auth_time', 'acr', 'amr', 'sid', 'idp',
  'at_hash', 'c_hash', 'session_expiry', '_claim_names', '_claim_sources'
]

/** Takes verified claims; returns which of those that a member needs are not there. Okta's ID tokens may be thin. */
export function missingClaims (claims: IdTokenClaims): ReadonlyArray<'email' | 'name'> {
  return (['email', 'name'] as const).filter(name => claims[name] === undefined)
}

/**
 * Takes the metadata and the tokens; returns the request. The access token goes into the header, where no log of URLs
 * finds it. Refuses (`discovery-unsupported`) a provider without userinfo.
 */
export function buildUserinfoRequest (metadata: Pick<ProviderMetadata, 'userinfoEndpoint'>, tokens: Pick<TokenResponse, 'accessToken'>): OutgoingRequest {
  if (metadata.userinfoEndpoint === undefined) throw new OidcRefusal('discovery-unsupported', { detail: 'no userinfo_endpoint' })
  return { method: 'GET', url: metadata.userinfoEndpoint, headers: { accept: 'application/json', authorization: `Bearer ${tokens.accessToken.reveal()}` } }
}

/**
 * Takes the answer of userinfo and the verified claims; returns the claims with what was missing filled in, and nothing
 * changed. Refuses an error answer, anything but a JSON object, and another subject. 429, 5xx and HTML are outages.
 */
export function mergeUserinfo (answer: Answer, claims: IdTokenClaims): IdTokenClaims {
  const userinfo = parseUserinfo(answer)
  // §5.3.2: without this check an access token from elsewhere, slipped in, would attach another person's email.
  if (userinfo.sub !== claims.subject) throw new OidcRefusal('userinfo-subject-mismatch')
  const added = claimsWithout(userinfo, [...idTokenOnly, ...Object.keys(claims.raw)])
  return { ...parseProfile(userinfo, 'userinfo-malformed'), ...claims, raw: claimsWithout({ ...added, ...claims.raw }, []) }
}

function parseUserinfo (answer: Answer): JsonObject {
  const outage = outageOf(answer, null)
  if (outage !== null) throw outage
  if (answer.status >= 400) throw new OidcRefusal('userinfo-refused', { provider: parseProviderError('userinfo', answer) })
  const userinfo = answer.status === 200 && saysJson(answer) ? parseJsonObject(answer.body) : null
  if (userinfo === null || !isShallow(userinfo, 8)) throw new OidcRefusal('userinfo-malformed', { detail: 'no JSON object' })
  return userinfo
}

// What did the code buy? OpenID Connect Core §3.1.3.3, RFC 6749 §§5.1, 5.2.
import { Secret } from '../secret.ts'
import type { Answer } from './answer.ts'
import { parseJsonObject, saysJson } from './json-object.ts'
import { isVisibleAscii } from './plain-text.ts'
import { parseProviderError } from './provider-error.ts'
import { outageOf, providerErrorOutage } from './provider-outage.ts'
import { OidcRefusal } from './refusal.ts'

export interface TokenResponse {
  readonly idToken: Secret
  readonly accessToken: Secret
  readonly expiresInSeconds?: number
}

/**
 * Takes the answer of the token endpoint and the current time; returns its tokens, unverified. Refuses an error that the
 * provider put into words (`token-refused`), a redirect or a wrong shape (`token-malformed`), and a missing ID token.
 * 429, 5xx and anything that is no JSON object are outages: the provider did not decide about this code.
 */
export function parseTokenResponse (answer: Answer, now: Date): TokenResponse {
  const outage = outageOf(answer, now)
  if (outage !== null) throw outage
  if (answer.status !== 200 && answer.status < 400) throw malformed(`answered ${answer.status}`)
  const body = parseJsonObject(answer.body)
  if (answer.status >= 400) {
    if (body === null) throw providerErrorOutage(answer)
    throw new OidcRefusal('token-refused', { provider: parseProviderError('token', answer) })
  }
  if (body === null || !saysJson(answer)) throw providerErrorOutage(answer)
  // RFC 6749 §5.1: the type is compared without regard to case. Another type is one we could not use.
  if (typeof body.token_type !== 'string' || body.token_type.toLowerCase() !== 'bearer') throw malformed('token_type is not Bearer')
  if (typeof body.access_token !== 'string' || !isVisibleAscii(body.access_token, 32768)) throw malformed('no access_token')
  if (body.id_token === undefined || body.id_token === null || body.id_token === '') throw new OidcRefusal('id-token-missing')
  if (typeof body.id_token !== 'string') throw malformed('id_token is no string')
  const lifetime = body.expires_in
  return {
    idToken: new Secret(body.id_token),
    accessToken: new Secret(body.access_token),
    ...(typeof lifetime === 'number' && Number.isFinite(lifetime) && lifetime >= 0 ? { expiresInSeconds: Math.floor(lifetime) } : {})
  }
}

function malformed (detail: string): OidcRefusal {
  return new OidcRefusal('token-malformed', { detail })
}

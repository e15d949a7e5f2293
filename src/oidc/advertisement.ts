// What does a provider offer beyond what every login needs? For whoever sets a connection up. OpenID Connect Discovery §3, RFC 9126 §5.
import type { Answer } from './answer.ts'
import type { Issuer } from './discovery.ts'
import { parseJsonObject, saysJson } from './json-object.ts'
import { plainText } from './plain-text.ts'

export interface Advertisement {
  /** Whom it calls itself; null where it does not say. */
  readonly issuer: string | null
  /** RFC 9126; null where there is none on the issuer's own origin, which alone may see our credentials. */
  readonly pushedRequestEndpoint: string | null
  readonly s256: boolean
  /** Null where it keeps them to itself. */
  readonly scopes: readonly string[] | null
}

const MOST_SCOPES = 200

/** Takes the answer to a discovery request and whom it was meant for. @returns what it says, or null for anything but a document. */
export function parseAdvertisement (answer: Answer, expected: Issuer): Advertisement | null {
  const document = answer.status === 200 && saysJson(answer) ? parseJsonObject(answer.body) : null
  if (document === null) return null
  const endpoint = document.pushed_authorization_request_endpoint
  const url = typeof endpoint === 'string' && endpoint.length <= 2048 ? URL.parse(endpoint) : null
  const usable = url !== null && url.origin === new URL(expected).origin && url.username === '' && url.password === '' && url.hash === ''
  const { issuer, code_challenge_methods_supported: methods, scopes_supported: scopes } = document
  return {
    issuer: typeof issuer === 'string' && issuer !== '' ? plainText(issuer, 200) : null,
    pushedRequestEndpoint: usable ? url.href : null,
    s256: Array.isArray(methods) && methods.includes('S256'),
    scopes: Array.isArray(scopes) ? scopes.filter(scope => typeof scope === 'string').slice(0, MOST_SCOPES) : null
  }
}

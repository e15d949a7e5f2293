// What does somebody else ask for who starts a login here? OpenID Connect Core §4: the tile on the Okta dashboard.
import { isPrintable } from './plain-text.ts'
import { parseParameters } from './query-string.ts'
import { OidcRefusal } from './refusal.ts'

/** Hints of a stranger: `iss` is compared and never fetched, `targetLinkUri` is for `tenant/return-to` to judge. */
export interface LoginInitiation {
  readonly iss?: string
  readonly loginHint?: string
  readonly targetLinkUri?: string
  readonly clientId?: string
}

const lengths = [['iss', 2048], ['login_hint', 254], ['target_link_uri', 2048], ['client_id', 255]] as const
const known = ['iss', 'login_hint', 'target_link_uri', 'client_id', 'id_token'] as const

/**
 * Takes a raw query string, or the parsed body of a form; returns its hints. Unknown parameters are ignored. Refuses a
 * parameter that comes twice, is no text, too long or unprintable (`initiation-malformed`), and an ID token.
 */
export function parseLoginInitiation (query: string | Readonly<Record<string, unknown>>): LoginInitiation {
  const values = typeof query === 'string' ? parseParameters(query, known, 16384) : parseForm(query)
  if (values === null || typeof values === 'string') throw malformed('a parameter twice, no text, or too long a query')
  // "Okta Simplified": an assertion nobody here asked for. Taking one would let any page sign this browser in as anybody.
  if (values.id_token !== undefined) throw new OidcRefusal('initiation-id-token')
  for (const [name, longest] of lengths) {
    const value = values[name]
    if (value !== undefined && !isPrintable(value, longest)) throw malformed(`${name} is too long or not printable`)
  }
  const { iss, login_hint: loginHint, target_link_uri: targetLinkUri, client_id: clientId } = values
  return {
    ...(iss === undefined ? {} : { iss }),
    ...(loginHint === undefined ? {} : { loginHint }),
    ...(targetLinkUri === undefined ? {} : { targetLinkUri }),
    ...(clientId === undefined ? {} : { clientId })
  }
}

/**
 * Takes an initiation on a path that names the connection, and the issuers that connection is known by (its own and the
 * aliases of its Okta organisation). Refuses (`initiation-issuer-mismatch`) any other; none at all is fine, for Okta leaves
 * it out after an activation or a password reset.
 */
export function checkInitiationIssuer (initiation: LoginInitiation, known: readonly string[]): void {
  // Equal as strings, without even a trailing slash forgiven: Okta sends none, and whatever is forgiven here is one more
  // spelling that the check of the ID token would not accept.
  if (initiation.iss !== undefined && !known.includes(initiation.iss)) throw new OidcRefusal('initiation-issuer-mismatch')
}

function parseForm (form: Readonly<Record<string, unknown>>): Partial<Record<typeof known[number], string>> | null {
  const values: Partial<Record<typeof known[number], string>> = {}
  for (const name of known) {
    const value = Object.hasOwn(form, name) ? form[name] : undefined
    if (value === undefined || value === '') continue
    if (typeof value !== 'string') return null
    values[name] = value
  }
  return values
}

function malformed (detail: string): OidcRefusal {
  return new OidcRefusal('initiation-malformed', { detail })
}

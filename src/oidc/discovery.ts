// Who is this provider and where are its endpoints? OpenID Connect Discovery §§3, 4.3.
import type { Answer, OutgoingRequest } from './answer.ts'
import { parseJsonObject, saysJson } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import { plainText } from './plain-text.ts'
import { parseProviderError } from './provider-error.ts'
import { outageOf } from './provider-outage.ts'
import { OidcRefusal } from './refusal.ts'

declare const brand: unique symbol
/** The issuer identifier of a connection. Compared as a string, never normalised. Only `parseIssuer` makes one. */
export type Issuer = string & { readonly [brand]: 'Issuer' }

/** What a login needs of the provider's metadata. `algorithms` are those that are both advertised and allowed. */
export interface ProviderMetadata {
  readonly issuer: Issuer
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly jwksUri: string
  readonly userinfoEndpoint?: string
  readonly endSessionEndpoint?: string
  readonly algorithms: readonly string[]
  /** RFC 9207: the provider promises `iss` in every authorization response. */
  readonly issInResponse: boolean
}

/** The ID token algorithms taken by default. Okta signs with RS256 and nothing else; one algorithm leaves no choice to confuse. */
export const allowedAlgorithms: readonly string[] = ['RS256']

// The last label starts with a letter, so that no IPv4 address, in whatever notation, passes for a name.
const publicHost = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const plainPath = /^(?:\/[A-Za-z0-9._~-]+)*$/

/**
 * Takes an issuer URL; returns it unchanged. Refuses (`issuer-malformed`) everything but https, a public host name and an
 * optional path in canonical spelling: query, fragment, userinfo, a port other than 443, IP literal, single label,
 * trailing dot, trailing slash. A development origin, matched exactly, may be http, have a port and be an address.
 */
export function parseIssuer (text: string, options: { developmentOrigins?: readonly string[] } = {}): Issuer {
  const url = text.length > 2048 ? null : URL.parse(text)
  if (url === null) throw malformedIssuer('not an absolute URL of at most 2048 characters')
  const written = text.replace(/^(https:\/\/[^/]*):443(?=\/|$)/, '$1')
  // Whatever the URL parser had to change was a trick or a slip: upper case, `..`, a backslash, a tab, 0x7f.1, `user@`.
  const canonical = url.pathname === '/' ? url.href.slice(0, -1) : url.href
  if (written !== canonical || !written.startsWith(url.origin) || !plainPath.test(written.slice(url.origin.length))) {
    throw malformedIssuer('not in canonical spelling, or with query, fragment, userinfo or trailing slash')
  }
  if (options.developmentOrigins?.includes(url.origin) === true) return text as Issuer
  if (url.protocol !== 'https:' || url.port !== '') throw malformedIssuer('not https on port 443')
  if (url.hostname.length > 253 || !publicHost.test(url.hostname)) throw malformedIssuer('not a public host name')
  return text as Issuer
}

/** Takes an issuer and our client id there, null while there is none; returns the request for its metadata. */
export function buildDiscoveryRequest (issuer: Issuer, clientId: string | null): OutgoingRequest {
  // With the client id Okta answers in the issuer format that this app's tokens will have, and an unknown app is told apart.
  const url = `${issuer}/.well-known/openid-configuration${clientId === null ? '' : `?client_id=${encodeURIComponent(clientId)}`}`
  return { method: 'GET', url, headers: { accept: 'application/json' } }
}

/**
 * Takes the answer to the discovery request, the issuer it was asked for and the current time; returns the metadata.
 * Refuses another issuer, endpoints on another origin, missing members, a provider without code flow or allowed algorithm.
 */
export function parseProviderMetadata (answer: Answer, expected: Issuer, now: Date): ProviderMetadata {
  const document = parseDocument(answer, now)
  // Discovery §4.3: identical, not merely equivalent. A provider that may speak for another one can sign in anybody.
  if (document.issuer !== expected) {
    throw new OidcRefusal('discovery-issuer-mismatch', { detail: `asked ${expected}, it calls itself ${typeof document.issuer === 'string' ? plainText(document.issuer, 200) : 'nothing'}` })
  }
  if (!listOf(document, 'response_types_supported').includes('code')) throw unsupported('no code flow')
  const advertised = listOf(document, 'id_token_signing_alg_values_supported')
  const algorithms = allowedAlgorithms.filter(algorithm => advertised.includes(algorithm))
  if (algorithms.length === 0) throw unsupported(`ID tokens are not signed with ${allowedAlgorithms.join(' or ')}`)
  const userinfoEndpoint = document.userinfo_endpoint === undefined ? null : endpoint(document, 'userinfo_endpoint', expected)
  const endSessionEndpoint = document.end_session_endpoint === undefined ? null : endpoint(document, 'end_session_endpoint', expected)
  return {
    issuer: expected,
    authorizationEndpoint: endpoint(document, 'authorization_endpoint', expected),
    tokenEndpoint: endpoint(document, 'token_endpoint', expected),
    jwksUri: endpoint(document, 'jwks_uri', expected),
    ...(userinfoEndpoint === null ? {} : { userinfoEndpoint }),
    ...(endSessionEndpoint === null ? {} : { endSessionEndpoint }),
    algorithms,
    issInResponse: document.authorization_response_iss_parameter_supported === true
  }
}

function parseDocument (answer: Answer, now: Date): JsonObject {
  const outage = outageOf(answer, now)
  if (outage !== null) throw outage
  if (answer.status >= 400) {
    const provider = parseProviderError('discovery', answer)
    throw new OidcRefusal(provider.error === 'invalid_client' ? 'discovery-client-unknown' : 'discovery-malformed', { provider })
  }
  if (answer.status !== 200) {
    // Never followed: the usual target is the Admin Console, the unusual one is inside our network.
    const target = URL.parse(answer.headers.location ?? '')?.origin
    throw malformed(`answered ${answer.status}${target === undefined ? '' : ` towards ${plainText(target, 200)}`}`)
  }
  const document = saysJson(answer) ? parseJsonObject(answer.body) : null
  if (document === null) throw malformed('no JSON object')
  return document
}

function endpoint (document: JsonObject, name: string, issuer: Issuer): string {
  const value = document[name]
  const url = typeof value === 'string' && value.length <= 2048 ? URL.parse(value) : null
  if (url === null || url.hash !== '' || url.username !== '' || url.password !== '') throw malformed(`${name} is missing or no URL`)
  // One origin, https with it: a hostile provider must not have us carry another one's codes to it, or its codes to another.
  if (url.origin !== new URL(issuer).origin) throw new OidcRefusal('discovery-endpoint-foreign', { detail: `${name} is at ${plainText(url.origin, 200)}` })
  return url.href
}

function listOf (document: JsonObject, name: string): readonly unknown[] {
  const value = document[name]
  if (!Array.isArray(value)) throw malformed(`${name} is missing or no list`)
  return value
}

function malformed (detail: string): OidcRefusal {
  return new OidcRefusal('discovery-malformed', { detail })
}

function malformedIssuer (detail: string): OidcRefusal {
  return new OidcRefusal('issuer-malformed', { detail })
}

function unsupported (detail: string): OidcRefusal {
  return new OidcRefusal('discovery-unsupported', { detail })
}

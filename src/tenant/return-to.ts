// Where may a browser be sent after signing in or out? This is the only judge; RFC 9700 §2.1 forbids open redirectors.
import type { App } from './app.ts'
import type { UrlPolicy } from './url.ts'
import { parseWebUrl } from './url.ts'
import { findSegments } from './url-path.ts'
import { TenantRefusal } from './refusal.ts'

declare const brand: unique symbol
/** An absolute URL that an app allows. Only this module makes one. */
export type ReturnTo = string & { readonly [brand]: 'ReturnTo' }

export interface ReturnPlaces {
  readonly apps: readonly App[]
  /** The host that the request came to; what a path alone is relative to. */
  readonly ownOrigin: string
  readonly policy: UrlPolicy
}

export interface Judged {
  readonly returnTo: ReturnTo
  readonly app: App
}

/**
 * Judges a wanted target.
 * @param wanted a whole URL, or a path on the host that the request came to.
 * @returns the target and the app that allows it, or null when none does.
 */
export function findReturnTo (wanted: string | null | undefined, places: ReturnPlaces): Judged | null {
  const url = wanted === null || wanted === undefined ? null : parseTarget(wanted, places)
  const path = url === null ? null : findSegments(url.pathname)
  if (url === null || path === null) return null
  for (const app of places.apps) {
    if (app.returnTo.some(prefix => allows(prefix, url.origin, path))) return { returnTo: url.href as ReturnTo, app }
  }
  return null
}

/**
 * A prefix that an operator gives an app.
 * @returns the prefix in the form in which it is stored and compared.
 * @throws TenantRefusal `url-malformed` for what `parseWebUrl` refuses, a query, a fragment, and a path that can be read in two ways.
 */
export function parseReturnPrefix (text: string, policy: UrlPolicy): string {
  const prefix = parseWebUrl(text, policy)
  if (/[?#]/.test(prefix)) throw new TenantRefusal('url-malformed', 'A prefix ends with its path: no query, no fragment.')
  if (findSegments(new URL(prefix).pathname) === null) throw new TenantRefusal('url-malformed', 'The path holds dot segments, a backslash, // at its start or what is no text.')
  return prefix
}

/**
 * Where somebody goes who has just signed in or is signed in already: what was wanted, else the home of the app they asked for, else the
 * tenant's, else the first that any app has.
 * @returns null when nobody has said where home is.
 */
export function chooseDestination (wanted: ReturnTo | null, homes: { tenant: string | null, app: App | null }, places: Pick<ReturnPlaces, 'apps' | 'policy'>): ReturnTo | null {
  if (wanted !== null) return wanted
  for (const home of [homes.app?.homeUrl, homes.tenant, ...places.apps.map(app => app.homeUrl)]) {
    const allowed = typeof home === 'string' ? homeOf(home, places.policy) : null
    if (allowed !== null) return allowed
  }
  return null
}

// An operator wrote it, so no list has to allow it; but the rules for URLs may have become stricter since.
function homeOf (home: string, policy: UrlPolicy): ReturnTo | null {
  try {
    return parseWebUrl(home, policy) as ReturnTo
  } catch (error) {
    if (error instanceof TenantRefusal) return null
    throw error
  }
}

function parseTarget (wanted: string, places: ReturnPlaces): URL | null {
  // What nobody sees may stand for something else by the time that it is read: tabs are dropped by browsers, lone surrogates replaced.
  if (/[\p{Cf}\p{Cs}]/u.test(wanted)) return null
  try {
    return new URL(parseWebUrl(wanted.startsWith('/') ? places.ownOrigin + wanted : wanted, places.policy))
  } catch (error) {
    if (error instanceof TenantRefusal) return null
    throw error
  }
}

// A prefix ends at a boundary: https://app.example.com/a allows /a, /a/b and /a?x, never /ab. Compared segment by segment, because
// /a%2Fb is one segment to us and may be two to the product. What comes after the prefix is the product's.
function allows (prefix: string, origin: string, path: readonly string[]): boolean {
  const allowed = URL.parse(prefix)
  // A query in a prefix would promise a limit that nobody checks.
  if (allowed === null || allowed.origin !== origin || /[?#]/.test(prefix)) return false
  const root = findSegments(allowed.pathname)
  if (root === null || path.length < root.length) return false
  return root.every((segment, place) => segment === path[place] || (segment === '' && place === root.length - 1))
}

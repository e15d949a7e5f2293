// Which cookies does a browser keep, and which does it send? RFC 6265bis, as far as a login can depend on it.
import { getDomain, getPublicSuffix } from 'tldts'

export interface Cookie {
  name: string
  value: string
  /** The host it belongs to; never its port, because cookies ignore ports. */
  domain: string
  hostOnly: boolean
  path: string
  secure: boolean
  httpOnly: boolean
  sameSite: 'Strict' | 'Lax' | 'None'
  expiresAt: Date | undefined
}

/** How the request comes about: a cross-site one gets fewer cookies, and a cross-site POST none of the `Lax` ones. */
export interface CookieContext { crossSite: boolean, topLevelGet: boolean }

export interface CookieJar {
  /** Takes one Set-Cookie header; false when a browser would refuse it. */
  take (url: URL, header: string): boolean
  /** The Cookie header for a request, or undefined when there is none to send. */
  header (url: URL, context?: CookieContext): string | undefined
  list (): Cookie[]
  /** The value of the cookie of that name which would be sent to this URL. */
  value (url: string | URL, name: string): string | undefined
  clear (): void
}

/** Loopback counts as secure, as it does in browsers. */
export function isSecure (url: URL): boolean {
  return url.protocol === 'https:' || /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
}

/** Do two URLs belong to the same site? Scheme and registrable domain, not the port. */
export function isSameSite (one: URL, other: URL): boolean {
  return one.protocol === other.protocol && site(one.hostname) === site(other.hostname)
}

function site (host: string): string {
  return getDomain(host, { validHosts: ['localhost'] }) ?? host
}

function domainMatches (host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`)
}

function pathMatches (path: string, prefix: string): boolean {
  return path === prefix || (path.startsWith(prefix) && (prefix.endsWith('/') || path[prefix.length] === '/'))
}

function parseAttributes (parts: string[]): Map<string, string> {
  return new Map(parts.map(part => {
    const [name = '', ...value] = part.split('=')
    return [name.trim().toLowerCase(), value.join('=').trim()]
  }))
}

function parseExpiry (attributes: Map<string, string>, now: Date): Date | undefined {
  const maxAge = attributes.get('max-age')
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return new Date(now.getTime() + Number(maxAge) * 1000)
  const expires = attributes.get('expires')
  const at = expires === undefined ? NaN : Date.parse(expires)
  return Number.isNaN(at) ? undefined : new Date(at)
}

function parseSameSite (value: string | undefined): Cookie['sameSite'] {
  if (value?.toLowerCase() === 'strict') return 'Strict'
  return value?.toLowerCase() === 'none' ? 'None' : 'Lax' // absent means Lax
}

function parseSetCookie (url: URL, header: string, now: Date): Cookie | undefined {
  const [pair = '', ...rest] = header.split(';')
  const [name = '', ...value] = pair.split('=')
  const attributes = parseAttributes(rest)
  const domain = attributes.get('domain')?.replace(/^\./, '').toLowerCase() || undefined
  const path = attributes.get('path')
  const directory = url.pathname.slice(0, Math.max(1, url.pathname.lastIndexOf('/')))
  if (name.trim() === '') return undefined
  return {
    name: name.trim(),
    value: value.join('=').trim(),
    domain: domain ?? url.hostname,
    hostOnly: domain === undefined,
    path: path?.startsWith('/') === true ? path : directory,
    secure: attributes.has('secure'),
    httpOnly: attributes.has('httponly'),
    sameSite: parseSameSite(attributes.get('samesite')),
    expiresAt: parseExpiry(attributes, now)
  }
}

function isAcceptable (cookie: Cookie, url: URL): boolean {
  if (cookie.secure && !isSecure(url)) return false
  if (cookie.sameSite === 'None' && !cookie.secure) return false
  if (!domainMatches(url.hostname, cookie.domain)) return false
  if (!cookie.hostOnly && getPublicSuffix(cookie.domain) === cookie.domain) return false
  const name = cookie.name.toLowerCase()
  if (name.startsWith('__secure-') && !cookie.secure) return false
  return !name.startsWith('__host-') || (cookie.secure && cookie.hostOnly && cookie.path === '/')
}

function isSent (cookie: Cookie, url: URL, context: CookieContext): boolean {
  if (cookie.hostOnly ? url.hostname !== cookie.domain : !domainMatches(url.hostname, cookie.domain)) return false
  if (!pathMatches(url.pathname, cookie.path)) return false
  if (cookie.secure && !isSecure(url)) return false
  if (!context.crossSite) return true
  return cookie.sameSite === 'None' || (cookie.sameSite === 'Lax' && context.topLevelGet)
}

const OWN: CookieContext = { crossSite: false, topLevelGet: true }

/** An empty jar. Cookies expire by the clock that is handed in. */
export function createCookieJar (now: () => Date = () => new Date()): CookieJar {
  let cookies: Cookie[] = []
  const alive = (): Cookie[] => cookies.filter(cookie => cookie.expiresAt === undefined || cookie.expiresAt > now())
  const matching = (url: URL, context: CookieContext): Cookie[] => alive()
    .filter(cookie => isSent(cookie, url, context))
    .sort((one, other) => other.path.length - one.path.length)
  return {
    take: (url, header) => {
      const cookie = parseSetCookie(url, header, now())
      if (cookie === undefined || !isAcceptable(cookie, url)) return false
      cookies = [...alive().filter(old => old.name !== cookie.name || old.domain !== cookie.domain || old.path !== cookie.path), cookie]
      return true
    },
    header: (url, context = OWN) => {
      const sent = matching(url, context)
      return sent.length === 0 ? undefined : sent.map(cookie => `${cookie.name}=${cookie.value}`).join('; ')
    },
    list: alive,
    value: (url, name) => matching(new URL(url), OWN).find(cookie => cookie.name === name)?.value,
    clear: () => { cookies = [] }
  }
}

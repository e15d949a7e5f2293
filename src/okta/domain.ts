// Which issuer does an admin mean by what was pasted into "Okta domain"?
import type { Correction, CorrectionCode } from './correction.ts'
import { buildCorrections } from './correction.ts'
import type { OktaHostKind } from './host.ts'
import { parseOktaHost } from './host.ts'
import { OktaRefusal } from './refusal.ts'

export interface OktaDomain {
  /** The origin, without a slash at the end, followed by `/oauth2/…` for a custom authorization server. */
  readonly issuer: string
  readonly kind: OktaHostKind | 'development'
  /** Its id, or `default`; null for the organization's own server, which every org has and the OIN demands. */
  readonly customAuthorizationServer: string | null
  readonly corrections: readonly Correction[]
}

const MAX_LENGTH = 2048
// What comes along when something is copied out of a mail, a table, a JSON file or a chat.
const invisible = /\p{Cf}+/gu
const blank = /[\p{C}\p{Z}]+/gu
const wrapping = /^["'`‘’“”«»<(]+|["'`‘’“”«»>),;]+$/gu
const authorizationServer = /^\/oauth2\/(default|aus[0-9A-Za-z]{8,32})(?=\/|$)/

/**
 * Takes whatever was pasted: a host, an origin, the address of the dashboard, the Admin Console or the discovery document.
 * @param options.developmentOrigins origins that are taken as they are, plain http included; a path of theirs is kept.
 * @returns the issuer, and what was changed to get there.
 * @throws OktaRefusal with a `DomainRefusalCode`; what was typed is never repeated.
 */
export function parseOktaDomain (pasted: string, options: { developmentOrigins?: readonly string[] } = {}): OktaDomain {
  if (pasted.length > MAX_LENGTH) throw new OktaRefusal('okta-domain-too-long')
  const text = pasted.replace(invisible, '').replace(blank, ' ').trim().replace(wrapping, '').trim()
  if (text === '') throw new OktaRefusal('okta-domain-empty', 'Write the address of your Okta organization, as in acme.okta.com.')
  const codes: CorrectionCode[] = text === pasted ? [] : ['characters-dropped']
  const development = parseDevelopment(text, options.developmentOrigins ?? [], codes)
  if (development !== null) return development

  checkText(text)
  const url = parseUrl(withScheme(text, codes))
  if (url.port !== '') throw new OktaRefusal('okta-domain-port', 'Okta has no port in its address.')
  const { host, kind, adminDropped } = parseOktaHost(withoutDot(url.hostname, codes))
  if (adminDropped) codes.push('admin-host-dropped')
  const customAuthorizationServer = findAuthorizationServer(url.pathname)
  const path = customAuthorizationServer === null ? '' : `/oauth2/${customAuthorizationServer}`
  noteSpelling(text, url.hostname, path, codes)
  return { issuer: `https://${host}${path}`, kind, customAuthorizationServer, corrections: buildCorrections(codes) }
}

function checkText (text: string): void {
  if (/[{}]|your-?okta-?domain/i.test(text)) throw new OktaRefusal('okta-domain-placeholder', 'That is the placeholder of a guide. Write your own address, as in acme.okta.com.')
  if (/^mailto:/i.test(text)) throw new OktaRefusal('okta-domain-email', 'Write the address of the Okta organization, not of a person.')
  if (/\s/.test(text)) throw new OktaRefusal('okta-domain-malformed', 'Write one address and nothing else.')
  if (/\.com\.com(?![a-z])/i.test(text) || /:\/\/.*:\/\//.test(text.split(/[?#]/)[0] ?? '')) throw new OktaRefusal('okta-domain-typo', 'Part of the address is there twice.')
}

// http:/acme…, https//acme…, htps://acme… are slips of the hand; ftp: or javascript: are not.
function withScheme (text: string, codes: CorrectionCode[]): string {
  const scheme = /^(ht{1,3}ps?)?([:;]?[/\\]{1,3})/i.exec(text)
  if (scheme !== null) {
    const [whole, name = '', separator] = scheme
    if (name.toLowerCase() === 'http' && separator === '://') codes.push('scheme-upgraded')
    else if (name.toLowerCase() !== 'https' || separator !== '://') codes.push('scheme-corrected')
    return `https://${text.slice(whole.length)}`
  }
  if (/^[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))/i.test(text) && !/^[^:/?#]+:[^/?#]*@/.test(text)) throw new OktaRefusal('okta-domain-scheme', 'Okta is reached by https only.')
  codes.push('scheme-added')
  return `https://${text}`
}

function parseUrl (text: string): URL {
  const url = URL.parse(text)
  if (url === null) throw new OktaRefusal('okta-domain-malformed', 'That is no address.')
  if (url.password !== '') throw new OktaRefusal('okta-domain-credentials', 'Never write a password into an address.')
  if (url.username !== '') throw new OktaRefusal('okta-domain-email', 'Write the address of the Okta organization, not of a person.')
  return url
}

function withoutDot (host: string, codes: CorrectionCode[]): string {
  if (!host.endsWith('.')) return host
  codes.push('trailing-dot-dropped')
  return host.slice(0, -1)
}

function noteSpelling (text: string, hostname: string, path: string, codes: CorrectionCode[]): void {
  const [, host = '', rest = ''] = /^(?:[a-z]*[:;]?[/\\]+)?([^/\\?#:]*)(?::\d+)?(.*)$/i.exec(text) ?? []
  if (host.toLowerCase() !== hostname) codes.push('international-name-encoded')
  else if (host !== hostname) codes.push('lower-cased')
  if (rest === path) return
  codes.push(rest === `${path}/` ? 'trailing-slash-dropped' : 'path-dropped')
}

// Both well-known forms carry it: /oauth2/{id}/.well-known/… and, by RFC 8414, /.well-known/…/oauth2/{id}.
function findAuthorizationServer (path: string): string | null {
  const found = authorizationServer.exec(path.replace(/^\/\.well-known\/[a-z-]+(?=\/oauth2\/)/, ''))
  return found?.[1] ?? null
}

// A stand-in on the developer's own machine: nothing about it is guessed, and only exact origins count.
function parseDevelopment (text: string, origins: readonly string[], codes: CorrectionCode[]): OktaDomain | null {
  const url = URL.parse(text)
  const candidates = url === null || url.origin === 'null' ? [URL.parse(`http://${text}`), URL.parse(`https://${text}`)] : [url]
  const match = candidates.find(candidate => candidate !== null && candidate.username === '' && candidate.password === '' && origins.includes(candidate.origin))
  if (match === undefined || match === null) return null
  const customAuthorizationServer = findAuthorizationServer(match.pathname)
  const path = customAuthorizationServer === null
    ? match.pathname.replace(/\/(?:\.well-known|oauth2\/v1|admin|app)(?:\/.*)?$/, '').replace(/\/+$/, '')
    : `/oauth2/${customAuthorizationServer}`
  return { issuer: `${match.origin}${path}`, kind: 'development', customAuthorizationServer, corrections: buildCorrections(codes) }
}

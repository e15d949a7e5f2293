// Which of the vendor's products is this, on which hosts does it live, and where may a browser be sent back to?
import type { AppId } from './id.ts'
import { TenantRefusal } from './refusal.ts'
import type { UrlPolicy } from './url.ts'
import { isLocalhost, parseWebUrl } from './url.ts'

export interface App {
  readonly id: AppId
  readonly slug: string
  readonly name: string
  /** `aud` of its access tokens. */
  readonly audience: string
  /** As in the address bar: `host`, or `host:port` where the port is not the scheme's own. */
  readonly hosts: readonly string[]
  /** URL prefixes that browsers may be sent back to. */
  readonly returnTo: readonly string[]
  readonly homeUrl: string | null
  readonly tokenLifetimeSeconds: number | null
  readonly upstream: string | null
}

/**
 * A host that an operator gives an app, as in the address bar.
 * @returns the host in the form in which it is stored and compared.
 * @throws TenantRefusal `host-malformed`
 */
export function parseHost (text: string, policy: UrlPolicy): string {
  const host = normalizeHost(text)
  if (host === null) throw new TenantRefusal('host-malformed', 'Write a host as in the address bar: app.example.com, or app.example.com:8443.')
  parseWebUrl(`${schemeOf(host, policy)}://${host}/`, policy)
  return host
}

// Names, or an IPv6 address in brackets, and a port of digits: nothing that the platform's parser would cut off, drop or decode.
const written = /^(?:[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)*\.?|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/iu
// What the parser would give back as it is: lower case, nothing encoded, a last label that is no number, a port in its shortest form.
const settled = /^(?:[a-z0-9_-]+\.)*[a-z][a-z0-9-]*(?::(?!80$|443$)(?:[1-9]\d{0,3}|[1-5]\d{4}))?$/
const serialized = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(?::\d+)?$/

/** The form in which hosts are compared: lower case, ASCII, no trailing dot, no `:443`; null when it is no host. */
export function normalizeHost (text: string): string | null {
  if (text.length > 255) return null
  // Asked of every request.
  if (settled.test(text) && !text.includes('xn--')) return text
  const found = written.exec(text)
  const port = Number(found?.[1] ?? 443)
  // For https `host:80` is another place than `host`, and the parser for http would make them one.
  if (found === null || port === 80) return null
  const host = URL.parse(`http://${text}/`)?.host.replace(/\.(?=:|$)/, '') ?? ''
  if (!serialized.test(host)) return null
  // `1`, `127.1` and `0x7f.1` are addresses to the parser and names to the eye.
  if (/^\d+(?:\.\d+){3}(?::|$)/.test(host) && !text.startsWith(host.replace(/:.*/, ''))) return null
  return port === 443 ? host.replace(/:443$/, '') : host
}

/** `http` for localhost names where the policy allows it, else `https`. */
export function schemeOf (host: string, policy: UrlPolicy): 'http' | 'https' {
  return policy.plainLocalhost && isLocalhost(host) ? 'http' : 'https'
}

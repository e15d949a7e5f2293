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
 * A host as in the address bar, in lower case.
 * @throws TenantRefusal `host-malformed`
 */
export function parseHost (text: string, policy: UrlPolicy): string {
  const host = normalizeHost(text)
  if (host === null) throw new TenantRefusal('host-malformed', 'Write a host as in the address bar: app.example.com, or app.example.com:8443.')
  parseWebUrl(`${schemeOf(host, policy)}://${host}/`, policy)
  return host
}

/** The form in which hosts are compared: lower case, ASCII, no trailing dot; null when it is no host. */
export function normalizeHost (text: string): string | null {
  if (!/^[\p{L}\p{N}.:[\]_-]{1,255}$/u.test(text)) return null
  let url: URL
  try {
    url = new URL(`http://${text}/`)
  } catch {
    return null
  }
  // `host:80` has lost its port by now: for https it would be another host.
  if (text.endsWith(':80')) return null
  const host = url.host.replace(/\.(?=:|$)/, '')
  return host.endsWith(':443') ? host.slice(0, -4) : host
}

/** `http` for localhost names where the policy allows it, else `https`. */
export function schemeOf (host: string, policy: UrlPolicy): 'http' | 'https' {
  return policy.plainLocalhost && isLocalhost(host) ? 'http' : 'https'
}

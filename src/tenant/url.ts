// Which URLs may the vendor name? https, or plain http on this machine while the gateway itself runs so.
import { TenantRefusal } from './refusal.ts'

export interface UrlPolicy {
  /** Whether `PUBLIC_URL` is itself http on localhost. */
  readonly plainLocalhost: boolean
}

const MAX_URL = 2048

/**
 * An absolute web URL as the platform serializes it.
 * @throws TenantRefusal `url-malformed` for another scheme, credentials, plain http away from localhost, or more than 2,048 characters as
 * written or as serialized.
 */
export function parseWebUrl (text: string, policy: UrlPolicy): string {
  const refuse = (detail: string) => new TenantRefusal('url-malformed', detail)
  const tooLong = `A URL has at most ${MAX_URL} characters.`
  if (text.length > MAX_URL) throw refuse(tooLong)
  // The platform's parser would drop these silently, and what is compared would not be what was written.
  if (/[\s\\\p{Cc}]/u.test(text)) throw refuse('A URL holds no spaces, backslashes or control characters.')
  // Without its slashes (`https:evil.example`), or with a third, it is a path to some parsers and a host to others.
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(text) ? URL.parse(text) : null
  if (url === null) throw refuse('Write a whole URL, as in https://app.example.com/start.')
  // The serialized form loses an empty user name, so it is looked for in what was written.
  if (/^[^/]*\/\/[^/?#]*@/.test(text)) throw refuse('A URL holds no user name or password.')
  // Percent-encoding makes one character of a foreign script nine.
  if (url.href.length > MAX_URL) throw refuse(tooLong)
  if (url.protocol === 'http:' && policy.plainLocalhost && isLocalhost(url.host)) return url.href
  if (url.protocol !== 'https:') throw refuse('The URL must begin with https://.')
  return url.href
}

/** Whether a host, with or without a port, is this machine by name. */
export function isLocalhost (host: string): boolean {
  const name = host.replace(/:\d+$/, '')
  return name === 'localhost' || name.endsWith('.localhost') || name === '127.0.0.1' || name === '[::1]'
}

// Whose address is this, and in which domain? RFC 5321 as far as people's work addresses go.
import { domainToASCII } from 'node:url'
import { TenantRefusal } from './refusal.ts'

export interface Email {
  /** As it is stored and compared: trimmed, lower case, domain in its ASCII form. */
  readonly address: string
  /** The domain in ASCII, lower case. */
  readonly domain: string
}

const MAX_EMAIL = 254

// One @ outside quotes only: an address with two of them has been read by two parsers in two ways before.
// RFC 5322 atext and letters of any script; quoted local parts are refused rather than understood by halves.
const local = /^[^\s@"(),:;<>[\]\\\p{C}]{1,64}$/u
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** The address and its domain, or null when it is not an address that a person signs in with. */
export function findEmail (text: string): Email | null {
  const trimmed = text.trim()
  if (trimmed.length === 0 || trimmed.length > MAX_EMAIL) return null
  const at = trimmed.lastIndexOf('@')
  if (at < 1) return null
  const name = trimmed.slice(0, at)
  const domain = normalizeDomain(trimmed.slice(at + 1))
  if (domain === null || !local.test(name) || !isStable(name)) return null
  const address = `${name.toLowerCase()}@${domain}`
  return address.length > MAX_EMAIL ? null : { address, domain }
}

// The Kelvin sign is a k in lower case, and a full-width @ is one after normalization: a second address for somebody else's mailbox.
function isStable (name: string): boolean {
  // ASCII is its own normal form, in lower case too.
  if (/^[\x21-\x7e]*$/.test(name)) return true
  const lower = name.toLowerCase()
  return name.normalize('NFKC') === name && lower.normalize('NFKC') === lower
}

/**
 * @param text what was typed; spaces around it are forgiven.
 * @returns the address in the form in which it is compared.
 * @throws TenantRefusal `email-malformed`
 */
export function parseEmail (text: string): Email {
  const email = findEmail(text)
  if (email === null) throw new TenantRefusal('email-malformed', 'Write the address as in you@company.com.')
  return email
}

/** The ASCII, lower-case form of a domain name with at least two labels, or null. Homographs become their `xn--` selves. */
export function normalizeDomain (text: string): string | null {
  // The URL parser would cut or decode these; a domain holds none of them.
  if (/[\s/?#@:\\%\p{Cc}\p{Cf}]/u.test(text)) return null
  const lower = text.toLowerCase()
  // Nearly every domain is its own ASCII form. What may be another script or a number in disguise is looked at.
  const ascii = /^[a-z0-9.-]+\.[a-z]+$/.test(lower) && !lower.includes('xn--') ? lower : domainToASCII(lower)
  if (ascii.length === 0 || ascii.length > 253) return null
  const labels = ascii.split('.')
  if (labels.length < 2 || !labels.every(part => label.test(part))) return null
  // 10.0.0.1 passes as labels; no email domain ends in digits.
  if (/^\d+$/.test(labels.at(-1) ?? '')) return null
  return ascii
}

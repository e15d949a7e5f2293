// Which host may be a customer's Okta organization, and of which kind is it?
import { OktaRefusal } from './refusal.ts'

export type OktaHostKind = 'production' | 'preview' | 'government' | 'custom-domain'

const suffixes: readonly (readonly [suffix: string, kind: OktaHostKind])[] = [
  ['okta.com', 'production'],
  ['okta-emea.com', 'production'],
  ['oktapreview.com', 'preview'],
  ['okta-gov.com', 'government'],
  ['okta.mil', 'government']
]

// Okta's own test cells, and the CNAME targets of custom domains: no customer's people sign in there.
const neverSuffixes = ['trexcloud.com', 'okta-miltest.com', 'trex-gov.com', 'okta-dnssec.com']

// Hosts of Okta the company, which admins paste after having looked something up there.
const neverNames = new Set(['www', 'login', 'admin', 'system-admin', 'help', 'support', 'developer', 'status', 'trust', 'accounts', 'oktacdn'])

// Names that lead somewhere else in every network, so that a connection could be pointed inwards.
const localNames = ['localhost', 'local', 'localdomain', 'internal', 'intranet', 'private', 'corp', 'home', 'lan', 'arpa', 'onion', 'invalid', 'alt']

const misspelledSuffix = /(^|\.)okta(preview|-emea|-gov)?\.(con|co|cm|om|comm|cpm|vom|net|org|io|eu)$/
const misspelledName = /(^|\.)(otka|okat|ohta|oka|oktta|okkta|octa|0kta|okta-preview|octapreview|oktapreveiw|oktaprewiev)\.com$/
const suffixInside = /(^|\.)(okta|oktapreview|okta-emea|okta-gov)\.com\.|(^|\.)okta\.mil\./

/**
 * Takes a host name as the URL parser returns it: lower case, ASCII, without port.
 * @returns the host without `-admin`, and its kind. Whatever is not Okta's may be a custom domain; only asking it can tell.
 * @throws OktaRefusal for addresses, local names, misspellings, and hosts that belong to Okta itself.
 */
export function parseOktaHost (host: string): { host: string, kind: OktaHostKind, adminDropped: boolean } {
  checkHostName(host)
  const found = suffixes.find(([suffix]) => isBelow(host, suffix))
  if (found === undefined) return { host, kind: 'custom-domain', adminDropped: false }
  const [suffix, kind] = found
  const name = host.slice(0, -suffix.length - 1)
  if (name === '') throw new OktaRefusal('okta-domain-incomplete', `Write the whole address, as in acme.${suffix}.`)
  if (name.includes('.') || neverNames.has(name)) throw new OktaRefusal('okta-domain-not-customer', `That host belongs to Okta itself. Your own is written as in acme.${suffix}.`)
  const adminDropped = name.endsWith('-admin') && name.length > '-admin'.length
  return { host: `${adminDropped ? name.slice(0, -'-admin'.length) : name}.${suffix}`, kind, adminDropped }
}

function checkHostName (host: string): void {
  if (host.startsWith('[') || /^[\d.]+$/.test(host)) throw new OktaRefusal('okta-domain-address', 'Write a host name, not an IP address.')
  if (localNames.some(name => isBelow(host, name))) throw new OktaRefusal('okta-domain-address', 'That name is not on the public internet.')
  const labels = host.split('.')
  if (labels.length === 1) throw new OktaRefusal('okta-domain-incomplete', 'Write the whole address, as in acme.okta.com.')
  if (host.length > 253 || !labels.every(label => /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) throw new OktaRefusal('okta-domain-malformed', 'That is no host name.')
  if (neverSuffixes.some(suffix => isBelow(host, suffix))) throw new OktaRefusal('okta-domain-not-customer', 'That host belongs to Okta itself.')
  // acme.okta.com.example.net looks like Okta to the eye and is somebody else's.
  if (misspelledSuffix.test(host) || misspelledName.test(host) || suffixInside.test(host)) throw new OktaRefusal('okta-domain-typo', 'That is nearly an Okta address. Look at its spelling.')
}

function isBelow (host: string, suffix: string): boolean {
  return host === suffix || host.endsWith(`.${suffix}`)
}

/** Takes an issuer that is in use; returns the kind of its host. Whatever is not Okta's own is a custom domain. */
export function findHostKind (issuer: string): OktaHostKind {
  const host = URL.parse(issuer)?.hostname ?? ''
  return suffixes.find(([suffix]) => isBelow(host, suffix))?.[1] ?? 'custom-domain'
}

/**
 * Takes an issuer.
 * @returns the host of its Admin Console; null for a custom domain, where none is served.
 */
export function findAdminConsole (issuer: string): string | null {
  const host = URL.parse(issuer)?.hostname ?? ''
  const found = suffixes.find(([suffix]) => host.endsWith(`.${suffix}`))
  return found === undefined ? null : `${host.slice(0, -found[0].length - 1)}-admin.${found[0]}`
}

// Which Okta organization is behind this host? GET /.well-known/okta-organization, which anyone may ask.
import type { Answer } from '../oidc/answer.ts'
import { Outage } from '../outage.ts'
import { OktaRefusal } from './refusal.ts'

export interface OktaOrganization {
  /** `00o…`. Stays the same when domains change, and equals the `idp` claim of people who sign in at Okta itself. */
  readonly id: string
  /** `idx` is Identity Engine, `v1` is Classic: single sign-on and SCIM only. */
  readonly pipeline: 'idx' | 'v1' | (string & {})
  /** The organization's own origin. */
  readonly url: string
  /** The origin of its custom domain. */
  readonly alternate?: string
}

const MAX_BODY = 65_536

/**
 * Takes the answer of the host.
 * @returns the organization, its addresses as origins.
 * @throws OktaRefusal `okta-organization-missing` when the host is no Okta organization, `okta-organization-malformed`
 * when its answer makes no sense; Outage when it could not answer now.
 */
export function parseOktaOrganization (answer: Answer): OktaOrganization {
  if (answer.status === 429) throw new Outage('provider-busy', { providerRequestId: answer.headers['x-okta-request-id'] })
  if (answer.status >= 500) throw new Outage('provider-error', { providerRequestId: answer.headers['x-okta-request-id'] })
  if (answer.status !== 200) throw new OktaRefusal('okta-organization-missing', 'No Okta organization answers at this address.')
  const document = parseJson(answer.body)
  const id = member(document, 'id')
  if (typeof id !== 'string' || !/^[0-9A-Za-z]{1,64}$/.test(id)) throw new OktaRefusal('okta-organization-malformed', 'The organization has no id.')
  const pipeline = member(document, 'pipeline')
  const links = member(document, '_links')
  const url = parseOrigin(member(member(links, 'organization'), 'href'))
  if (url === null) throw new OktaRefusal('okta-organization-malformed', 'The organization has no address.')
  const alternate = parseOrigin(member(member(links, 'alternate'), 'href'))
  return {
    id,
    pipeline: typeof pipeline === 'string' && /^[0-9a-z_-]{1,32}$/i.test(pipeline) ? pipeline : 'unknown',
    url,
    ...(alternate === null || alternate === url ? {} : { alternate })
  }
}

/**
 * Takes the issuer of a connection and the organization that its host says it is.
 * @returns every value that Okta may send as `iss` from the organization's dashboard: the issuer, and the addresses of
 * the organization. Only the issuer when the organization does not name the issuer's own host: then the document is
 * about somebody else. For comparing only, never for fetching.
 */
export function issuerAliases (issuer: string, organization: OktaOrganization): readonly string[] {
  const addresses = organization.alternate === undefined ? [organization.url] : [organization.url, organization.alternate]
  const origin = parseOrigin(issuer)
  if (origin === null || !addresses.includes(origin)) return [issuer]
  return [...new Set([issuer, ...addresses.filter(address => new URL(address).protocol === new URL(origin).protocol)])]
}

function parseJson (body: string): unknown {
  if (body.length > MAX_BODY) throw new OktaRefusal('okta-organization-malformed', 'The answer is too long.')
  try {
    return JSON.parse(body)
  } catch {
    throw new OktaRefusal('okta-organization-missing', 'What answers at this address is no Okta organization.')
  }
}

function member (value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined
}

function parseOrigin (value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2048) return null
  const url = URL.parse(value)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') return null
  return url.origin
}

// Why is what an admin typed, or what a host answered, no Okta organization? One closed list of codes.

export type DomainRefusalCode =
  | 'okta-domain-empty'
  | 'okta-domain-too-long'
  | 'okta-domain-placeholder' // {yourOktaDomain}, copied from a guide
  | 'okta-domain-typo' // two schemes, .com.com, okta.con
  | 'okta-domain-incomplete' // only the first label, or okta.com without it
  | 'okta-domain-email'
  | 'okta-domain-scheme' // neither https nor http
  | 'okta-domain-credentials' // user:password@
  | 'okta-domain-port'
  | 'okta-domain-address' // an IP address or a name that means something on one network only
  | 'okta-domain-not-customer' // a host of Okta itself, or one of its test cells
  | 'okta-domain-malformed'

export type OrganizationRefusalCode =
  | 'okta-organization-missing' // the host answers, but is no Okta organization
  | 'okta-organization-malformed'

export type CredentialRefusalCode =
  | 'client-id-mistaken' // something else of Okta's, or cut off
  | 'client-secret-mistaken'

export type OktaRefusalCode = DomainRefusalCode | OrganizationRefusalCode | CredentialRefusalCode

/** What was typed, or what was answered, names no Okta organization. Answered 4xx, logged as information. */
export class OktaRefusal extends Error {
  readonly code: OktaRefusalCode
  /** One sentence for whoever typed it. Repeats nothing of what was typed: it may be a password. */
  readonly detail: string | undefined

  constructor (code: OktaRefusalCode, detail?: string, options: { cause?: unknown } = {}) {
    super(detail === undefined ? code : `${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'OktaRefusal'
    this.code = code
    this.detail = detail
  }
}

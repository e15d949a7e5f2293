// Why does a policy of the vendor or of the tenant say no? One closed list of codes.

export type TenantRefusalCode =
  // what was typed or sent
  | 'email-malformed'
  | 'slug-malformed'
  | 'domain-malformed'
  | 'domain-public'
  | 'domain-not-proven'
  | 'url-malformed'
  | 'host-malformed'
  | 'value-malformed'
  // who may sign in where
  | 'email-domain-unknown'
  | 'connection-unknown'
  | 'connection-not-live'
  | 'connection-retired'
  | 'pilot-only'
  | 'sso-not-entitled'
  | 'member-suspended'
  | 'member-unknown'
  | 'email-missing'
  | 'email-domain-unverified'
  | 'identity-conflict'
  | 'identity-taken'
  | 'invitation-unknown'
  | 'invitation-used'
  | 'invitation-expired'
  // a session at a door
  | 'not-signed-in'
  | 'session-expired'
  | 'role-missing'
  | 'tenant-mismatch'
  | 'app-unknown'
  // from host to host
  | 'ticket-unknown'
  | 'ticket-other-host'
  | 'ticket-other-browser'
  | 'ticket-expired'
  // a customer's admin at the setup
  | 'setup-link-unknown'
  | 'setup-link-revoked'
  | 'setup-link-opened'
  | 'setup-link-expired'
  | 'setup-session-over'
  | 'setup-part-only'
  | 'setup-live-locked'
  | 'setup-edited-meanwhile'
  // an operator's program
  | 'scope-missing'
  // moves and uniqueness
  | 'connection-state'
  | 'connection-live'
  | 'connection-incomplete'
  | 'enforcement-premature'
  | 'import-refused'
  | 'already-exists'
  | 'not-found'

/** The vendor's or the tenant's rules say no. Answered 4xx, logged as information. */
export class TenantRefusal extends Error {
  readonly code: TenantRefusalCode
  /** One sentence for whoever has to act on it; names no other tenant. */
  readonly detail: string | undefined

  constructor (code: TenantRefusalCode, detail?: string, options: { cause?: unknown } = {}) {
    super(detail === undefined ? code : `${code}: ${detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TenantRefusal'
    this.code = code
    this.detail = detail
  }
}

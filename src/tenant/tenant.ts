// Who is the customer, and what do they allow?
import type { TenantId } from './id.ts'
import { looksLikeId } from './id.ts'
import { TenantRefusal } from './refusal.ts'

export type Admission = 'invited' | 'just-in-time'
export type Enforcement = 'optional' | 'required'

export interface Tenant {
  readonly id: TenantId
  readonly slug: string
  readonly name: string
  /** Whether somebody unknown in a verified domain becomes a member at the first sign-in. */
  readonly admission: Admission
  readonly defaultRoles: readonly string[]
  /** Whether the customer has bought single sign-on. `false` refuses at every door. */
  readonly ssoEntitled: boolean
  readonly enforcement: Enforcement
  readonly homeUrl: string | null
  readonly fallbackLoginUrl: string | null
  /** Shorter than the gateway's own, or null for the gateway's. */
  readonly sessionIdleSeconds: number | null
  readonly sessionLifetimeSeconds: number | null
}

const slugPattern = /^[a-z0-9-]{1,63}$/

/**
 * @returns the slug, unchanged.
 * @throws TenantRefusal `slug-malformed` also when it could be taken for an id.
 */
export function parseSlug (text: string): string {
  if (!slugPattern.test(text) || looksLikeId(text)) {
    throw new TenantRefusal('slug-malformed', 'A slug is 1 to 63 of a-z, 0-9 and -, and does not look like an id.')
  }
  return text
}

/** How long a session of this tenant may be idle and live at most, in seconds: the tenant's own where shorter. */
export function sessionLimits (tenant: Pick<Tenant, 'sessionIdleSeconds' | 'sessionLifetimeSeconds'>, gateway: { idleSeconds: number, lifetimeSeconds: number }): { idleSeconds: number, lifetimeSeconds: number } {
  const lifetimeSeconds = Math.min(tenant.sessionLifetimeSeconds ?? Infinity, gateway.lifetimeSeconds)
  return { lifetimeSeconds, idleSeconds: Math.min(tenant.sessionIdleSeconds ?? Infinity, gateway.idleSeconds, lifetimeSeconds) }
}

/** The role that counts as the tenant's own administration. The other roles mean to the vendor's apps whatever the vendor likes. */
export const ADMIN_ROLE = 'admin'

/**
 * Whether a tenant may be made to sign in with Okta only.
 * @param adminHasSignedIn whether a member with the role `admin` has come in through a live connection.
 * @throws TenantRefusal `enforcement-premature`: a mistake in Okta would lock out everybody, and nobody there has shown to get in.
 */
export function checkEnforceable (adminHasSignedIn: boolean): void {
  if (!adminHasSignedIn) throw new TenantRefusal('enforcement-premature', 'Okta can be required once a member with the role admin has signed in through a connection that is live.')
}

/** Every door asks this first. @throws TenantRefusal `sso-not-entitled` */
export function checkEntitled (tenant: Pick<Tenant, 'ssoEntitled'>): void {
  if (!tenant.ssoEntitled) throw new TenantRefusal('sso-not-entitled')
}

// Who gets in? The identity decides first; an email alone never does.
import { findEmail } from './email.ts'
import type { Person } from './identity.ts'
import type { Member } from './member.ts'
import { checkNotSuspended, parseName } from './member.ts'
import { TenantRefusal } from './refusal.ts'
import type { Tenant } from './tenant.ts'

export interface Arrival extends Person {
  readonly tenant: Pick<Tenant, 'admission' | 'defaultRoles'>
  /** What the provider says of the person: verified claims, and still only claims. `email_verified` is not among them: it is no evidence. */
  readonly claims: { readonly email: string | null, readonly name: string | null }
}

export type Admitted =
  | { readonly kind: 'known', readonly member: Member, readonly emailDiffers: boolean }
  | { readonly kind: 'link', readonly member: Member }
  | { readonly kind: 'create', readonly email: string, readonly name: string, readonly roles: readonly string[] }

/**
 * Decides who a verified identity is to the vendor.
 *
 * A known identity signs in whatever its email is now. An unknown one is linked once, to a member of this tenant who is expected (invited, or
 * without any identity yet) with the same email in a domain that this tenant has proven; or made a member where the tenant admits just in time. Nobody else gets in: an address is something
 * that a tenant's own Okta may freely assert, so outside the tenant's proven domains it says nothing.
 *
 * @throws TenantRefusal `member-suspended`, `email-missing`, `email-domain-unverified`, `identity-conflict`, `member-unknown`
 */
export function admit (arrival: Arrival): Admitted {
  const email = arrival.claims.email === null ? null : findEmail(arrival.claims.email)
  if (arrival.known !== null) {
    checkNotSuspended(arrival.known)
    return { kind: 'known', member: arrival.known, emailDiffers: email !== null && email.address !== arrival.known.email }
  }
  if (email === null) throw new TenantRefusal('email-missing')
  if (arrival.sameEmail !== null) {
    const { member, identities } = arrival.sameEmail
    checkNotSuspended(member)
    if (!arrival.domainVerified) throw new TenantRefusal('email-domain-unverified')
    // A second subject with a known person's address is a re-used mailbox or an attack; a human decides which. The same subject in another
    // of the tenant's orgs (a preview org, say) is somebody's word only, until a fresh invitation makes it the vendor's.
    if (identities === 'here' || (identities === 'elsewhere' && member.status !== 'invited')) throw new TenantRefusal('identity-conflict')
    return { kind: 'link', member }
  }
  if (!arrival.domainVerified) throw new TenantRefusal('email-domain-unverified')
  if (arrival.tenant.admission !== 'just-in-time') throw new TenantRefusal('member-unknown')
  return { kind: 'create', email: email.address, name: nameOf(arrival.claims.name, email.address), roles: arrival.tenant.defaultRoles }
}

function nameOf (claimed: string | null, email: string): string {
  try {
    return parseName(claimed ?? email)
  } catch (error) {
    if (error instanceof TenantRefusal) return email.slice(0, 200)
    throw error
  }
}

// May this session pass this door now? Asked at every door, of every session, from scratch.
import { endOf, type LiveSession } from './sign-in.ts'
import { checkDoor } from './roll-out.ts'
import { checkNotSuspended } from './member.ts'
import { checkEntitled } from './tenant.ts'
import { TenantRefusal } from './refusal.ts'

/**
 * Whether the session lives and its person, tenant and connection still allow it.
 * @throws TenantRefusal `session-expired`, `sso-not-entitled`, `member-suspended`, `connection-retired`, `connection-not-live`, `pilot-only`
 */
export function checkSession (session: LiveSession, now: Date): void {
  if (now.getTime() >= endOf(session)) throw new TenantRefusal('session-expired')
  if (session.sound !== true) checkStanding(session)
}

type Standing = Pick<LiveSession, 'member' | 'tenant' | 'connection'>

/** Whether only time can end such a session, as its person, tenant and connection are now. */
export function isSound (session: Standing): boolean {
  try {
    checkStanding(session)
    return true
  } catch (error) {
    if (error instanceof TenantRefusal) return false
    throw error
  }
}

function checkStanding ({ member, tenant, connection }: Standing): void {
  checkEntitled(tenant)
  checkNotSuspended(member)
  // The member's own email is what the door compared at the first sign-in, so a pilot's list counts for as long as it does for sign-ins.
  checkDoor(connection, member.email)
}

export interface Constraints {
  /** Any one of these; none means no constraint. */
  readonly roles: readonly string[]
  /** Id or slug of the only tenant that may pass. */
  readonly tenant: string | null
}

/** @throws TenantRefusal `tenant-mismatch`, `role-missing`: signed in, and still not allowed. */
export function checkConstraints (session: Pick<LiveSession, 'member' | 'tenant'>, constraints: Constraints): void {
  const { tenant, roles } = constraints
  if (tenant !== null && tenant !== session.tenant.id && tenant !== session.tenant.slug) throw new TenantRefusal('tenant-mismatch')
  if (roles.length > 0 && !roles.some(role => session.member.roles.includes(role))) throw new TenantRefusal('role-missing')
}

// Who is a person to the vendor? Users and roles are the vendor's own; Okta only says who is at the door.
import type { MemberId, TenantId } from './id.ts'
import { TenantRefusal } from './refusal.ts'

export type MemberStatus = 'invited' | 'active' | 'suspended'

export interface Member {
  readonly id: MemberId
  readonly tenantId: TenantId
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  readonly status: MemberStatus
  /** The product's own id of this person. */
  readonly externalId: string | null
}

const MAX_ROLES = 100
// Printable ASCII without the comma: roles travel in a header and in a comma-separated query.
const role = /^[\x21-\x2b\x2d-\x7e]{1,64}$/

/**
 * @returns the roles without repetitions, in the order given.
 * @throws TenantRefusal `value-malformed`
 */
export function parseRoles (roles: readonly string[]): readonly string[] {
  const distinct = [...new Set(roles)]
  if (distinct.length > MAX_ROLES) throw new TenantRefusal('value-malformed', `A member has at most ${MAX_ROLES} roles.`)
  for (const one of distinct) {
    if (!role.test(one)) throw new TenantRefusal('value-malformed', 'A role is 1 to 64 printable ASCII characters without spaces and commas.')
  }
  return distinct
}

const MAX_NAME = 200

/**
 * @returns the name without control characters and outer spaces, each run of white space as one space.
 * @throws TenantRefusal `value-malformed` when nothing visible is left or it is longer than 200 characters.
 */
export function parseName (text: string): string {
  const name = text.replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, ' ').replace(/\s+/gu, ' ').trim()
  // Joiners belong to many scripts; a name of nothing else would be a blank in every list.
  if (!/[^\p{C}\p{Z}]/u.test(name) || name.length > MAX_NAME) throw new TenantRefusal('value-malformed', 'A name is 1 to 200 characters.')
  return name
}

/** Takes how many accounts at Okta are linked to a suspended member; returns what they become when they are let in again. */
export function restoredStatus (identities: number): Exclude<MemberStatus, 'suspended'> {
  return identities === 0 ? 'invited' : 'active'
}

/** Every door asks this of the person. @throws TenantRefusal `member-suspended` */
export function checkNotSuspended (member: Pick<Member, 'status'>): void {
  if (member.status === 'suspended') throw new TenantRefusal('member-suspended')
}

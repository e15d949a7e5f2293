// Which roles does a sign-in bring along, where an operator has mapped groups of the customer's Okta? Written down where they change.
import type { IdTokenClaims } from '../oidc/id-token.ts'
import { findGroupsClaim, readGroups, type ReadGroups } from '../okta/groups-claim.ts'
import type { Connection } from '../tenant/connection.ts'
import { matchGroups, rolesByGroups, sameRoles } from '../tenant/group-roles.ts'
import type { MemberId, TenantId } from '../tenant/id.ts'
import type { Member } from '../tenant/member.ts'
import type { LoginStory } from './login-story.ts'

export interface MapGroupsNeeds {
  readonly mappedRoles: {
    /** False when the member has other roles by now. */
    change (tenantId: TenantId, memberId: MemberId, change: { readonly before: readonly string[], readonly after: readonly string[], readonly reference: string, readonly details: Readonly<Record<string, unknown>> }, now: Date): Promise<boolean>
  }
  readonly now: () => Date
}

type Mapping = Pick<Connection, 'groupsClaim' | 'groupRoles'>

/** What the groups of somebody make of these roles. */
export interface MappedGroups extends Pick<ReadGroups, 'problem'> {
  readonly claim: string
  readonly roles: readonly string[]
  readonly matched: readonly string[]
  /** How many groups came that are not mapped; they mean nothing here. */
  readonly others: number
}

/** Whether roles follow from groups here, and the claims do not say which. */
export function lacksGroups ({ groupsClaim, groupRoles }: Mapping, { raw }: IdTokenClaims): boolean {
  return groupsClaim !== null && groupRoles.length > 0 && findGroupsClaim(raw, groupsClaim) === null
}

/** @returns null where no role follows from a group. */
export function lookAtGroups ({ groupsClaim, groupRoles }: Mapping, { raw }: IdTokenClaims, roles: readonly string[]): MappedGroups | null {
  if (groupsClaim === null || groupRoles.length === 0) return null
  const { groups, problem } = readGroups(raw, groupsClaim)
  const matched = matchGroups(groupRoles, groups)
  return { claim: groupsClaim, problem, roles: rolesByGroups(groupRoles, roles, groups), matched, others: new Set(groups).size - matched.length }
}

export function mapGroups (needs: MapGroupsNeeds) {
  /** @returns the member with the roles from now on, or null when somebody else has changed them meanwhile: look again. */
  return async function (connection: Connection, claims: IdTokenClaims, member: Member, story: LoginStory): Promise<Member | null> {
    const mapped = lookAtGroups(connection, claims, member.roles)
    if (mapped === null) return member
    const { roles, claim, problem, matched } = mapped
    const changed = !sameRoles(member.roles, roles)
    const details = { connection: connection.id, claim, groups: matched, problem }
    if (changed && !await needs.mappedRoles.change(member.tenantId, member.id, { before: member.roles, after: roles, reference: story.reference, details }, needs.now())) return null
    story.note('groups-read', { claim, problem, matched, others: mapped.others, changed })
    return { ...member, roles }
  }
}

// Which roles does a member get from groups in the customer's Okta? Only those that an operator has mapped, at each sign-in.
import { parseRoles } from './member.ts'
import { TenantRefusal } from './refusal.ts'

export interface GroupRole {
  /** The name of the group in Okta, exactly. */
  readonly group: string
  /** The vendor's own roles. */
  readonly roles: readonly string[]
}

const MAX_GROUPS = 100
const MAX_NAME = 255

/** Takes pairs as an operator writes them; returns them checked. @throws TenantRefusal `value-malformed` */
export function parseGroupRoles (pairs: ReadonlyArray<readonly [group: string, roles: readonly string[]]>): readonly GroupRole[] {
  if (pairs.length > MAX_GROUPS) throw new TenantRefusal('value-malformed', `At most ${MAX_GROUPS} groups can be mapped.`)
  const mapped = pairs.map(([group, roles]) => {
    // As it is or not at all: a name that was trimmed would be another group's.
    if (group.length > MAX_NAME || !/^(?=.*[^\p{C}\p{Z}])[^\p{Cc}\p{Cs}]+$/u.test(group)) throw new TenantRefusal('value-malformed', `The name of a group is 1 to ${MAX_NAME} printable characters.`)
    if (roles.length === 0) throw new TenantRefusal('value-malformed', 'A mapped group gives at least one role. Leave the group out to give none.')
    return { group, roles: parseRoles(roles) }
  })
  parseRoles(mapped.flatMap(({ roles }) => roles))
  return mapped
}

/** Takes the mapping and the member's groups; returns the mapped groups that the member is in. */
export function matchGroups (mapping: readonly GroupRole[], groups: readonly string[]): readonly string[] {
  return mapping.filter(({ group }) => groups.includes(group)).map(({ group }) => group)
}

/**
 * Takes the mapping, the member's roles and groups; returns the roles from now on. Of the roles that the mapping names the groups alone
 * decide: who has left the group loses the role, whoever had given it. All other roles are the vendor's, and stay as they are.
 */
export function rolesByGroups (mapping: readonly GroupRole[], roles: readonly string[], groups: readonly string[]): readonly string[] {
  const ofGroups = new Set(mapping.flatMap(one => one.roles))
  const given = new Set(mapping.filter(({ group }) => groups.includes(group)).flatMap(one => one.roles))
  const kept = roles.filter(role => !ofGroups.has(role) || given.has(role))
  return [...kept, ...[...given].filter(role => !kept.includes(role))]
}

/** Whether the two say the same, in whatever order. */
export function sameRoles (one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every(role => other.includes(role))
}

// Which groups is a person in, by their claims? A list of names or nothing: what cannot be read gives nobody a right.

export type GroupsProblem = 'missing' | 'text' | 'not-texts' | 'too-many'

export interface ReadGroups {
  /** Empty where there is a problem. */
  readonly groups: readonly string[]
  readonly problem: GroupsProblem | null
}

const MAX_GROUPS = 1000

/**
 * Takes the claims and the name of the one that lists groups; returns its name as it is written there, or null. Admins write `Groups` for
 * `groups`; where both are there, the one that is written as asked for counts.
 */
export function findGroupsClaim (claims: Readonly<Record<string, unknown>>, name: string): string | null {
  if (Object.hasOwn(claims, name)) return name
  const alike = Object.keys(claims).filter(key => key.toLowerCase() === name.toLowerCase())
  // Of two that differ in nothing but case nobody knows which is meant.
  return alike.length === 1 ? alike[0] ?? null : null
}

/** Takes the claims and the name of the claim; returns the groups in it. Never a part of them: half a list would decide something else. */
export function readGroups (claims: Readonly<Record<string, unknown>>, name: string): ReadGroups {
  const key = findGroupsClaim(claims, name)
  const value = key === null ? undefined : claims[key]
  if (value === undefined || value === null) return { groups: [], problem: 'missing' }
  if (!Array.isArray(value)) return { groups: [], problem: typeof value === 'string' ? 'text' : 'not-texts' }
  if (value.length > MAX_GROUPS) return { groups: [], problem: 'too-many' }
  const groups = value.filter(one => typeof one === 'string')
  return groups.length === value.length ? { groups, problem: null } : { groups: [], problem: 'not-texts' }
}

const path = 'the app → Sign On → OpenID Connect ID Token'

/** Takes a problem and the name of the claim; returns what it means and where it is changed. */
export function groupsAdvice (problem: GroupsProblem, name: string): string {
  switch (problem) {
    case 'missing': return `Okta sent no “${name}”. Either this person is in no group that the filter lets through, or there is no filter: ${path} → Group claims filter, with “${name}” as its name. The organization’s own authorization server sends it only when the scope groups is asked for, too.`
    case 'text': return `Okta sent “${name}” as one text instead of a list. Under ${path}, choose Filter as the group claim type, or an expression that yields a list.`
    case 'not-texts': return `What Okta sent as “${name}” is no list of names. Under ${path}, check what the claim is made of.`
    case 'too-many': return `Okta sent more than ${MAX_GROUPS} groups as “${name}”. Under ${path}, narrow the filter to the groups that are mapped; above 100 Okta itself refuses many requests.`
  }
}

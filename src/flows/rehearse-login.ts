// How does a test end, after the protocol has held? As a report for the browser that made it, and never as a session.
import { missingClaims } from '../oidc/userinfo.ts'
import type { IdTokenClaims } from '../oidc/id-token.ts'
import { plainText } from '../oidc/plain-text.ts'
import { OidcRefusal } from '../oidc/refusal.ts'
import type { Conclusion } from '../tenant/attempt.ts'
import type { Connection } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { rehearse, type Rehearsal } from '../tenant/rehearsal.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { lookAtGroups, type MappedGroups } from './map-groups.ts'
import { arrivalOf, findPerson, type FindPersonNeeds, type PersonAtTheDoor } from './admit-person.ts'

export interface RehearseLoginNeeds extends FindPersonNeeds {
  readonly connections: {
    /** Notes that these settings have passed a test. False when they are not the connection's any more. */
    passTest (tenantId: TenantId, id: ConnectionId, version: number, now: Date, shadow?: number): Promise<boolean>
  }
  readonly attempts: { conclude (tenantId: TenantId, reference: string, conclusion: Conclusion): Promise<void> }
  readonly now: () => Date
}

/** A claim as the person's own browser may see it. It is written down nowhere. */
export interface TestedClaim {
  readonly name: string
  readonly value: string
  readonly from: 'id-token' | 'userinfo'
}

export interface TestedLogin extends Rehearsal {
  readonly kind: 'tested'
  readonly reference: string
  readonly tenant: Tenant
  readonly connection: Connection
  readonly claims: readonly TestedClaim[]
  /** What a member needs and Okta did not say. */
  readonly missing: ReadonlyArray<'email' | 'name'>
  /** What the person's groups would make of their roles; null where nothing is mapped, or nobody would get in. */
  readonly mapped: MappedGroups | null
}

const MAX_CLAIMS = 60

export function rehearseLogin (needs: RehearseLoginNeeds) {
  /** @param tested the version of the settings, and the edit where they are those that wait beside a live connection. */
  return async function (person: PersonAtTheDoor, tested: { readonly version: number, readonly shadow?: number | undefined }): Promise<TestedLogin> {
    const { tenant, connection, story } = person
    const { claims, found } = await findPerson(needs)(person)
    const { would, obstacle } = rehearse(arrivalOf(tenant, claims, found))
    const mapped = would === null ? null : lookAtGroups(connection, claims, would.kind === 'create' ? would.roles : would.member.roles)
    story.note('rehearsed', { would: would?.kind ?? null, obstacle })
    // Edited while somebody stood at Okta: what has passed is not what is set now.
    if (!await needs.connections.passTest(tenant.id, connection.id, tested.version, needs.now(), tested.shadow)) throw new OidcRefusal('attempt-connection-changed')
    await needs.attempts.conclude(tenant.id, story.reference, { outcome: 'tested', code: null, steps: story.steps, at: needs.now() })
    return { kind: 'tested', reference: story.reference, tenant, connection, would, obstacle, claims: listClaims(person.claims, claims), missing: missingClaims(claims), mapped }
  }
}

function listClaims (idToken: IdTokenClaims, all: IdTokenClaims): readonly TestedClaim[] {
  return Object.entries(all.raw).slice(0, MAX_CLAIMS).map(([name, value]) => ({
    name: plainText(name, 64),
    value: plainText(typeof value === 'string' ? value : JSON.stringify(value) ?? '', 300),
    from: Object.hasOwn(idToken.raw, name) ? 'id-token' : 'userinfo'
  }))
}

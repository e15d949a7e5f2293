// Who is this verified identity to the vendor, and what is written down the first time it comes?
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'
import type { ProviderMetadata } from '../oidc/discovery.ts'
import type { IdTokenClaims } from '../oidc/id-token.ts'
import { OidcRefusal } from '../oidc/refusal.ts'
import type { TokenResponse } from '../oidc/token-response.ts'
import { buildUserinfoRequest, mergeUserinfo, missingClaims } from '../oidc/userinfo.ts'
import { Outage } from '../outage.ts'
import { admit, type Admitted, type Arrival } from '../tenant/admission.ts'
import type { Connection } from '../tenant/connection.ts'
import { type Email, findEmail } from '../tenant/email.ts'
import { buildId, type MemberId, type TenantId } from '../tenant/id.ts'
import type { IdentityKey, Person } from '../tenant/identity.ts'
import type { NewIdentityConflict } from '../tenant/identity-conflict.ts'
import type { Member } from '../tenant/member.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkDoor } from '../tenant/roll-out.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { isExpected } from './login-failure.ts'
import type { LoginStory } from './login-story.ts'
import { lacksGroups, mapGroups, type MapGroupsNeeds } from './map-groups.ts'

export interface AdmitPersonNeeds extends MapGroupsNeeds {
  readonly idp: { userinfo (request: OutgoingRequest): Promise<Answer> }
  readonly identities: {
    find (tenantId: TenantId, key: IdentityKey, email: Email | null): Promise<Person>
    link (tenantId: TenantId, key: IdentityKey, memberId: MemberId, now: Date): Promise<boolean>
    create (tenantId: TenantId, key: IdentityKey, member: Member, now: Date): Promise<boolean>
  }
  readonly identityConflicts: { note (tenantId: TenantId, conflict: NewIdentityConflict, now: Date): Promise<void> }
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface PersonAtTheDoor {
  readonly tenant: Tenant
  readonly connection: Connection
  readonly metadata: ProviderMetadata
  readonly tokens: TokenResponse
  readonly claims: IdTokenClaims
  readonly story: LoginStory
}

export function admitPerson (needs: AdmitPersonNeeds) {
  /** @returns the member that signs in, written down where that is new. Refuses with the codes of `tenant/admission`. */
  return async function (person: PersonAtTheDoor): Promise<Member> {
    const { tenant, connection, story } = person
    const { claims, key, ...first } = await findPerson(needs)(person)
    let { found } = first
    // Two first logins at once: the one that comes second finds what the first has written.
    for (let tries = 0; tries < 3; tries++) {
      const admitted = await decide(needs, arrivalOf(tenant, claims, found), key, story)
      // Before anything is written: somebody outside a pilot leaves no trace among the members.
      checkDoor(connection, admitted.kind === 'create' ? admitted.email : admitted.member.email)
      const member = await write(needs, tenant.id, key, admitted, story)
      const mapped = member === null ? null : await mapGroups(needs)(connection, claims, member, story)
      if (mapped !== null) return mapped
      found = await needs.identities.find(tenant.id, key, emailOf(claims))
    }
    throw new TenantRefusal('identity-conflict', 'The member changed again and again while somebody signed in.')
  }
}

export type FindPersonNeeds = Pick<AdmitPersonNeeds, 'idp'> & { readonly identities: Pick<AdmitPersonNeeds['identities'], 'find'> }

/** Everything that admission asks about somebody at the door. Writes nothing. */
export function findPerson (needs: FindPersonNeeds) {
  return async function (person: PersonAtTheDoor): Promise<{ claims: IdTokenClaims, key: IdentityKey, found: Person }> {
    const { tenant, connection, claims } = person
    const key = { connectionId: connection.id, issuer: claims.issuer, subject: claims.subject }
    const found = await needs.identities.find(tenant.id, key, emailOf(claims))
    // A known identity needs no claim at all, so a thin ID token costs a request only the first time; unless its groups count.
    const wanted = found.known === null && isWorthAsking(claims, found)
    if (!wanted && !lacksGroups(connection, claims)) return { claims, key, found }
    const filled = await askUserinfo(needs, person, found.known === null)
    return { claims: filled, key, found: await needs.identities.find(tenant.id, key, emailOf(filled)) }
  }
}

export function arrivalOf (tenant: Tenant, claims: IdTokenClaims, found: Person): Arrival & { readonly tenant: Tenant } {
  return { tenant, claims: { email: claims.email ?? null, name: claims.name ?? null }, ...found }
}

async function decide (needs: AdmitPersonNeeds, arrival: Arrival & { readonly tenant: Tenant }, key: IdentityKey, story: LoginStory): Promise<Admitted> {
  try {
    return admit(arrival)
  } catch (error) {
    // A human decides whose the account is, and finds it waiting.
    if (error instanceof TenantRefusal && error.code === 'identity-conflict' && arrival.sameEmail !== null) {
      await needs.identityConflicts.note(arrival.tenant.id, { key, memberId: arrival.sameEmail.member.id, reference: story.reference }, needs.now())
    }
    throw error
  }
}

async function write (needs: AdmitPersonNeeds, tenantId: TenantId, key: IdentityKey, admitted: Admitted, story: LoginStory): Promise<Member | null> {
  if (admitted.kind === 'known') {
    story.note('member-known', { member: admitted.member.id })
    if (admitted.emailDiffers) story.note('email-differs')
    return admitted.member
  }
  if (admitted.kind === 'link') {
    if (!await needs.identities.link(tenantId, key, admitted.member.id, needs.now())) return null
    story.note('member-linked', { member: admitted.member.id })
    return { ...admitted.member, status: 'active' }
  }
  const { email, name, roles } = admitted
  const member: Member = { id: buildId('mem', needs.random(20)), tenantId, email, name, roles, status: 'active', externalId: null }
  if (!await needs.identities.create(tenantId, key, member, needs.now())) return null
  story.note('member-created', { member: member.id })
  return member
}

function emailOf (claims: IdTokenClaims): Email | null {
  return claims.email === undefined ? null : findEmail(claims.email)
}

// The email decides; the name is wanted only for a member who is about to be made.
function isWorthAsking (claims: IdTokenClaims, found: Person): boolean {
  const missing = missingClaims(claims)
  return missing.includes('email') || (missing.includes('name') && found.sameEmail === null)
}

/** The claims with what userinfo adds to them. @param needsEmail whether nobody can be told who this is without one. */
export async function askUserinfo (needs: Pick<AdmitPersonNeeds, 'idp'>, { connection, metadata, tokens, claims, story }: Pick<PersonAtTheDoor, 'connection' | 'metadata' | 'tokens' | 'claims' | 'story'>, needsEmail: boolean): Promise<IdTokenClaims> {
  try {
    return await story.waitFor('userinfo-read', async () => mergeUserinfo(await needs.idp.userinfo(buildUserinfoRequest(metadata, tokens)), claims),
      merged => ({ filled: missingClaims(claims).filter(name => merged[name] !== undefined) }))
  } catch (error) {
    // Another subject's answer is an attack, whatever was missing. Anything else costs only the name, if there is an email.
    if (!isExpected(error) || (needsEmail && claims.email === undefined) || (error instanceof OidcRefusal && error.code === 'userinfo-subject-mismatch')) throw error
    // Whoever cannot say for a moment who is in which group must not take roles away for good, nor leave them.
    if (error instanceof Outage && lacksGroups(connection, claims)) throw error
    return claims
  }
}

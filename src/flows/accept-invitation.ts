// Whose is a verified identity that came with an invitation? The invited member's, from now on, whatever email Okta claims.
import type { IdTokenClaims } from '../oidc/id-token.ts'
import { findEmail } from '../tenant/email.ts'
import type { AuditEvent } from '../tenant/event.ts'
import type { InvitationId, TenantId } from '../tenant/id.ts'
import type { IdentityKey } from '../tenant/identity.ts'
import { admitByInvitation, type InvitedPerson } from '../tenant/invitation.ts'
import type { Member } from '../tenant/member.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkDoor } from '../tenant/roll-out.ts'
import { type AdmitPersonNeeds, askUserinfo, type PersonAtTheDoor } from './admit-person.ts'
import type { LoginStory } from './login-story.ts'
import { lacksGroups, mapGroups, type MapGroupsNeeds } from './map-groups.ts'

export interface AdmitInvitedNeeds extends MapGroupsNeeds {
  readonly idp: AdmitPersonNeeds['idp']
  readonly invitations: {
    find (tenantId: TenantId, id: InvitationId, key: IdentityKey): Promise<InvitedPerson | null>
    accept (tenantId: TenantId, id: InvitationId, key: IdentityKey, now: Date): Promise<boolean>
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

export interface InvitedAtTheDoor extends PersonAtTheDoor {
  /** What the login was begun with. */
  readonly invitationId: InvitationId
}

export function admitInvited (needs: AdmitInvitedNeeds) {
  /** @returns the invited member, linked and active. Refuses with the codes of `tenant/invitation`, and `invitation-unknown`. */
  return async function ({ invitationId, ...person }: InvitedAtTheDoor): Promise<Member> {
    const { tenant, connection, claims, story } = person
    const key = { connectionId: connection.id, issuer: claims.issuer, subject: claims.subject }
    // Two tabs, or an operator who changes something at this moment: what was read is read again.
    // Before anything is written: an invitation that has linked somebody is spent.
    const filled = lacksGroups(connection, claims) ? await askUserinfo(needs, person, false) : claims
    for (let tries = 0; tries < 3; tries++) {
      const found = await needs.invitations.find(tenant.id, invitationId, key)
      if (found === null) throw new TenantRefusal('invitation-unknown', 'It was replaced or withdrawn while somebody signed in.')
      const { member } = found
      const admitted = await admit(needs, found, tenant.id, key, story)
      checkDoor(connection, member.email)
      const written = admitted === 'known' || await needs.invitations.accept(tenant.id, invitationId, key, needs.now())
      if (!written) continue
      story.note(admitted === 'known' ? 'member-known' : 'member-linked', { member: member.id, invitation: invitationId })
      if (differs(claims, member)) story.note('email-differs')
      const mapped = await mapGroups(needs)(connection, filled, { ...member, status: 'active' }, story)
      if (mapped !== null) return mapped
    }
    throw new TenantRefusal('identity-conflict', 'The member changed again and again while somebody signed in.')
  }
}

async function admit (needs: AdmitInvitedNeeds, found: InvitedPerson, tenantId: TenantId, key: IdentityKey, story: LoginStory): Promise<'link' | 'known'> {
  const now = needs.now()
  try {
    return admitByInvitation(found, now)
  } catch (error) {
    // Two members of one tenant and one Okta account: a human decides whose it is, and finds both names here.
    if (error instanceof TenantRefusal && error.code === 'identity-taken') {
      const { invitation, member, known } = found
      await needs.events.save({
        type: 'identity.conflict', tenantId, actor: 'gatehouse', subject: member.id, reference: story.reference, details: { connection: key.connectionId, invitation: invitation.id, linkedTo: known?.id ?? null }
      }, now)
    }
    throw error
  }
}

function differs ({ email }: IdTokenClaims, member: Member): boolean {
  return email !== undefined && findEmail(email)?.address !== member.email
}

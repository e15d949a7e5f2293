// Whom does an invitation let in? Whoever holds it has read the mail that it came in: the mailbox is the proof, whatever address Okta says.
import type { InvitationId, MemberId, TenantId } from './id.ts'
import type { Member } from './member.ts'
import { checkNotSuspended } from './member.ts'
import { TenantRefusal } from './refusal.ts'

export interface Invitation {
  readonly id: InvitationId
  readonly tenantId: TenantId
  readonly memberId: MemberId
  readonly expiresAt: Date
  /** When it was accepted; it is then worth nothing any more. */
  readonly acceptedAt: Date | null
}

/** How long a link that was mailed stays good, in seconds. */
export const INVITATION_SECONDS = 7 * 86_400

/** 256 random bits: nobody guesses a link. */
export const INVITATION_TOKEN_BYTES = 32

/** Whether the text could be the token of an invitation; what could not is never asked of a store. */
export function couldBeInvitation (token: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(token)
}

/**
 * Whether the invitation may still be accepted. Asked before the page, before the way to Okta, and on the way back.
 * @throws TenantRefusal `invitation-used`, `invitation-expired`
 */
export function checkInvitation (invitation: Pick<Invitation, 'expiresAt' | 'acceptedAt'>, now: Date): void {
  if (invitation.acceptedAt !== null) throw new TenantRefusal('invitation-used')
  if (invitation.expiresAt <= now) throw new TenantRefusal('invitation-expired')
}

/** What is known of somebody who comes back from Okta with an invitation. */
export interface InvitedPerson {
  readonly invitation: Invitation
  /** Whom the invitation is for. */
  readonly member: Member
  /** Whose the Okta account is already, if anybody's. */
  readonly known: Member | null
}

/**
 * Decides whether a verified identity becomes the invited member's: `link`, or `known` where it is theirs already.
 *
 * The email that Okta claims is not looked at. An account that belongs to another member stays with that member: an invitation adds a
 * key to a person, and never takes one from another.
 *
 * @throws TenantRefusal `member-suspended`, `invitation-used`, `invitation-expired`, `identity-taken`
 */
export function admitByInvitation ({ invitation, member, known }: InvitedPerson, now: Date): 'link' | 'known' {
  checkNotSuspended(member)
  // The second of two tabs: the account is theirs by now, and signs them in as it would without an invitation.
  if (known?.id === member.id && invitation.acceptedAt !== null) return 'known'
  checkInvitation(invitation, now)
  if (known !== null && known.id !== member.id) throw new TenantRefusal('identity-taken')
  return 'link'
}

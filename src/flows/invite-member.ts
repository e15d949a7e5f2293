// How is a member invited? A link that is shown once, and mailed to them if somebody wants that.
import { hashOf } from '../oidc/hash.ts'
import type { AuditEvent, By } from '../tenant/event.ts'
import { buildId, ID_BYTES, type InvitationId, type MemberId, type TenantId } from '../tenant/id.ts'
import { INVITATION_SECONDS, INVITATION_TOKEN_BYTES } from '../tenant/invitation.ts'
import { checkNotSuspended, type Member } from '../tenant/member.ts'
import type { Tenant } from '../tenant/tenant.ts'

export interface InviteMemberNeeds {
  readonly invitations: {
    save (invitation: { id: InvitationId, tenantId: TenantId, memberId: MemberId, tokenHash: string, createdBy: string, expiresAt: Date }, now: Date): Promise<void>
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  /** @returns whether the mail was sent; false also where nothing is mailed at all. */
  readonly mailInvitation: (mail: { to: string, company: string, url: string, expiresAt: Date }) => Promise<boolean>
  readonly publicUrl: string
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface Invite extends By {
  readonly tenant: Pick<Tenant, 'id' | 'name'>
  readonly member: Pick<Member, 'id' | 'email' | 'status'>
  /** Whether the link is mailed to the member. */
  readonly mail: boolean
}

export interface Invited {
  /** Shown this once: only its hash is kept. */
  readonly url: string
  readonly expiresAt: Date
  readonly mailed: boolean
}

export function inviteMember (needs: InviteMemberNeeds) {
  /** @throws TenantRefusal `member-suspended` */
  return async function ({ tenant, member, actor, address, mail }: Invite): Promise<Invited> {
    checkNotSuspended(member)
    const now = needs.now()
    const token = Buffer.from(needs.random(INVITATION_TOKEN_BYTES)).toString('base64url')
    const id = buildId('inv', needs.random(ID_BYTES))
    const expiresAt = new Date(now.getTime() + INVITATION_SECONDS * 1000)
    await needs.invitations.save({ id, tenantId: tenant.id, memberId: member.id, tokenHash: hashOf(token), createdBy: actor, expiresAt }, now)
    const url = `${needs.publicUrl}/auth/invitation/${token}`
    // Saved first: a mail that fails undoes nothing, and a mail that arrives leads somewhere.
    const mailed = mail && await needs.mailInvitation({ to: member.email, company: tenant.name, url, expiresAt })
    await needs.events.save({ type: 'member.invited', tenantId: tenant.id, actor, address, subject: member.id, details: { invitation: id, expiresAt, mailed } }, now)
    return { url, expiresAt, mailed }
  }
}

export type InviteMember = ReturnType<typeof inviteMember>

// `/tenants/:tenant/members/:member/invitations`: a link with which a person connects their Okta account to a member.
import { Type } from 'typebox'
import type { InviteMember } from '../../../flows/invite-member.ts'
import type { MemberId, TenantId } from '../../../tenant/id.ts'
import { findMember, type MembersNeed, notFound, type TenantsNeed } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { by } from './operator-token.ts'
import { about, Done, MemberPath, Moment, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface InvitationApiNeeds extends TenantsNeed, MembersNeed, RecordedNeeds<{
  readonly invitations: { remove (tenantId: TenantId, memberId: MemberId): Promise<boolean> }
}> {
  readonly inviteMember: InviteMember
  readonly now: () => Date
}

const Wish = strict({ mail: Type.Optional(Type.Boolean({ default: false, description: 'Whether the link is mailed to the member.' })) })
const InvitationAnswer = strict({
  url: Type.String({ description: 'Shown this once. Whoever has it can connect an Okta account to the member.' }),
  expiresAt: Moment,
  mailed: Type.Boolean({ description: 'Whether the mail server has taken the mail. Where not, hand the link out in another way.' })
})

export function invitationApi (app: TypedApp, needs: InvitationApiNeeds): void {
  app.post('/tenants/:tenant/members/:member/invitations', { schema: { ...about('Members', 'inviteMember', 'Invite a member; takes the place of an invitation that is open', 'support'), params: MemberPath, body: Wish, response: { 201: InvitationAnswer } } }, async (request, reply) => {
    const { tenant, member } = await findMember(needs, request.params)
    const { url, expiresAt, mailed } = await needs.inviteMember({ tenant, member, ...by(request), mail: request.body.mail ?? false })
    reply.code(201)
    return { url, expiresAt: expiresAt.toISOString(), mailed }
  })

  app.delete('/tenants/:tenant/members/:member/invitations', { schema: { ...about('Members', 'withdrawInvitation', 'Withdraw the open invitation of a member', 'support'), params: MemberPath, response: { 204: Done } } }, async (request, reply) => {
    const { tenant, member } = await findMember(needs, request.params)
    await needs.together(async ({ invitations, events }) => {
      if (!await invitations.remove(tenant.id, member.id)) throw notFound('open invitation')
      await record({ events }, by(request), { type: 'member.invitation-withdrawn', tenantId: tenant.id, subject: member.id }, needs.now())
    })
    return await reply.code(204).send(null)
  })
}

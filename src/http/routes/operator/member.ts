// `/auth/operator/tenants/:tenant/members/:member`: one person, and what an operator does for them or about them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ChangeMember } from '../../../flows/change-member.ts'
import type { EndMemberSessions } from '../../../flows/end-member-sessions.ts'
import type { Invited, InviteMember } from '../../../flows/invite-member.ts'
import type { RestoreMember } from '../../../flows/restore-member.ts'
import type { AttemptStory } from '../../../tenant/attempt.ts'
import type { MemberId, TenantId } from '../../../tenant/id.ts'
import type { Member } from '../../../tenant/member.ts'
import type { SessionSummary } from '../../../tenant/sign-in.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { AtDesk, OperatorDesk } from '../../operator-desk.ts'
import { lineOf } from '../../operator-words.ts'
import { operatorMemberPage } from '../../pages/operator/member.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { findMember, type MembersNeed, type TenantsNeed } from '../api/addressed.ts'
import type { Page, PageRequest } from '../api/page.ts'
import { type ConflictsNeed, waitingAccount } from './waiting-account.ts'

export interface MemberPageNeeds extends TenantsNeed, MembersNeed, ConflictsNeed {
  readonly desk: OperatorDesk
  readonly sessions: { list (tenantId: TenantId, page: PageRequest, memberId?: MemberId): Promise<Page<SessionSummary>> }
  readonly troubles: { listAttemptsOf (tenantId: TenantId, member: Pick<Member, 'id' | 'email'>, limit: number): Promise<readonly AttemptStory[]> }
  readonly changeMember: ChangeMember
  readonly restoreMember: RestoreMember
  readonly endMemberSessions: EndMemberSessions
  readonly inviteMember: InviteMember
}

interface Named { readonly tenant: Tenant, readonly member: Member }

const sentences = { suspend: 'Suspended. It counts at their next request.', active: 'May sign in again.', invited: 'May come in again: their first sign-in links their Okta account.', ended: 'Signed out everywhere.', nowhere: 'Was signed in nowhere any more.' }
const base = `${paths.operator}/tenants/:tenant/members/:member`

export function memberPage (app: FastifyInstance, needs: MemberPageNeeds): void {
  const { desk } = needs
  const named = async (request: FastifyRequest): Promise<Named> => {
    const found = await findMember(needs, request.params as { tenant: string, member: string })
    request.outcome.tenant = found.tenant.slug
    return found
  }
  const show = async (reply: FastifyReply, { frame }: AtDesk, { tenant, member }: Named, said: { done?: string | null, invited?: Invited, repeated?: boolean } = {}): Promise<FastifyReply> => {
    const sessions = await needs.sessions.list(tenant.id, { limit: 50, cursor: null }, member.id)
    const attempts = await needs.troubles.listAttemptsOf(tenant.id, member, 20)
    const waiting = await needs.identityConflicts.list(tenant.id, { limit: 10, cursor: null }, member.id)
    return await desk.send(reply, operatorMemberPage({ ...frame, tenant, member, accounts: waiting.items.map(waitingAccount), moreAccounts: waiting.next !== null, sessions: sessions.items, attempts: attempts.map(lineOf), done: said.done ?? null, invited: said.invited ?? null, repeated: said.repeated === true }))
  }

  const pathOf = ({ tenant, member }: Named) => `${paths.operator}/tenants/${tenant.slug}/members/${member.id}`

  app.get(base, async (request, reply) => {
    const at = await desk.see(request)
    const found = await named(request)
    return await show(reply, at, found, { done: desk.said.take(request, reply, at.idHash, pathOf(found), sentences) })
  })

  app.post(`${base}/end-sessions`, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const found = await named(request)
    const ended = await needs.endMemberSessions(found.member, at.by)
    return await desk.said.leave(reply, at.idHash, pathOf(found), ended === 0 ? 'nowhere' : 'ended')
  })

  app.post(`${base}/invite`, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const found = await named(request)
    const invited = await desk.once(request, at, pathOf(found), async () => await needs.inviteMember({ ...found, ...at.by, mail: readText(request.body, 'mail', 4) === 'true' }))
    if (invited === null) return await show(reply.code(409), at, found, { repeated: true })
    return await show(reply, at, found, { invited })
  })

  app.post(`${base}/suspend`, async (request, reply) => {
    const at = await desk.change(request, 'admin')
    const found = await named(request)
    await needs.changeMember(found.member, { status: 'suspended' }, at.by)
    return await desk.said.leave(reply, at.idHash, pathOf(found), 'suspend')
  })

  app.post(`${base}/restore`, async (request, reply) => {
    const at = await desk.change(request, 'admin')
    const found = await named(request)
    const { status } = await needs.restoreMember(found.member, at.by)
    return await desk.said.leave(reply, at.idHash, pathOf(found), status)
  })
}

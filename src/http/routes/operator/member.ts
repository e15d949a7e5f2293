// `/auth/operator/tenants/:tenant/members/:member`: one person, and what an operator does for them or about them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ChangeMember } from '../../../flows/change-member.ts'
import type { EndMemberSessions } from '../../../flows/end-member-sessions.ts'
import type { Invited, InviteMember } from '../../../flows/invite-member.ts'
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
  readonly endMemberSessions: EndMemberSessions
  readonly inviteMember: InviteMember
}

interface Named { readonly tenant: Tenant, readonly member: Member }

const base = `${paths.operator}/tenants/:tenant/members/:member`

export function memberPage (app: FastifyInstance, needs: MemberPageNeeds): void {
  const { desk } = needs
  const named = async (request: FastifyRequest): Promise<Named> => {
    const found = await findMember(needs, request.params as { tenant: string, member: string })
    request.outcome.tenant = found.tenant.slug
    return found
  }
  const show = async (reply: FastifyReply, { frame }: AtDesk, { tenant, member }: Named, said: { done?: string, invited?: Invited } = {}): Promise<FastifyReply> => {
    const sessions = await needs.sessions.list(tenant.id, { limit: 50, cursor: null }, member.id)
    const attempts = await needs.troubles.listAttemptsOf(tenant.id, member, 20)
    const waiting = await needs.identityConflicts.list(tenant.id, { limit: 10, cursor: null }, member.id)
    return await desk.send(reply, operatorMemberPage({ ...frame, tenant, member, accounts: waiting.items.map(waitingAccount), moreAccounts: waiting.next !== null, sessions: sessions.items, attempts: attempts.map(lineOf), done: said.done ?? null, invited: said.invited ?? null }))
  }

  app.get(base, async (request, reply) => await show(reply, await desk.see(request), await named(request)))

  app.post(`${base}/end-sessions`, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const found = await named(request)
    const ended = await needs.endMemberSessions(found.member, at.by)
    return await show(reply, at, found, { done: ended === 0 ? 'Was signed in nowhere any more.' : `Signed out everywhere: ${ended} ${ended === 1 ? 'sign-in' : 'sign-ins'} ended.` })
  })

  app.post(`${base}/invite`, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const found = await named(request)
    const invited = await needs.inviteMember({ ...found, ...at.by, mail: readText(request.body, 'mail', 4) === 'true' })
    return await show(reply, at, found, { invited })
  })

  for (const [path, status, done] of [['suspend', 'suspended', 'Suspended. It counts at their next request.'], ['restore', 'active', 'May sign in again.']] as const) {
    app.post(`${base}/${path}`, async (request, reply) => {
      const at = await desk.change(request, 'admin')
      const { tenant, member } = await named(request)
      return await show(reply, at, { tenant, member: await needs.changeMember(member, { status }, at.by) }, { done })
    })
  }
}

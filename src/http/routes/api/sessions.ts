// `/sessions`: who is signed in, and how an operator ends it.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { isId } from '../../../tenant/id.ts'
import type { TenantId } from '../../../tenant/id.ts'
import type { EndedSignIn, SessionSummary } from '../../../tenant/sign-in.ts'
import { findMember, findTenant, notFound } from './addressed.ts'
import type { MembersNeed, TenantsNeed } from './addressed.ts'
import { record } from './audit.ts'
import type { AuditNeeds } from './audit.ts'
import { listOf, PageQuery, parsePage } from './page.ts'
import type { Page, PageRequest } from './page.ts'
import { about, Done, Ended, MemberPath, Moment, SessionPath, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface SessionRoutesNeeds extends AuditNeeds, TenantsNeed, MembersNeed {
  readonly sessions: {
    list (tenantId: TenantId, page: PageRequest): Promise<Page<SessionSummary>>
    /** By session id or sign-in id; all of the sign-in ends. */
    revokeById (id: string): Promise<EndedSignIn | null>
    revokeTenant (tenantId: TenantId): Promise<number>
    revokeMember (tenantId: TenantId, memberId: string): Promise<number>
  }
  readonly now: () => Date
}

const SessionAnswer = strict({
  id: Type.String(),
  signInId: Type.String({ description: 'The same for all sessions of one sign-in; `sid` of the access tokens.' }),
  tenantId: Type.String(),
  memberId: Type.String(),
  connectionId: Type.String(),
  host: Type.String(),
  createdAt: Moment,
  lastSeenAt: Moment,
  expiresAt: Moment
})

export function sessionRoutes (app: TypedApp, needs: SessionRoutesNeeds): void {
  app.get('/tenants/:tenant/sessions', { schema: { ...about('Sessions', 'listSessions', 'List the sessions of a tenant, latest first'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(SessionAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = await needs.sessions.list(tenant.id, parsePage(request.query))
    return { items: items.map(answer), next }
  })

  app.delete('/tenants/:tenant/sessions', { schema: { ...about('Sessions', 'endTenantSessions', 'Sign everybody of a tenant out'), params: TenantPath, response: { 200: Ended } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const ended = await needs.sessions.revokeTenant(tenant.id)
    await record(needs, { type: 'tenant.sessions-ended', tenantId: tenant.id, subject: tenant.id, details: { ended } }, needs.now())
    return { ended }
  })

  app.delete('/tenants/:tenant/members/:member/sessions', { schema: { ...about('Sessions', 'endMemberSessions', 'Sign a member out everywhere'), params: MemberPath, response: { 200: Ended } } }, async request => {
    const { tenant, member } = await findMember(needs, request.params)
    const ended = await needs.sessions.revokeMember(tenant.id, member.id)
    await record(needs, { type: 'member.sessions-ended', tenantId: tenant.id, subject: member.id, details: { ended } }, needs.now())
    return { ended }
  })

  app.delete('/sessions/:session', { schema: { ...about('Sessions', 'endSession', 'End a sign-in on all its hosts'), params: SessionPath, response: { 204: Done } } }, async (request, reply) => {
    const { session } = request.params
    const ended = isId('ses', session) || isId('sin', session) ? await needs.sessions.revokeById(session) : null
    if (ended === null) throw notFound('session')
    await record(needs, { type: 'sign-in.ended', tenantId: ended.tenantId, subject: ended.signInId, details: { member: ended.memberId, connection: ended.connectionId } }, needs.now())
    return await reply.code(204).send(null)
  })
}

function answer (session: SessionSummary): Static<typeof SessionAnswer> {
  return { ...session, createdAt: session.createdAt.toISOString(), lastSeenAt: session.lastSeenAt.toISOString(), expiresAt: session.expiresAt.toISOString() }
}

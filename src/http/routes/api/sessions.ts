// `/sessions`: who is signed in, and how an operator ends it.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import { isId } from '../../../tenant/id.ts'
import type { TenantId } from '../../../tenant/id.ts'
import { sessionEnd } from '../../../tenant/sign-in.ts'
import type { EndedSignIn, LiveSession, SessionSummary } from '../../../tenant/sign-in.ts'
import type { EndMemberSessions } from '../../../flows/end-member-sessions.ts'
import type { FoundSignIn } from '../../../flows/find-sign-in.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { findMember, findTenant, notFound } from './addressed.ts'
import type { MembersNeed, TenantsNeed } from './addressed.ts'
import { type AuditNeeds, record, type RecordedNeeds } from './audit.ts'
import { by } from './operator-token.ts'
import { listOf, PageQuery, parsePage } from './page.ts'
import type { Page, PageRequest } from './page.ts'
import { about, Done, Ended, MemberPath, Moment, orNull, SessionPath, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface SessionRoutesNeeds extends AuditNeeds, TenantsNeed, MembersNeed, RecordedNeeds<{
  readonly sessions: {
    /** By session id or sign-in id; all of the sign-in ends. */
    revokeById (id: string): Promise<EndedSignIn | null>
  }
}> {
  readonly sessions: {
    list (tenantId: TenantId, page: PageRequest): Promise<Page<SessionSummary>>
    /** In parts that are final: whoever is in a hurry is not undone by an event. */
    revokeAll (): Promise<number>
    revokeTenant (tenantId: TenantId): Promise<number>
  }
  readonly endMemberSessions: EndMemberSessions
  /** The flow of that name. */
  readonly findSignIn: (id: string) => Promise<FoundSignIn>
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

const SignInAnswer = strict({
  signInId: Type.String({ description: '`sid` of the access tokens.' }),
  tenant: strict({ id: Type.String(), slug: Type.String(), name: Type.String() }),
  member: strict({
    id: Type.String({ description: '`sub` of the access tokens.' }),
    email: Type.String(),
    name: Type.String(),
    status: Type.String(),
    roles: Type.Array(Type.String(), { description: 'As they are now; a token says what they were when it was made.' }),
    externalId: orNull(Type.String())
  }),
  connectionId: Type.String(),
  authTime: Moment,
  amr: Type.Array(Type.String()),
  lastSeenAt: Moment,
  idleExpiresAt: { ...Moment, description: 'When it ends if nobody uses it.' },
  expiresAt: { ...Moment, description: 'When it ends at the latest.' },
  hosts: Type.Array(Type.String()),
  sessions: Type.Array(strict({ id: Type.String(), host: Type.String(), createdAt: Moment, lastSeenAt: Moment, idleExpiresAt: Moment }), { description: 'One a host, the last used first.' })
})

// A confirmation of its own: the path is that of a list, and one slip of a script would sign out everybody of every customer.
const Confirmed = strict({ confirm: Type.Enum(['all'], { description: 'Says that everybody of every tenant is meant.' }) })

export function sessionRoutes (app: TypedApp, needs: SessionRoutesNeeds): void {
  app.get('/tenants/:tenant/sessions', { schema: { ...about('Sessions', 'listSessions', 'List the sessions of a tenant, latest first', 'read'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(SessionAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = await needs.sessions.list(tenant.id, parsePage(request.query))
    return { items: items.map(answer), next }
  })

  app.delete('/tenants/:tenant/sessions', { schema: { ...about('Sessions', 'endTenantSessions', 'Sign everybody of a tenant out', 'support'), params: TenantPath, response: { 200: Ended } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const ended = await needs.sessions.revokeTenant(tenant.id)
    await record(needs, by(request), { type: 'tenant.sessions-ended', tenantId: tenant.id, subject: tenant.id, details: { ended } }, needs.now())
    return { ended }
  })

  app.delete('/tenants/:tenant/members/:member/sessions', { schema: { ...about('Sessions', 'endMemberSessions', 'Sign a member out everywhere', 'support'), params: MemberPath, response: { 200: Ended } } }, async request => {
    const { member } = await findMember(needs, request.params)
    return { ended: await needs.endMemberSessions(member, by(request)) }
  })

  app.delete('/sessions', { schema: { ...about('Sessions', 'endAllSessions', 'Sign everybody of every tenant out', 'admin'), querystring: Confirmed, response: { 200: Ended } } }, async request => {
    const ended = await needs.sessions.revokeAll()
    await record(needs, by(request), { type: 'gateway.sessions-ended', tenantId: null, subject: null, details: { ended } }, needs.now())
    return { ended }
  })

  app.get('/sessions/:session', { schema: { ...about('Sessions', 'getSession', 'Ask whether a sign-in still opens doors; 404 when it does not, whatever the reason', 'read'), params: SessionPath, response: { 200: SignInAnswer } } }, async request => {
    const { session } = request.params
    const found: FoundSignIn = isId('ses', session) || isId('sin', session) ? await needs.findSignIn(session) : { kind: 'ended' }
    if (found.kind === 'open') {
      request.outcome.tenant = found.sessions[0].tenant.slug
      return describe(found.sessions)
    }
    throw found.kind === 'ended' ? notFound('session') : new TenantRefusal('not-found', `The sign-in is there and opens nothing: ${found.code}.`)
  })

  app.delete('/sessions/:session', { schema: { ...about('Sessions', 'endSession', 'End a sign-in on all its hosts', 'support'), params: SessionPath, response: { 204: Done } } }, async (request, reply) => {
    const { session } = request.params
    if (!isId('ses', session) && !isId('sin', session)) throw notFound('session')
    await needs.together(async ({ sessions, events }) => {
      const ended = await sessions.revokeById(session)
      if (ended === null) throw notFound('session')
      await record({ events }, by(request), { type: 'sign-in.ended', tenantId: ended.tenantId, subject: ended.signInId, details: { member: ended.memberId, connection: ended.connectionId } }, needs.now())
    })
    return await reply.code(204).send(null)
  })
}

function answer (session: SessionSummary): Static<typeof SessionAnswer> {
  return { ...session, createdAt: session.createdAt.toISOString(), lastSeenAt: session.lastSeenAt.toISOString(), expiresAt: session.expiresAt.toISOString() }
}

function describe (sessions: readonly [LiveSession, ...LiveSession[]]): Static<typeof SignInAnswer> {
  const [{ signIn, tenant, member, connection, lastSeenAt }] = sessions
  const ends = sessions.map(session => sessionEnd(session).getTime())
  return {
    signInId: signIn.id,
    tenant: { id: tenant.id, slug: tenant.slug, name: tenant.name },
    member: { id: member.id, email: member.email, name: member.name, status: member.status, roles: [...member.roles], externalId: member.externalId },
    connectionId: connection.id,
    authTime: signIn.authTime.toISOString(),
    amr: [...signIn.amr],
    lastSeenAt: lastSeenAt.toISOString(),
    idleExpiresAt: new Date(Math.max(...ends)).toISOString(),
    expiresAt: signIn.expiresAt.toISOString(),
    hosts: sessions.map(({ host }) => host),
    sessions: sessions.map(session => ({
      id: session.id,
      host: session.host,
      createdAt: session.createdAt.toISOString(),
      lastSeenAt: session.lastSeenAt.toISOString(),
      idleExpiresAt: sessionEnd(session).toISOString()
    }))
  }
}

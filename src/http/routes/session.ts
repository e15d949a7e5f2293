// Who is signed in here? For the product's pages and servers.
import type { FastifyInstance } from 'fastify'
import type { OpenSession } from '../../flows/check-access.ts'
import { normalizeHost } from '../../tenant/app.ts'
import { type LiveSession, sessionEnd } from '../../tenant/sign-in.ts'
import type { AnswerSignedOut } from '../answer-signed-out.ts'
import { paths } from '../paths.ts'
import type { SessionCookies } from '../session-cookie.ts'

export interface SessionNeeds {
  readonly openSession: OpenSession
  readonly cookies: SessionCookies
  readonly logoutUrl: string
  readonly answerSignedOut: AnswerSignedOut
}

export function sessionRoutes (app: FastifyInstance, { openSession, cookies, logoutUrl, answerSignedOut }: SessionNeeds): void {
  app.get(paths.session, async (request, reply) => {
    reply.header('cache-control', 'no-store')
    const touch = !(typeof request.query === 'object' && request.query !== null && Reflect.get(request.query, 'touch') === 'false')
    const opened = await openSession({ idHash: cookies.findHash(request.headers.cookie), host: normalizeHost(request.host) ?? '', touch })
    if (opened.kind === 'closed') return await answerSignedOut(request, reply, opened.code)
    request.outcome.tenant = opened.session.tenant.slug
    return toBody(opened.session, logoutUrl)
  })
}

function toBody (session: LiveSession, logoutUrl: string) {
  const { member, tenant, signIn } = session
  return {
    member: { id: member.id, email: member.email, name: member.name, externalId: member.externalId },
    tenant: { id: tenant.id, slug: tenant.slug, name: tenant.name },
    roles: member.roles,
    authTime: signIn.authTime.toISOString(),
    expiresAt: signIn.expiresAt.toISOString(),
    idleExpiresAt: sessionEnd(session).toISOString(),
    logoutUrl
  }
}

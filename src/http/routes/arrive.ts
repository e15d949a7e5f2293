// On an app's own host: the ticket becomes a session, and the browser goes where it wanted to go.
import type { FastifyInstance } from 'fastify'
import type { arrive } from '../../flows/arrive.ts'
import { isExpected } from '../../flows/login-failure.ts'
import { normalizeHost } from '../../tenant/app.ts'
import type { SessionId } from '../../tenant/id.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import { sendEnded } from '../answer-ended.ts'
import type { AttemptCookies } from '../attempt-cookies.ts'
import { type DropSession, saveSession } from '../browser-session.ts'
import type { HopDesk } from '../hop-desk.ts'
import type { LoginDesk } from '../login-desk.ts'
import { paths } from '../paths.ts'
import { readText } from '../visitor.ts'

export interface ArriveRouteNeeds {
  readonly desk: LoginDesk
  readonly hops: HopDesk
  readonly arrive: ReturnType<typeof arrive>
  readonly attempts: AttemptCookies
  readonly dropSession: DropSession
  readonly newSessionId: () => SessionId
  readonly now: () => Date
}

export function arriveRoutes (app: FastifyInstance, needs: ArriveRouteNeeds): void {
  const { desk, hops, attempts } = needs

  app.get(paths.arrive, async (request, reply) => {
    reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer')
    const host = normalizeHost(request.host) ?? ''
    const browserHolds = (hash: string) => attempts.read(request, hash)?.nonce ?? null
    try {
      const ticket = await needs.arrive({ ticket: readText(request.query, 'ticket', 64) ?? '', host, browserHolds })
      request.outcome.tenant = ticket.tenantSlug
      attempts.spend(request, reply, ticket.browserHash)
      await saveSession(request, { kind: 'arrival', session: { id: needs.newSessionId(), host, idleSeconds: ticket.idleSeconds }, ticket }, needs.dropSession)
      return await reply.redirect(ticket.returnTo, 303)
    } catch (error) {
      if (!isExpected(error) || !(error instanceof TenantRefusal)) throw error
      // The back button after arriving: whoever is signed in here has nothing to arrive for.
      const live = await desk.session(request)
      if (live !== null) return await desk.goOn(request, reply, live, null, (await hops.appHere(request))?.id ?? null)
      return await sendEnded(request, reply, { code: error.code, reference: request.id, tenant: null, connection: null }, { look: desk.look, now: needs.now })
    }
  })
}

// The redirect URI: the browser comes back from Okta, and goes on signed in or learns why not.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Callback, CompletedLogin } from '../../flows/complete-login.ts'
import { normalizeHost } from '../../tenant/app.ts'
import type { SessionId } from '../../tenant/id.ts'
import { chooseDestination, findReturnTo, type ReturnPlaces } from '../../tenant/return-to.ts'
import { sendEnded } from '../answer-ended.ts'
import { sendTested } from '../answer-tested.ts'
import type { AttemptCookies } from '../attempt-cookies.ts'
import { type DropSession, saveSession } from '../browser-session.ts'
import type { HopDesk } from '../hop-desk.ts'
import type { LoginDesk } from '../login-desk.ts'
import { paths } from '../paths.ts'
import { rawQuery } from '../visitor.ts'

export interface CallbackNeeds {
  readonly desk: LoginDesk
  readonly hops: HopDesk
  readonly dropSession: DropSession
  readonly completeLogin: (callback: Callback) => Promise<CompletedLogin>
  readonly attempts: AttemptCookies
  readonly newSessionId: () => SessionId
  readonly places: () => Promise<ReturnPlaces>
  readonly now: () => Date
}

export function callbackRoutes (app: FastifyInstance, needs: CallbackNeeds): void {
  const { desk, attempts } = needs

  app.get(paths.callback, async (request, reply) => {
    const { connection: connectionId } = request.params as { connection: string }
    let stateHash: string | null = null
    const browserHolds = (hash: string) => {
      stateHash = hash
      return attempts.read(request, hash)
    }
    const done = await needs.completeLogin({ connectionId, query: rawQuery(request), browserHolds, address: request.ip, reference: request.id })
    // Over, one way or the other: what proved this browser has no further use.
    if (stateHash !== null) attempts.spend(request, reply, stateHash)
    reply.header('cache-control', 'no-store')

    if (done.kind === 'ended') return await sendEnded(request, reply, done, { look: desk.look, now: needs.now })
    request.outcome.reference = done.kind === 'signed-in' ? done.newSignIn.reference : done.reference
    if (done.kind === 'signed-in') request.outcome.tenant = done.tenant.slug
    if (done.kind === 'tested') return await sendTested(request, reply, done, { look: desk.look, now: needs.now })
    if (done.kind === 'spent') {
      if (done.door === 'setup') return await reply.redirect(paths.setup, 303)
      const live = await desk.session(request)
      if (live !== null) return await desk.goOn(request, reply, live, done.returnTo, null)
      return await sendEnded(request, reply, { code: 'attempt-unknown', reference: done.reference, tenant: null, connection: null }, { look: desk.look, now: needs.now })
    }
    const session = { id: needs.newSessionId(), host: hostOf(request), idleSeconds: done.idleSeconds }
    await saveSession(request, { kind: 'sign-in', session, signIn: done.newSignIn }, needs.dropSession)
    if (done.hop !== null) {
      const { tenantId, id: signInId } = done.newSignIn.signIn
      if (await needs.hops.handOver(reply, { tenantId, signInId, idleSeconds: done.idleSeconds }, done.hop)) return reply
    }
    return await reply.redirect(await destination(needs, done.returnTo, done.tenant.homeUrl), 303)
  })
}

// Judged once more: the list may have changed since the login began. Where nobody named a place, the sign-in page says who is signed in.
async function destination (needs: CallbackNeeds, wanted: string | null, tenantHome: string | null): Promise<string> {
  const places = await needs.places()
  const judged = findReturnTo(wanted, places)
  return chooseDestination(judged?.returnTo ?? null, { tenant: tenantHome, app: null }, places) ?? paths.login
}

function hostOf (request: FastifyRequest): string {
  return normalizeHost(request.host) ?? ''
}

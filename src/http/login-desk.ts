// What do all doors of a login have in common? The way out to Okta, the way onward for who is signed in already, and the loop breaker.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FoundDoor, FindDoor } from '../flows/find-door.ts'
import type { EndedLogin } from '../flows/login-failure.ts'
import type { LoginStart, StartedLogin } from '../flows/start-login.ts'
import type { OpenSession } from '../flows/check-access.ts'
import type { Door, Purpose } from '../tenant/attempt.ts'
import type { App } from '../tenant/app.ts'
import { normalizeHost } from '../tenant/app.ts'
import type { Connection } from '../tenant/connection.ts'
import type { Hop } from '../tenant/hop.ts'
import { chooseDestination, findReturnTo, type Judged, type ReturnPlaces } from '../tenant/return-to.ts'
import type { LiveSession } from '../tenant/sign-in.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { sendPage } from './answer-error.ts'
import type { AttemptCookies } from './attempt-cookies.ts'
import { sendEnded } from './answer-ended.ts'
import { buildFormToken } from './guards/csrf-proof.ts'
import type { AdmitStart } from './guards/rate.ts'
import type { HopDesk } from './hop-desk.ts'
import type { Look } from './pages/layout.ts'
import { loopPage } from './pages/loop.ts'
import { signedInPage } from './pages/signed-in.ts'
import type { SessionCookies } from './session-cookie.ts'

export interface LoginDeskNeeds {
  readonly look: Look
  readonly publicUrl: string
  readonly plainLocalhost: boolean
  readonly formTargets: readonly string[]
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly findDoor: FindDoor
  readonly startLogin: (start: LoginStart) => Promise<StartedLogin | EndedLogin>
  readonly admitStart: AdmitStart
  readonly noteClosed: (closed: { tenant: Tenant, code: string, reference: string, loginHint: string | null }) => Promise<void>
  readonly openSession: OpenSession
  readonly attempts: AttemptCookies
  readonly hops: HopDesk
  readonly cookies: SessionCookies
  readonly now: () => Date
}

export interface Departure {
  readonly tenant: Tenant
  readonly connection: Connection
  readonly door: Door
  readonly loginHint: string | null
  /** Wanted by whoever made the link; not judged yet. */
  readonly returnTo: string | null
  readonly app: string | null
  /** Asked by an app's own host. */
  readonly hop: Hop | null
  /** A sign-in, unless something else is said. */
  readonly purpose?: Purpose
}

const LOOP_SECONDS = 60
const LOOP_STARTS = 3

export type LoginDesk = ReturnType<typeof createLoginDesk>

export function createLoginDesk (needs: LoginDeskNeeds) {
  const places = async (): Promise<ReturnPlaces> => ({ apps: await needs.apps(), ownOrigin: needs.publicUrl, policy: { plainLocalhost: needs.plainLocalhost } })

  // Read as /auth/check reads it: a visit to the sign-in page writes no session, and need not pay for what does.
  const hashIn = (request: FastifyRequest): string | null => needs.cookies.findHash(request.headers.cookie)

  const judge = async (wanted: string | null): Promise<Judged | null> => wanted === null ? null : findReturnTo(wanted, await places())

  const session = async (request: FastifyRequest): Promise<LiveSession | null> => {
    const host = normalizeHost(request.host) ?? ''
    const opened = await needs.openSession({ idHash: hashIn(request), host, touch: true })
    if (opened.kind !== 'open') return null
    request.outcome.tenant ??= opened.session.tenant.slug
    return opened.session
  }

  /** Where somebody goes who is signed in; a page that says so where nobody named a place. */
  const goOn = async (request: FastifyRequest, reply: FastifyReply, live: LiveSession, wanted: string | null, app: string | null): Promise<FastifyReply> => {
    const where = await places()
    const judged = await judge(wanted)
    const named = app === null ? null : where.apps.find(({ id, slug }) => id === app || slug === app) ?? null
    const destination = chooseDestination(judged?.returnTo ?? null, { tenant: live.tenant.homeUrl, app: named }, where)
    if (destination !== null) return await reply.redirect(destination, 303)
    return await showSignedIn(request, reply, live)
  }

  const showSignedIn = async (request: FastifyRequest, reply: FastifyReply, live: LiveSession): Promise<FastifyReply> => {
    const formToken = buildFormToken(needs.cookies.signer, hashIn(request) ?? '')
    return await sendPage(reply, signedInPage({ ...needs.look, ...live.member, tenant: live.tenant, apps: await needs.apps(), formToken }))
  }

  const send = async (request: FastifyRequest, reply: FastifyReply, departure: Departure): Promise<FastifyReply> => {
    const since = new Date(needs.now().getTime() - LOOP_SECONDS * 1000)
    // Okta locks a browser out that comes too often (okta: 60 a minute for one client); a page with a button breaks any circle.
    if (request.method === 'GET' && needs.attempts.countSince(request, since) >= LOOP_STARTS && !askedByPerson(request)) return await breakLoop(request, reply, departure)
    request.outcome.tenant = departure.tenant.slug
    await needs.admitStart(request, departure.tenant)
    const judged = await judge(departure.returnTo)
    const named = departure.app === null || judged !== null ? null : (await needs.apps()).find(({ id, slug }) => id === departure.app || slug === departure.app)
    const home = named?.homeUrl ?? null
    const returnTo = judged?.returnTo ?? (home === null ? null : (await judge(home))?.returnTo ?? null)
    const started = await needs.startLogin({
      tenant: departure.tenant,
      connection: departure.connection,
      door: departure.door,
      loginHint: departure.loginHint,
      returnTo,
      purpose: departure.purpose ?? { kind: 'sign-in' },
      returnToDropped: departure.returnTo !== null && judged === null,
      hop: departure.hop,
      reference: request.id
    })
    if (started.kind === 'ended') return await sendEnded(request, reply, started, needs)
    needs.attempts.set(request, reply, started.attempt)
    return await reply.header('cache-control', 'no-store').redirect(started.location, 303)
  }

  const breakLoop = async (request: FastifyRequest, reply: FastifyReply, { tenant, connection }: Departure): Promise<FastifyReply> => {
    request.outcome.code = 'initiation-loop'
    request.outcome.tenant = tenant.slug
    const url = new URL(request.originalUrl, needs.publicUrl)
    url.searchParams.set('again', '1')
    const page = loopPage({ ...needs.look, continueUrl: url.pathname + url.search, reference: request.id, at: needs.now(), footer: `${tenant.name} · ${new URL(connection.issuer).host}` })
    return await sendPage(reply.code(400), page)
  }

  return {
    look: needs.look,
    formTargets: needs.formTargets,
    findDoor: needs.findDoor,
    session,
    goOn,
    showSignedIn,
    send,

    /** For a visitor of the sign-in page who need not sign in: what to answer instead. Null for everybody else. */
    async findOnward (request: FastifyRequest, wish: { tenant: string | null, returnTo: string | null, app: string | null, hop: Hop | null }): Promise<((reply: FastifyReply) => Promise<FastifyReply>) | null> {
      const live = await session(request)
      if (live === null) return null
      // A link to another tenant than one's own is a wish to switch, and only that tenant's Okta can grant it.
      if (wish.tenant !== null && wish.tenant !== live.tenant.slug && wish.tenant !== live.tenant.id) return null
      const { hop } = wish
      return async reply => {
        const carried = { tenantId: live.tenant.id, signInId: live.signIn.id, idleSeconds: live.idleSeconds }
        if (hop !== null && await needs.hops.handOver(reply, carried, hop)) return reply
        return await goOn(request, reply.header('cache-control', 'no-store'), live, wish.returnTo, wish.app)
      }
    },

    /** The customer is known but nobody signs in through Okta: to the vendor's other way, or to a page that says why not. */
    async answerClosed (request: FastifyRequest, reply: FastifyReply, { tenant, code }: Extract<FoundDoor, { kind: 'closed' }>, email: string | null): Promise<FastifyReply> {
      request.outcome.tenant = tenant.slug
      if (code !== 'sso-not-entitled' && tenant.fallbackLoginUrl !== null) {
        const fallback = new URL(tenant.fallbackLoginUrl)
        if (email !== null) fallback.searchParams.set('login_hint', email)
        return await reply.redirect(fallback.href, 303)
      }
      // It is written down like a login that begins, so it counts like one.
      await needs.admitStart(request, tenant)
      await needs.noteClosed({ tenant, code, reference: request.id, loginHint: email })
      return await sendEnded(request, reply, { code, reference: request.id, tenant, connection: null }, needs)
    }
  }
}

// The button of the loop page: somebody has read it and wants to go on.
function askedByPerson (request: FastifyRequest): boolean {
  return typeof request.query === 'object' && request.query !== null && Reflect.get(request.query, 'again') === '1' && request.headers['sec-fetch-site'] !== 'cross-site'
}

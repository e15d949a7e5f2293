// May this request pass to the app? The same question as a proxy asks before every request, answered in the gateway itself.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Access, CheckAccess } from '../../flows/check-access.ts'
import { type App, normalizeHost, schemeOf } from '../../tenant/app.ts'
import { TenantRefusal, type TenantRefusalCode } from '../../tenant/refusal.ts'
import type { LiveSession } from '../../tenant/sign-in.ts'
import type { IssuedToken } from '../../token/issued-token.ts'
import { readBearer } from '../bearer.ts'
import { originsOf } from '../guards/app-origin.ts'
import { namesOneHost } from '../guards/known-host.ts'
import { buildLoginAddress } from '../login-address.ts'
import { statusOf } from '../problems.ts'
import { RequestRefusal } from '../refusal.ts'
import type { SessionCookies } from '../session-cookie.ts'
import { showsPages } from '../visitor.ts'
import { checkTarget } from './request-target.ts'

export interface VisitNeeds {
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly checkAccess: CheckAccess
  readonly cookies: SessionCookies
  readonly publicUrl: string
  readonly plainLocalhost: boolean
}

/** A request that may pass, and everything that is needed to pass it on. */
export interface Visit {
  readonly app: App
  readonly host: string
  readonly scheme: 'http' | 'https'
  readonly upstream: URL
  /** Of its server. */
  readonly origin: string
  /** Of the session that its cookie opened; null for a program that came with one of our tokens. */
  readonly idHash: string | null
  readonly session: LiveSession
  readonly issued: IssuedToken
}

declare module 'fastify' {
  interface FastifyRequest {
    visit: Visit | null
  }
}

/**
 * A hook; it waits only for what is not at hand.
 * @throws RequestRefusal `host-unknown`, `route-unknown`, `target-ambiguous`, `body-malformed`, `cross-site`; TenantRefusal for whoever is not signed in or not allowed.
 */
export function admitVisit (needs: VisitNeeds, isHandshake: (request: FastifyRequest) => boolean) {
  return function (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
    const fail = (error: unknown) => { done(error instanceof Error ? error : new Error('A request could not be judged.', { cause: error })) }
    try {
      const apps = needs.apps()
      const judged = apps instanceof Promise ? apps.then(found => judge(needs, request, reply, isHandshake(request), found)) : judge(needs, request, reply, isHandshake(request), apps)
      if (judged instanceof Promise) judged.then(passes => { if (passes) done() }, fail)
      else if (judged) done()
    } catch (error) {
      fail(error)
    }
  }
}

/** @returns false for whoever has been answered already. */
function judge (needs: VisitNeeds, request: FastifyRequest, reply: FastifyReply, isHandshake: boolean, apps: readonly App[]): boolean | Promise<boolean> {
  if (!namesOneHost(request.raw)) throw new RequestRefusal('host-unknown')
  const host = normalizeHost(request.host) ?? ''
  const app = apps.find(({ hosts, upstream }) => upstream !== null && hosts.includes(host))
  if (app === undefined || app.upstream === null) throw new RequestRefusal('route-unknown')
  checkTarget(request.originalUrl)
  checkBody(request)
  const bearer = readBearer(request.headers.authorization)
  const { origin } = request.headers
  // No page can put a token on a WebSocket, nor leave out its Origin: this is a program, and its token counts alone.
  const program = isHandshake && bearer !== null && origin === undefined
  // CORS does not hold for WebSockets. Every page may open one, and the browser adds our cookie.
  if (isHandshake && !program && !originsOf(app, needs.plainLocalhost).includes(origin ?? '')) throw new RequestRefusal('cross-site')

  const idHash = program ? null : needs.cookies.findHash(request.headers.cookie)
  const question = { host, app, touch: request.method !== 'HEAD', constraints: anybody }
  const { upstream } = app
  const settle = (access: Access, idHash: string | null): boolean => {
    if (access.kind === 'refused') return turnAway(needs, request, reply, { app, host, code: access.code })
    const { session, issued } = access
    request.outcome.tenant = session.tenant.slug
    request.visit = { app, host, scheme: schemeOf(host, needs), ...addressOf(app, upstream), idHash, session, issued }
    return true
  }
  const byCookie = needs.checkAccess({ ...question, idHash })
  if (bearer === null) return byCookie instanceof Promise ? byCookie.then(access => settle(access, idHash)) : settle(byCookie, idHash)
  // A cookie that opens comes first, as at /auth/check: there is one person in every request, whatever else it brings.
  return Promise.resolve(byCookie).then(async access => access.kind === 'refused' ? settle(await needs.checkAccess({ ...question, idHash: null, bearer }), null) : settle(access, idHash))
}

const anybody = { roles: [], tenant: null }

/** What the hook has found. */
export function visitOf ({ visit }: Pick<FastifyRequest, 'visit'>): Visit {
  if (visit === null) throw new Error('A request came to an app past its door.')
  return visit
}

// Apps are remembered, and so is where they are.
const addresses = new WeakMap<App, Pick<Visit, 'upstream' | 'origin'>>()

function addressOf (app: App, text: string): Pick<Visit, 'upstream' | 'origin'> {
  const known = addresses.get(app)
  if (known !== undefined) return known
  const upstream = new URL(text)
  const address = { upstream, origin: upstream.origin }
  addresses.set(app, address)
  return address
}

// RFC 9110 §9.3.1: a body means nothing there. Passed on it would be, to some servers, the beginning of the next request.
function checkBody ({ method, headers }: FastifyRequest): void {
  if (method !== 'GET' && method !== 'HEAD') return
  if (headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0') throw new RequestRefusal('body-malformed')
}

/** Navigations to the login and back, everything else an answer that says where it is. */
function turnAway (needs: VisitNeeds, request: FastifyRequest, reply: FastifyReply, { app, host, code }: { app: App, host: string, code: TenantRefusalCode }): false {
  if (statusOf(code) !== 401) throw new TenantRefusal(code)
  // What was sent with a form is lost on the way; to ask for its address again without it would be another request.
  const wanted = request.method === 'GET' ? `${schemeOf(host, needs)}://${host}${request.originalUrl}` : null
  const login = buildLoginAddress(needs, { app, host }, wanted !== null && wanted.length > 2_000 ? null : wanted)
  // Whoever brings credentials is a program, whatever it accepts: it is told that they are no good here (RFC 6750 §3).
  const program = request.headers.authorization !== undefined
  if (program) reply.header('www-authenticate', 'Bearer error="invalid_token"')
  if (program || !showsPages(request)) {
    reply.header('location', login)
    throw new TenantRefusal(code)
  }
  request.outcome.code = code
  void reply.header('cache-control', 'no-store').redirect(login, 303)
  return false
}

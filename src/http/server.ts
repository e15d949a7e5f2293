// What is in this house? The scopes in order: each with the guards that stand before all of its routes.
import fastifyCookie from '@fastify/cookie'
import fastifyFormbody from '@fastify/formbody'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { CheckAccess, OpenSession } from '../flows/check-access.ts'
import type { Callback, CompletedLogin } from '../flows/complete-login.ts'
import type { endSignIn } from '../flows/end-sign-in.ts'
import type { arrive } from '../flows/arrive.ts'
import type { FindDoor } from '../flows/find-door.ts'
import type { issueTicket } from '../flows/issue-ticket.ts'
import type { IssueToken } from '../flows/issue-token.ts'
import type { EndedLogin } from '../flows/login-failure.ts'
import type { PassAtOnce } from '../flows/pass-at-once.ts'
import type { LoginStart, StartedLogin } from '../flows/start-login.ts'
import type { Secret } from '../secret.ts'
import type { App } from '../tenant/app.ts'
import { buildId, ID_BYTES } from '../tenant/id.ts'
import type { KeyPolicy, SigningKey } from '../token/key-ring.ts'
import { answerError } from './answer-error.ts'
import { answerSignedOut } from './answer-signed-out.ts'
import { attemptCookies, cookieScheme } from './attempt-cookies.ts'
import { type DropSession, browserSessions } from './browser-session.ts'
import { checkAtOnce } from './check-at-once.ts'
import { keepQueries } from './check-question.ts'
import { allowAppOrigins } from './guards/app-origin.ts'
import { endEmptyBodies } from './guards/empty-body.ts'
import { refuseUnknownHost } from './guards/known-host.ts'
import { limitRate, limitStarts } from './guards/rate.ts'
import { bodyDeadline } from './guards/slow-body.ts'
import { refuseInsecureWay } from './guards/secure-way.ts'
import { sayBeSecure } from './guards/security-headers.ts'
import { buildHttpServer } from './http-server.ts'
import { createHopDesk } from './hop-desk.ts'
import { createLoginDesk, type LoginDeskNeeds } from './login-desk.ts'
import type { Look } from './pages/layout.ts'
import { paths } from './paths.ts'
import { RequestRefusal } from './refusal.ts'
import { operatorApi, type OperatorApiNeeds } from './routes/api/operator-api.ts'
import { arriveRoutes } from './routes/arrive.ts'
import { assetRoutes } from './routes/assets.ts'
import { callbackRoutes } from './routes/callback.ts'
import { checkRoutes } from './routes/check.ts'
import { initiateRoutes, type InitiateNeeds } from './routes/initiate.ts'
import { type InvitationRoutesNeeds, invitationRoutes } from './routes/invitation.ts'
import { loginRoutes } from './routes/login.ts'
import { logoutRoutes } from './routes/logout.ts'
import { type OperatorPagesNeeds, operatorRoutes } from './routes/operator/operator.ts'
import { sessionRoutes } from './routes/session.ts'
import { type SetupFlows, setupRoutes } from './routes/setup/setup.ts'
import { tokenRoutes } from './routes/token.ts'
import { type WellKnownNeeds, wellKnownRoutes } from './routes/well-known.ts'
import { logRequests, type RequestCounts } from './request-log.ts'
import { type RequestTracing, traceRequests } from './request-trace.ts'
import { drawReferences } from './request-references.ts'
import { sessionCookies } from './session-cookie.ts'
import type { SessionStoreNeeds } from './session-store.ts'
import { trustPeers } from './trusted-peer.ts'
import { serveUpstream, type ServeUpstreamNeeds } from './upstream/serve-upstream.ts'
import { createUpstreamAgent } from './upstream/upstream-agent.ts'
import { tellUpstreamRequests } from './upstream/whose-request.ts'
import { lateCompilers } from './validation.ts'

export interface ServerNeeds {
  readonly publicUrl: string
  readonly plainLocalhost: boolean
  readonly trustedProxies: readonly string[]
  readonly cookieSecrets: readonly Secret[]
  readonly loginRateLimit: number
  readonly apiRateLimit: number
  readonly sessionLifetimeSeconds: number
  /** Where forms may lead besides our own host: the customers' Okta. */
  readonly formTargets: readonly string[]
  readonly look: Look
  readonly logger: FastifyBaseLogger
  readonly requestCounts: RequestCounts
  /** Null where nothing is traced. */
  readonly tracing: RequestTracing | null
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly appsAtHand: () => readonly App[] | null
  readonly ring: () => { readonly keys: readonly SigningKey[] } | Promise<{ readonly keys: readonly SigningKey[] }>
  readonly policy: KeyPolicy
  readonly findClientKeys: WellKnownNeeds['findClientKeys']
  readonly doors: InitiateNeeds['doors']
  readonly sessions: SessionStoreNeeds['sessions']
  readonly dropSession: DropSession
  readonly issueTicket: ReturnType<typeof issueTicket>
  readonly arrive: ReturnType<typeof arrive>
  readonly invitations: InvitationRoutesNeeds['invitations']
  readonly findDoor: FindDoor
  readonly startLogin: (start: LoginStart) => Promise<StartedLogin | EndedLogin>
  readonly completeLogin: (callback: Callback) => Promise<CompletedLogin>
  readonly noteClosed: LoginDeskNeeds['noteClosed']
  readonly openSession: OpenSession
  readonly issueToken: IssueToken
  readonly checkAccess: CheckAccess
  readonly passAtOnce: PassAtOnce
  readonly endSignIn: ReturnType<typeof endSignIn>
  readonly operatorApi: OperatorApiNeeds
  readonly operatorPages: Omit<OperatorPagesNeeds, keyof OperatorApiNeeds>
  readonly setup: SetupFlows
  readonly changes: ServeUpstreamNeeds['changes']
  readonly every: ServeUpstreamNeeds['every']
  readonly signIns: ServeUpstreamNeeds['signIns']
}

// Contract §9: what a form or a JSON body may weigh.
const BODY_BYTES = 64 * 1024
const BODY_MS = 30_000

export async function buildServer (needs: ServerNeeds): Promise<FastifyInstance> {
  const { publicUrl, plainLocalhost, apps, now } = needs
  const loginHost = new URL(publicUrl).host
  const isTrusted = trustPeers(needs.trustedProxies)
  const scheme = cookieScheme(plainLocalhost)
  const cookies = sessionCookies(needs.cookieSecrets, scheme, () => { needs.logger.warn('a session cookie was signed with none of COOKIE_SECRETS: its browser has to sign in again. Was a secret taken out before SESSION_LIFETIME_SECONDS had passed? This is said once') })
  const queries = keepQueries()
  const answerAtOnce = checkAtOnce({ ...needs, queries, cookies, loginHost, isTrusted, counts: needs.requestCounts, isTraced: needs.tracing !== null })
  let closing = false
  const app = Fastify({
    loggerInstance: needs.logger,
    schemaController: lateCompilers,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request' }),
    genReqId: drawReferences(needs.random),
    // X-Forwarded-* of anybody else is ignored: otherwise everybody could say from where and to which host they came.
    trustProxy: needs.trustedProxies.length === 0 ? false : address => isTrusted(address),
    bodyLimit: BODY_BYTES,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 4096, ignoreTrailingSlash: false },
    serverFactory: framework => buildHttpServer((raw, response) => !closing && answerAtOnce(raw, response), framework),
    forceCloseConnections: 'idle',
    // What has come in on a connection that is still open is answered, not refused: a proxy may not ask another for it.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      request.outcome = { code: null, tenant: null, reference: null }
      void answerError(needs)(error, request, reply)
    }
  })
  // From here on the framework ends each connection with its answer.
  app.addHook('preClose', done => {
    closing = true
    done()
  })
  logRequests(app, needs.requestCounts)
  traceRequests(app, needs.tracing, isTrusted)
  const deadline = bodyDeadline(BODY_MS)
  app.addHook('onRequest', deadline.guard)
  app.addHook('preParsing', endEmptyBodies)
  app.setErrorHandler(answerError(needs))
  // Any site's page may send it without asking first; nothing here is written in it.
  app.removeContentTypeParser('text/plain')
  app.setNotFoundHandler(async () => { throw new RequestRefusal('route-unknown') })

  const attempts = attemptCookies(scheme)
  const hops = createHopDesk({ ...needs, attempts })
  const newSessionId = () => buildId('ses', needs.random(ID_BYTES))

  // Before any route: whose is a request, ours or that of an app which is served through us?
  app.addConstraintStrategy(tellUpstreamRequests({ loginHost, apps, isTrusted }))

  // For proxies: as bare as can be, since every request to every app waits for it.
  await app.register(async scope => { checkRoutes(scope, { ...needs, queries, loginHost, cookies, isTrusted, answerError: answerError({ ...needs, pages: false }) }) })

  // For verifiers, and what pages are made of.
  wellKnownRoutes(app, needs)
  assetRoutes(app, needs.look.assets)

  // For operators and their programs.
  await app.register(async scope => {
    scope.setErrorHandler(answerError({ ...needs, pages: false }))
    await limitRate(scope, needs.apiRateLimit)
    await scope.register(operatorApi, { ...needs.operatorApi, liftDeadline: deadline.lift })
  }, { prefix: paths.api })

  // For the apps that are served through the gateway: everything on their hosts that is not the gateway's.
  await app.register(async scope => {
    if (!plainLocalhost) scope.addHook('onRequest', refuseInsecureWay)
    await serveUpstream(scope, { ...needs, cookies, agent: createUpstreamAgent(), liftDeadline: deadline.lift })
  })

  // For browsers.
  await app.register(async scope => {
    scope.addHook('onRequest', sayBeSecure(plainLocalhost))
    scope.addHook('onRequest', refuseUnknownHost({ loginHost, apps }))
    if (!plainLocalhost) scope.addHook('onRequest', refuseInsecureWay)
    await scope.register(fastifyCookie)
    await scope.register(fastifyFormbody, { bodyLimit: BODY_BYTES })
    const writeSessions = async (writers: FastifyInstance) => await browserSessions(writers, { cookies, scheme, sessions: needs.sessions, lifetimeSeconds: needs.sessionLifetimeSeconds })
    const admitStart = await limitStarts(scope, needs.loginRateLimit)
    const desk = createLoginDesk({ ...needs, attempts, cookies, hops, admitStart })

    await scope.register(async limited => {
      await limitRate(limited, needs.loginRateLimit)
      loginRoutes(limited, { desk, hops })
      initiateRoutes(limited, { desk, doors: needs.doors })
      invitationRoutes(limited, { desk, invitations: needs.invitations, now })

      // The way back, on which sessions are made.
      await limited.register(async returns => {
        await writeSessions(returns)
        arriveRoutes(returns, { desk, hops, arrive: needs.arrive, attempts, dropSession: needs.dropSession, newSessionId, now })
        callbackRoutes(returns, {
          desk,
          hops,
          dropSession: needs.dropSession,
          completeLogin: needs.completeLogin,
          attempts,
          now,
          newSessionId,
          places: async () => ({ apps: await apps(), ownOrigin: publicUrl, policy: { plainLocalhost } })
        })
      })
    })

    // For the customer's Okta admin.
    await scope.register(async setup => {
      await limitRate(setup, needs.loginRateLimit)
      setupRoutes(setup, { ...needs, ...needs.setup, scheme, signer: cookies.signer, attempts, admitStart, loginHost, answerError: answerError(needs) })
    })

    // For the vendor's own people.
    await scope.register(async operators => {
      await operatorRoutes(operators, { ...needs, ...needs.operatorApi, ...needs.operatorPages, scheme, signer: cookies.signer, loginHost, answerError: answerError(needs) })
    })

    await scope.register(async ends => {
      await writeSessions(ends)
      logoutRoutes(ends, {
        desk,
        endSignIn: needs.endSignIn,
        cookies,
        clearSessionCookie: reply => { reply.clearCookie(scheme.sessionName, { path: '/', httpOnly: true, sameSite: 'lax', secure: scheme.secure }) }
      })
    })

    await scope.register(async scripts => {
      scripts.addHook('onRequest', allowAppOrigins({ apps, plainLocalhost }))
      const signedOut = answerSignedOut(needs)
      sessionRoutes(scripts, { openSession: needs.openSession, cookies, logoutUrl: publicUrl + paths.logout, answerSignedOut: signedOut })
      tokenRoutes(scripts, { ...needs, loginHost, cookies, answerSignedOut: signedOut })
    })
  })
  return app
}

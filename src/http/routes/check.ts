// Forward-auth: a proxy asks before every request to an app. Nothing is registered on this scope that it does not need.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access, CheckAccess } from '../../flows/check-access.ts'
import type { App } from '../../tenant/app.ts'
import { normalizeHost } from '../../tenant/app.ts'
import type { TenantRefusalCode } from '../../tenant/refusal.ts'
import type { answerError } from '../answer-error.ts'
import type { CookieScheme } from '../attempt-cookies.ts'
import { readBearer } from '../bearer.ts'
import { findCookie } from '../cookie-header.ts'
import { namesOneHost } from '../guards/known-host.ts'
import { buildIdentityHeaders } from '../identity-headers.ts'
import { buildLoginAddress } from '../login-address.ts'
import { paths } from '../paths.ts'
import { buildProblem, statusOf } from '../problems.ts'
import type { SessionCookies } from '../session-cookie.ts'
import { readText, showsPages } from '../visitor.ts'

export interface CheckNeeds {
  readonly checkAccess: CheckAccess
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly cookies: SessionCookies
  readonly scheme: CookieScheme
  readonly publicUrl: string
  readonly plainLocalhost: boolean
  readonly isTrusted: (address: string) => boolean
  readonly answerError: ReturnType<typeof answerError>
}

interface Question {
  readonly app: App
  readonly host: string
  readonly roles: readonly string[]
  readonly tenant: string | null
  readonly redirects: boolean
}

export function checkRoutes (app: FastifyInstance, needs: CheckNeeds): void {
  // Any method, and the Content-Type that goes with it: Envoy asks by those of the request which it holds. Nothing of a body is read.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => {
    payload.resume()
    done(null)
  })
  // A logger made for each request costs more than the rest of a check. The lines carry the reference without it.
  app.all(paths.check, { childLoggerFactory: logger => logger }, (request, reply) => {
    const apps = needs.apps()
    if (apps instanceof Promise) return apps.then(async found => await check(needs, request, reply, found))
    return check(needs, request, reply, apps)
  })
}

// Promises only where something has to be waited for: a warm check is one turn of the event loop.
function check (needs: CheckNeeds, request: FastifyRequest, reply: FastifyReply, apps: readonly App[]): FastifyReply | Promise<FastifyReply> {
  const question = readQuestion(request, apps, needs.publicUrl)
  if (question === null) return refuse(needs, request, reply, 'app-unknown', null)
  const idHash = needs.cookies.readHash(findCookie(request.headers.cookie, needs.scheme.sessionName))
  const access = needs.checkAccess({ idHash, host: question.host, touch: request.method !== 'HEAD', app: question.app, constraints: question, bearer: readBearer(request.headers.authorization) })
  return access instanceof Promise
    ? access.then(found => answer(needs, request, reply, found, question))
    : answer(needs, request, reply, access, question)
}

function answer (needs: CheckNeeds, request: FastifyRequest, reply: FastifyReply, access: Access, question: Question): FastifyReply {
  if (access.kind === 'refused') return refuse(needs, request, reply, access.code, question)
  request.outcome.routine = true
  return reply.code(200).header('cache-control', 'no-store').headers(buildIdentityHeaders(access.session, access.issued.token)).send()
}

function refuse (needs: CheckNeeds, request: FastifyRequest, reply: FastifyReply, code: TenantRefusalCode, question: Question | null): FastifyReply {
  const status = statusOf(code)
  request.outcome.code = code
  reply.header('cache-control', 'no-store')
  if (status !== 401) return reply.code(status).type('application/problem+json').send(buildProblem(code, request.id))
  const login = buildLoginAddress(needs, question, wantedUrl(needs, request))
  if (question?.redirects === true && showsPages(request)) return reply.redirect(login, 303)
  return reply.code(401).header('location', login).type('application/problem+json').send(buildProblem(code, request.id))
}

/** The app and the constraints; null for an app or host that nobody knows. */
function readQuestion (request: FastifyRequest, apps: readonly App[], publicUrl: string): Question | null {
  if (!namesOneHost(request.raw)) return null
  const said = request.host
  // Apps keep their hosts in the compared form: one that is said like that need not be brought into it.
  const host = apps.some(({ hosts }) => hosts.includes(said)) ? said : normalizeHost(said) ?? ''
  const { query } = request
  const named = readText(query, 'app', 63)
  const here = apps.find(({ hosts }) => hosts.includes(host))
  const app = named === null ? here : apps.find(({ id, slug }) => id === named || slug === named)
  if (app === undefined) return null
  // A page of one app can ask too, on its own host. It must not come by a token for another, as it could not at /auth/token.
  if (here !== undefined && here !== app && host !== new URL(publicUrl).host) return null
  const roles = readText(query, 'roles', 6_500)
  return {
    app,
    host,
    roles: roles === null ? [] : roles.split(',').filter(role => role !== ''),
    tenant: readText(query, 'tenant', 63),
    redirects: readText(query, 'mode', 16) === 'redirect'
  }
}

/** Where the browser wanted to go, rebuilt from what a trusted proxy says; Fastify has dropped what anybody else said. */
function wantedUrl (needs: CheckNeeds, request: FastifyRequest): string | null {
  const uri = request.headers['x-forwarded-uri']
  if (!needs.isTrusted(request.socket.remoteAddress ?? '') || typeof uri !== 'string' || !uri.startsWith('/') || uri.length > 2_000) return null
  return `${request.protocol}://${request.host}${uri}`
}

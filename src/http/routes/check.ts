// Forward-auth: a proxy asks before every request to an app. Nothing is registered on this scope that it does not need.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Access, CheckAccess } from '../../flows/check-access.ts'
import type { App } from '../../tenant/app.ts'
import type { TenantRefusalCode } from '../../tenant/refusal.ts'
import type { answerError } from '../answer-error.ts'
import { readBearer } from '../bearer.ts'
import { type CheckQuestion, findQuestion, type KnownQueries, readCheckQuery } from '../check-question.ts'
import { buildIdentityHeaders } from '../identity-headers.ts'
import { buildLoginAddress } from '../login-address.ts'
import { paths } from '../paths.ts'
import { buildProblem, statusOf } from '../problems.ts'
import type { SessionCookies } from '../session-cookie.ts'
import { showsPages } from '../visitor.ts'

export interface CheckNeeds {
  readonly checkAccess: CheckAccess
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly cookies: SessionCookies
  /** What each target asked, for whoever answers before this route does. */
  readonly queries: KnownQueries
  readonly publicUrl: string
  readonly loginHost: string
  readonly plainLocalhost: boolean
  readonly isTrusted: (address: string) => boolean
  readonly answerError: ReturnType<typeof answerError>
}

/** What was asked of an app, and how a refusal is to be said. */
interface Question extends CheckQuestion {
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
  const query = readCheckQuery(request.query)
  needs.queries.keep(request.raw.url ?? '', query)
  const found = findQuestion(request.raw, request.host, query.app, apps, needs.loginHost)
  if (found === null) return refuse(needs, request, reply, 'app-unknown', null)
  const question = { ...found, redirects: query.redirects }
  const idHash = needs.cookies.findHash(request.headers.cookie)
  const access = needs.checkAccess({ idHash, host: found.host, touch: request.method !== 'HEAD', app: found.app, constraints: query, bearer: readBearer(request.headers.authorization) })
  return access instanceof Promise
    ? access.then(known => answer(needs, request, reply, known, question))
    : answer(needs, request, reply, access, question)
}

function answer (needs: CheckNeeds, request: FastifyRequest, reply: FastifyReply, access: Access, question: Question): FastifyReply {
  if (access.kind === 'refused') return refuse(needs, request, reply, access.code, question)
  request.outcome.routine = true
  return reply.code(200).header('cache-control', 'no-store').headers(buildIdentityHeaders(access.issued)).send()
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

/** Where the browser wanted to go, rebuilt from what a trusted proxy says; Fastify has dropped what anybody else said. */
function wantedUrl (needs: CheckNeeds, request: FastifyRequest): string | null {
  const uri = request.headers['x-forwarded-uri']
  if (!needs.isTrusted(request.socket.remoteAddress ?? '') || typeof uri !== 'string' || !uri.startsWith('/') || uri.length > 2_000) return null
  return `${request.protocol}://${request.host}${uri}`
}

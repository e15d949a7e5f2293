// How does the outside learn that something went wrong? A page for people, a problem for programs, one line for the log.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { isExpected } from '../flows/login-failure.ts'
import { OktaRefusal } from '../okta/refusal.ts'
import { Outage } from '../outage.ts'
import { TokenRefusal } from '../token/refusal.ts'
import { explain, isExplained } from './explanations.ts'
import { failurePage } from './pages/failure.ts'
import type { Look } from './pages/layout.ts'
import { appUnavailablePage, faultPage, misdirectedPage, notFoundPage, tooManyRequestsPage, unavailablePage } from './pages/neutral.ts'
import { pagePolicy } from './pages/policy.ts'
import { buildProblem, type ProblemCode, problems, statusOf } from './problems.ts'
import { RequestRefusal } from './refusal.ts'
import { ValidationRefusal } from './validation.ts'
import { showsPages } from './visitor.ts'

export interface AnswerErrorNeeds {
  /** False on a scope whose visitors are programs, whatever their Accept header says. */
  readonly pages?: boolean
  readonly look: Look
  readonly now: () => Date
}

export type AnswerError = ReturnType<typeof answerError>

/** The error handler of the whole server. */
export function answerError (needs: AnswerErrorNeeds) {
  /** @param ownPage what a scope says in its own words; it takes the reference. */
  return async function (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply, ownPage?: (reference: string) => string): Promise<FastifyReply> {
    const code = codeOf(error)
    const status = statusOf(code)
    request.outcome.code = code
    const { tenant } = request.outcome
    // A login keeps the reference under which its story is, also where its last step fails.
    const reference = request.outcome.reference ?? request.id
    const whose = { reference, ...(tenant === null ? {} : { tenant }), ...(request.traced === undefined ? {} : { trace_id: request.traced.traceId }) }
    if (code === 'fault') request.log.error({ err: error, ...whose }, 'fault')
    else if (error instanceof Outage) request.log.error({ err: error, code, ...whose }, 'outage')
    if (error instanceof RequestRefusal) reply.headers(error.headers)
    if (error instanceof Outage && error.retryAfterSeconds !== undefined) reply.header('retry-after', String(Math.max(1, Math.ceil(error.retryAfterSeconds))))
    reply.code(status).header('cache-control', 'no-store')
    if (needs.pages !== false && showsPages(request)) return await sendPage(reply, ownPage?.(reference) ?? pageOf(code, reference, Number(reply.getHeader('retry-after') ?? 60), needs))
    // Ours are written to be read. A fault may be a database's error, whose `detail` repeats the values of the row.
    const detail = code !== 'fault' && 'detail' in error && typeof error.detail === 'string' ? error.detail : undefined
    const problem = buildProblem(code, reference, detail)
    return await reply.type('application/problem+json').send(error instanceof ValidationRefusal ? { ...problem, errors: error.errors } : problem)
  }
}

export async function sendPage (reply: FastifyReply, page: string, formTargets: readonly string[] = [], { script = false } = {}): Promise<FastifyReply> {
  if (reply.request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000')
  return await reply.type('text/html; charset=utf-8').headers({ ...pageHeaders, 'content-security-policy': pagePolicy(formTargets, { script }) }).send(page)
}

// Here and not only in the browsers' scope: a page may also be the answer to a URL that no route has, or that nobody can read.
const pageHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY', 'referrer-policy': 'same-origin' }

function codeOf (error: FastifyError | Error): ProblemCode {
  if (isExpected(error) || error instanceof RequestRefusal || error instanceof TokenRefusal || error instanceof OktaRefusal || error instanceof ValidationRefusal) return error.code
  // What Fastify itself refuses: bodies too large, of an unknown type, or not what they say they are.
  const status = 'statusCode' in error ? error.statusCode : undefined
  if (status === 413) return 'body-too-large'
  if (status === 429) return 'too-many-requests'
  if (status !== undefined && status >= 400 && status < 500) return 'body-malformed'
  return 'fault'
}

function pageOf (code: ProblemCode, reference: string, retryAfterSeconds: number, { look, now }: AnswerErrorNeeds): string {
  const moment = { reference, at: now() }
  if (code === 'route-unknown' || code === 'not-found') return notFoundPage({ ...look, homeUrl: '/' })
  if (code === 'host-unknown') return misdirectedPage(look)
  if (code === 'upstream-unreachable' || code === 'upstream-timeout') return appUnavailablePage({ ...look, moment })
  if (code === 'database-unavailable' || code === 'starting') return unavailablePage({ ...look, moment })
  if (code === 'too-many-requests' || code === 'tenant-busy') return tooManyRequestsPage({ ...look, retryAfterSeconds, whose: code === 'tenant-busy' ? 'company' : 'network' })
  if (code === 'fault') return faultPage({ ...look, moment })
  const words = requestWords[code] ?? (isExplained(code) ? undefined : ['That did not work', problems[code].title, again])
  if (words !== undefined) {
    const [headline, sentence, text] = words
    const retryUrl = statusOf(code) === 401 && !signsIn(code) ? null : '/auth/login'
    return failurePage({ ...look, ...moment, headline, sentence, actions: [{ who: 'you', text }], retryUrl, retryLabel: signsIn(code) ? 'Sign in' : undefined })
  }
  const { headline, sentence, actions, retry } = explain(code, { vendorName: look.brand.name, issuer: null })
  return failurePage({ ...look, ...moment, headline, sentence, actions, retryUrl: retry ? '/auth/login' : null })
}

function signsIn (code: ProblemCode): boolean {
  return code === 'not-signed-in' || code === 'session-expired'
}

const again = 'Open the page that you wanted once more, and start from there.'
const requestWords: Readonly<Partial<Record<ProblemCode, readonly [string, string, string]>>> = {
  'insecure-way': ['This page must be opened by https', 'Your browser’s request did not arrive securely, so signing in would not last.', 'Tell the people who run this site that the gateway does not see https (TRUSTED_PROXIES).'],
  'not-signed-in': ['You are not signed in', 'Nobody is signed in here, or the sign-in was ended.', 'Sign in, and open this page once more.'],
  'session-expired': ['Your sign-in has ended', 'It was not used for a while, or it reached the end of its time.', 'Sign in, and open this page once more.'],
  unauthorized: ['This address is for programs', 'It answers only to requests that bring a valid token.', 'If a link brought you here, tell whoever made it.'],
  'cross-site': ['Another site sent you here', 'It tried to do something in your name that only this site’s own pages may do. Nothing was changed.', again],
  'csrf-proof-missing': ['This form is out of date', 'It does not belong to how you are signed in now. Nothing was changed.', again],
  'body-too-large': ['That was too much at once', 'The form held more than this page takes.', again],
  'body-malformed': ['That could not be read', 'The form did not arrive whole.', again],
  'validation-failed': ['This link is not complete', 'Something in the address is given twice, too long or missing.', again]
}

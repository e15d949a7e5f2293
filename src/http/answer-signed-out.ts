// What do the doors for scripts say to somebody who is not signed in? A script learns where the login is; a visitor is taken there.
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type App, normalizeHost } from '../tenant/app.ts'
import { TenantRefusal, type TenantRefusalCode } from '../tenant/refusal.ts'
import { buildLoginAddress, type LoginAddressNeeds } from './login-address.ts'
import { buildProblem, statusOf } from './problems.ts'
import { showsPages } from './visitor.ts'

export interface AnswerSignedOutNeeds extends LoginAddressNeeds {
  readonly apps: () => readonly App[] | Promise<readonly App[]>
}

export type AnswerSignedOut = (request: FastifyRequest, reply: FastifyReply, code: TenantRefusalCode) => Promise<FastifyReply>

/**
 * Answers 401 with `loginUrl`, to which a script adds the `return_to` that only it knows.
 * @throws TenantRefusal where signing in would not help.
 */
export function answerSignedOut (needs: AnswerSignedOutNeeds): AnswerSignedOut {
  return async function (request, reply, code) {
    if (statusOf(code) !== 401) throw new TenantRefusal(code)
    const host = normalizeHost(request.host) ?? ''
    const app = (await needs.apps()).find(({ hosts }) => hosts.includes(host))
    const loginUrl = buildLoginAddress(needs, app === undefined ? null : { app, host }, null)
    request.outcome.code = code
    reply.header('cache-control', 'no-store')
    if (showsPages(request)) return await reply.redirect(loginUrl, 303)
    return await reply.code(401).header('location', loginUrl).type('application/problem+json').send({ ...buildProblem(code, request.id), loginUrl })
  }
}

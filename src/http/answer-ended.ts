// What does somebody see whose login ended without a session? One sentence, who can change it, how, and a reference.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LoginFailureCode } from '../flows/login-failure.ts'
import type { Purpose } from '../tenant/attempt.ts'
import type { Connection } from '../tenant/connection.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { sendPage } from './answer-error.ts'
import { explain } from './explanations.ts'
import { failurePage } from './pages/failure.ts'
import { paths } from './paths.ts'
import type { Look } from './pages/layout.ts'
import { buildMessageForIt } from './pages/message-for-it.ts'
import { buildProblem, statusOf } from './problems.ts'
import { showsPages } from './visitor.ts'

export interface Ending {
  readonly code: LoginFailureCode
  readonly reference: string
  readonly tenant: Tenant | null
  readonly connection: Connection | null
  readonly purpose?: Purpose['kind']
}

export async function sendEnded (request: FastifyRequest, reply: FastifyReply, ending: Ending, { look, now }: { look: Look, now: () => Date }): Promise<FastifyReply> {
  const { code, reference, tenant, connection } = ending
  Object.assign(request.outcome, { code, reference, tenant: tenant?.slug ?? null })
  reply.code(statusOf(code)).header('cache-control', 'no-store')
  const issuer = connection?.issuer ?? null
  const words = explain(code, { vendorName: look.brand.name, issuer })
  if (!showsPages(request)) return await reply.type('application/problem+json').send({ ...buildProblem(code, reference, words.sentence), actions: words.actions })
  const isTest = ending.purpose === 'test'
  const told = { ...look, headline: words.headline, sentence: words.sentence, actions: words.actions, reference, at: now() }
  const page = failurePage({
    ...told,
    // Who tests a connection goes back to where it is set up, and has nothing to look for on the sign-in page.
    ...(isTest ? { retryUrl: paths.setup, retryLabel: 'Back to the setup' } : { retryUrl: words.retry ? retryUrl(tenant) : null, otherAccountUrl: '/auth/login' }),
    messageForIt: buildMessageForIt(told),
    footer: tenant === null ? undefined : [tenant.name, ...(issuer === null ? [] : [new URL(issuer).host])].join(' · ')
  })
  return await sendPage(reply, page)
}

function retryUrl (tenant: Tenant | null): string {
  return tenant === null ? '/auth/login' : `/auth/login?tenant=${encodeURIComponent(tenant.slug)}`
}

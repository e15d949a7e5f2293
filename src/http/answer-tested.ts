// What does somebody see who has tested a connection? The report, in the browser that made the test and nowhere else.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { TestedLogin } from '../flows/rehearse-login.ts'
import { groupsAdvice } from '../okta/groups-claim.ts'
import { sendPage } from './answer-error.ts'
import { explain } from './explanations.ts'
import type { Look } from './pages/layout.ts'
import { testResultPage } from './pages/setup/test-result.ts'
import { paths } from './paths.ts'

export async function sendTested (request: FastifyRequest, reply: FastifyReply, tested: TestedLogin, { look, now }: { look: Look, now: () => Date }): Promise<FastifyReply> {
  const { tenant, connection, would, obstacle, mapped } = tested
  const person = would === null ? null : { ...(would.kind === 'create' ? would : would.member), how: would.kind }
  request.outcome.tenant = tenant.slug
  return await sendPage(reply, testResultPage({
    ...look,
    tenant,
    host: new URL(connection.issuer).host,
    person: person === null ? null : { ...person, roles: mapped?.roles ?? person.roles },
    groups: mapped === null ? null : { ...mapped, advice: mapped.problem === null ? null : groupsAdvice(mapped.problem, mapped.claim) },
    obstacle: obstacle === null ? null : explain(obstacle, { vendorName: look.brand.name, issuer: connection.issuer }),
    missing: tested.missing,
    claims: tested.claims,
    setupUrl: paths.setup,
    reference: tested.reference,
    at: now()
  }))
}

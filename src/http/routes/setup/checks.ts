// `/auth/setup/preflight` and `/auth/setup/test`: whether it works, first without anybody and then with the admin.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Setup } from '../../../flows/enter-setup.ts'
import type { PreflightConnection } from '../../../flows/preflight-connection.ts'
import type { StartTest } from '../../../flows/test-connection.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import { sendEnded } from '../../answer-ended.ts'
import type { AttemptCookies } from '../../attempt-cookies.ts'
import { paths } from '../../paths.ts'
import { stepUrl } from '../../pages/setup/frame.ts'
import { preflightPage } from '../../pages/setup/preflight.ts'
import { testPage, type TestStep } from '../../pages/setup/test.ts'
import { statusOf } from '../../problems.ts'
import type { OpenSetup, SetupDesk } from '../../setup-desk.ts'
import { showsPages } from '../../visitor.ts'

export interface ChecksNeeds {
  readonly desk: SetupDesk
  readonly preflightConnection: PreflightConnection
  readonly startTest: StartTest
  readonly promoteSettings: (setup: Setup) => Promise<void>
  readonly attempts: AttemptCookies
  /** A test is a login: it counts like one. */
  readonly admitStart: (request: FastifyRequest, tenant: Tenant) => Promise<void>
  readonly now: () => Date
}

export function checksRoutes (app: FastifyInstance, needs: ChecksNeeds): void {
  const { desk } = needs
  const sendTest = async (reply: FastifyReply, setup: OpenSetup & { connection: NonNullable<OpenSetup['connection']> }, refused: TestStep['refused']): Promise<FastifyReply> => {
    const { issuer, testedAt } = setup.connection
    return await desk.send(reply, testPage({ ...setup.frame, host: new URL(issuer).host, testedAt, ready: isReady(setup), refused }), { leaves: true })
  }

  app.get(stepUrl('preflight'), async (request, reply) => {
    const setup = await desk.see(request)
    if (setup.connection === null) return await reply.redirect(stepUrl('okta'), 303)
    return await desk.send(reply, preflightPage({ ...setup.frame, report: setup.preflight, ready: isReady(setup) }))
  })

  app.post(stepUrl('preflight'), async (request, reply) => {
    // Asking changes nothing that anybody depends on, so it is like a test.
    const { connection } = await desk.change(request, 'test')
    if (connection === null) return await reply.redirect(stepUrl('okta'), 303)
    await needs.preflightConnection(connection.tenantId, connection.id)
    return await reply.redirect(stepUrl('preflight'), 303)
  })

  app.get(stepUrl('test'), async (request, reply) => {
    const setup = await desk.see(request)
    const { connection } = setup
    if (connection === null) return await reply.redirect(stepUrl('okta'), 303)
    return await sendTest(reply, { ...setup, connection }, null)
  })

  app.post(stepUrl('test'), async (request, reply) => {
    const { tenant, connection } = await desk.change(request, 'test')
    if (connection === null || connection.clientId === '') return await reply.redirect(stepUrl('credentials'), 303)
    await needs.admitStart(request, tenant)
    const started = await needs.startTest({ tenant, connection, reference: request.id })
    if (started.kind === 'ended') return await sendEnded(request, reply, { ...started, purpose: 'test' }, { look: desk.look, now: needs.now })
    needs.attempts.set(request, reply, started.attempt)
    return await reply.header('cache-control', 'no-store').redirect(started.location, 303)
  })

  app.post(`${paths.setup}/take-over`, async (request, reply) => {
    const setup = await desk.change(request, 'change-connection')
    try {
      await needs.promoteSettings(setup)
    } catch (error) {
      if (!(error instanceof TenantRefusal) || !showsPages(request)) throw error
      // As all of it is now: somebody else was quicker.
      const now = await desk.see(request)
      if (now.connection === null || (error.code !== 'connection-state' && error.code !== 'already-exists')) throw error
      request.outcome.code = error.code
      return await sendTest(reply.code(statusOf(error.code)), { ...now, connection: now.connection }, error.code === 'already-exists' ? 'connected-elsewhere' : now.frame.waits ? 'edited' : 'nothing-waits')
    }
    if (setup.connection !== null) await needs.preflightConnection(setup.tenant.id, setup.connection.id)
    return await reply.redirect(stepUrl('preflight'), 303)
  })
}

function isReady ({ connection }: OpenSetup): boolean {
  return connection !== null && connection.clientId !== ''
}

// `/auth/operator/tenants/:tenant/connections/:connection`: who is concerned when it goes live, and the moves to get there and back.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Move, MoveConnection, MovedConnection } from '../../../flows/move-connection.ts'
import type { PreflightConnection } from '../../../flows/preflight-connection.ts'
import { APP_ELSEWHERE } from '../../../okta/app-elsewhere.ts'
import type { ConnectionOnFile } from '../../../tenant/connection.ts'
import { parseEmail } from '../../../tenant/email.ts'
import type { AuditEvent } from '../../../tenant/event.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import type { RollOutReport } from '../../../tenant/roll-out-report.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { AtDesk, OperatorDesk } from '../../operator-desk.ts'
import { operatorConfirmPage } from '../../pages/operator/confirm.ts'
import { type GraveMove, operatorRollOutPage } from '../../pages/operator/roll-out.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { type ConnectionsNeed, findConnection, type TenantsNeed } from '../api/addressed.ts'
import { fieldFault } from '../api/field.ts'
import { parseLater } from '../api/moment.ts'
import { preflightByOperator } from '../api/preflight.ts'
import { cardOf, type CardNeeds } from './connection-card.ts'

export interface RollOutPageNeeds extends TenantsNeed, ConnectionsNeed, CardNeeds {
  readonly desk: OperatorDesk
  readonly rollOuts: { report (tenantId: TenantId, id: ConnectionId): Promise<RollOutReport> }
  readonly moveConnection: MoveConnection
  readonly preflightConnection: PreflightConnection
  readonly preflightShadow: PreflightConnection
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

interface Named { readonly tenant: Tenant, readonly connection: ConnectionOnFile }

const base = `${paths.operator}/tenants/:tenant/connections/:connection`
const sentences = {
  verify: 'It is verified.',
  'go-live': 'It is live.',
  rollback: 'The go-live is rolled back.',
  retire: 'It is retired.',
  pilot: 'The pilot is open for them, and for nobody else.',
  elsewhere: APP_ELSEWHERE,
  planned: 'It goes live by itself, at the moment below.',
  unplanned: 'The plan is given up.',
  right: 'Everything that was checked is right.',
  wrong: 'Something is not right; see below.',
  'waits-right': 'So are the settings that wait.',
  'waits-wrong': 'The settings that wait are not right yet; whoever sets the connection up sees what.'
}
const grave: readonly GraveMove[] = ['verify', 'go-live', 'rollback', 'retire']

export function rollOutPage (app: FastifyInstance, needs: RollOutPageNeeds): void {
  const { desk, moveConnection: flow } = needs
  const named = async (request: FastifyRequest): Promise<Named> => {
    const found = await findConnection(needs, request.params as { tenant: string, connection: string })
    request.outcome.tenant = found.tenant.slug
    return found
  }
  const show = async (reply: FastifyReply, { frame }: AtDesk, { tenant, connection }: Named, done: string | null): Promise<FastifyReply> => {
    const report = await needs.rollOuts.report(tenant.id, connection.id)
    return await desk.send(reply, operatorRollOutPage({ ...frame, tenant, connection: await cardOf(needs, connection), pilotEmails: connection.pilotEmails, report, done }))
  }

  const leave = async (reply: FastifyReply, { idHash }: AtDesk, at: Named, ...codes: ReadonlyArray<keyof typeof sentences>) => await desk.said.leave(reply, idHash, pathOf(at), ...codes)

  app.get(base, async (request, reply) => {
    const at = await desk.see(request)
    const found = await named(request)
    return await show(reply, at, found, desk.said.take(request, reply, at.idHash, pathOf(found), sentences))
  })

  app.post(`${base}/preflight`, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const found = await named(request)
    const { kept, shadow } = await preflightByOperator(needs, found.tenant.id, found.connection.id, at.by)
    const waits = shadow === null ? [] : shadow.passed ? kept.passed ? ['waits-right'] as const : [] : ['waits-wrong'] as const
    return await leave(reply, at, found, kept.passed ? 'right' : 'wrong', ...waits)
  })

  for (const move of grave) {
    app.get(`${base}/${move}`, async (request, reply) => {
      const { frame } = await desk.see(request, 'admin')
      const { tenant, connection } = await named(request)
      const { outsideDomains } = await needs.rollOuts.report(tenant.id, connection.id)
      const card = await cardOf(needs, connection)
      return await desk.send(reply, operatorConfirmPage({ ...frame, tenant, connection: card, move, shutOut: outsideDomains.count, checkFailed: card.preflight?.passed === false }))
    })

    app.post(`${base}/${move}`, async (request, reply) => {
      const at = await desk.change(request, 'admin')
      const found = await named(request)
      return await leave(reply, at, found, move, ...elsewhere(await flow.move(found.connection, moveOf(move, found.connection), at.by)))
    })
  }

  app.post(`${base}/pilot`, async (request, reply) => {
    const at = await desk.change(request, 'admin')
    const found = await named(request)
    const emails = (readText(request.body, 'emails', 20_000) ?? '').split(/[\s,;]+/).filter(text => text !== '').map(text => parseEmail(text).address)
    if (emails.length === 0) throw fieldFault('emails', 'Name at least one person.')
    const moved = await flow.move(found.connection, { move: 'pilot', pilotEmails: [...new Set(emails)] }, at.by)
    return await leave(reply, at, found, 'pilot', ...elsewhere(moved))
  })

  app.post(`${base}/schedule`, async (request, reply) => {
    const at = await desk.change(request, 'admin')
    const found = await named(request)
    const [day, time, zone] = ['day', 'time', 'zone'].map(name => readText(request.body, name, 10) ?? '')
    await flow.schedule(found.connection, parseLater('at', `${day}T${time}${zone}`, needs.now()), at.by)
    return await leave(reply, at, found, 'planned')
  })

  app.post(`${base}/unschedule`, async (request, reply) => {
    const at = await desk.change(request, 'admin')
    const found = await named(request)
    await flow.schedule(found.connection, null, at.by)
    return await leave(reply, at, found, 'unplanned')
  })
}

function pathOf ({ tenant, connection }: Named): string {
  return `${paths.operator}/tenants/${tenant.slug}/connections/${connection.id}`
}

function elsewhere ({ sharesApp }: MovedConnection): readonly ['elsewhere'] | readonly [] {
  return sharesApp ? ['elsewhere'] : []
}

// A draft is taken on the test that it has passed, where there is one; else on the word of whoever has read the page that asks.
function moveOf (move: GraveMove, { testedAt }: ConnectionOnFile): Move {
  return move === 'verify' ? { move, provenance: testedAt === null ? 'operator' : 'test-sign-in' } : { move }
}

// `…/connections/:connection/{verify,pilot,go-live,retire,rollback}`: from draft to live, and back.
import { Type } from 'typebox'
import type { Connection, ConnectionMove, ConnectionOnFile, ConnectionState, VerifiedBy } from '../../../tenant/connection.ts'
import { parseEmail } from '../../../tenant/email.ts'
import type { By } from '../../../tenant/event.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import { findConnection, notFound } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { difference, record } from './audit.ts'
import type { AuditNeeds } from './audit.ts'
import { answerConnection, APP_ELSEWHERE, ConnectionAnswer } from './connection-answer.ts'
import { fieldFault, inField } from './field.ts'
import { parseMoment } from './moment.ts'
import { by } from './operator-token.ts'
import { about, anyOf, ConnectionPath, Email, Moment, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

interface Move {
  readonly move: ConnectionMove
  readonly pilotEmails?: readonly string[]
  readonly provenance?: VerifiedBy
}

export interface ConnectionMovesNeeds extends AuditNeeds, TenantsNeed {
  readonly connections: ConnectionsNeed['connections'] & {
    isElsewhere (tenantId: TenantId, app: Pick<Connection, 'issuer' | 'clientId'>): Promise<boolean>
    move (tenantId: TenantId, id: ConnectionId, move: Move, now: Date): Promise<{ before: ConnectionState, connection: ConnectionOnFile } | null>
  }
  readonly rollOuts: { schedule (tenantId: TenantId, id: ConnectionId, at: Date | null, now: Date): Promise<ConnectionOnFile | null> }
  readonly forgetProvider: (connectionId: ConnectionId) => void
  readonly publicUrl: string
  readonly now: () => Date
}

const Nothing = strict({})
const Verification = anyOf({ provenance: Type.Enum(['operator'], { description: 'On the operator\'s word, which is recorded. Left out: on a test sign-in that has passed.' }) })
const Pilot = strict({ emails: Type.Array(Email, { minItems: 1, maxItems: 1000 }) })
const GoLive = anyOf({ at: orNull(Type.String({ ...Moment, description: 'A later moment, with its time zone: 2026-12-01T08:00:00+01:00. Left out: at once. Null gives a plan up.' })) })

const eventTypes = {
  verify: 'connection.verified',
  pilot: 'connection.pilot-opened',
  'go-live': 'connection.went-live',
  retire: 'connection.retired',
  rollback: 'connection.rolled-back'
} satisfies Record<ConnectionMove, string>

export function connectionMoves (app: TypedApp, needs: ConnectionMovesNeeds): void {
  const make = async (who: By, path: { tenant: string, connection: string }, move: Move) => {
    const { tenant, connection: before } = await findConnection(needs, path)
    const now = needs.now()
    const moved = await needs.connections.move(tenant.id, before.id, move, now)
    if (moved === null) throw notFound('connection')
    needs.forgetProvider(before.id)
    const { provenance } = move
    const details = { ...difference(told(before, moved.before), told(moved.connection)), ...(provenance === undefined ? {} : { provenance }) }
    await record(needs, who, { type: eventTypes[move.move], tenantId: tenant.id, subject: before.id, details }, now)
    return answerConnection(moved.connection, needs.publicUrl, await warnOfSharing(who, moved.connection, move.move, now))
  }
  // The moment at which it begins to matter: from now on people come in through both.
  const warnOfSharing = async (who: By, connection: Connection, move: ConnectionMove, now: Date): Promise<readonly string[] | undefined> => {
    if ((move !== 'go-live' && move !== 'pilot') || !await needs.connections.isElsewhere(connection.tenantId, connection)) return undefined
    const finding = { check: 'client-id', outcome: 'warning', code: 'app-elsewhere', message: APP_ELSEWHERE }
    await record(needs, who, { type: 'connection.warning', tenantId: connection.tenantId, subject: connection.id, details: { findings: [finding] } }, now)
    return [APP_ELSEWHERE]
  }
  const plan = async (who: By, path: { tenant: string, connection: string }, wanted: string | null) => {
    const { tenant, connection: before } = await findConnection(needs, path)
    const now = needs.now()
    const planned = await needs.rollOuts.schedule(tenant.id, before.id, wanted === null ? null : parseLater(wanted, now), now)
    if (planned === null) throw notFound('connection')
    const details = difference({ goLiveAt: before.goLiveAt }, { goLiveAt: planned.goLiveAt })
    if (details !== null) await record(needs, who, { type: planned.goLiveAt === null ? 'connection.go-live-cancelled' : 'connection.go-live-scheduled', tenantId: tenant.id, subject: before.id, details }, now)
    return answerConnection(planned, needs.publicUrl)
  }
  const schemaOf = (operationId: string, summary: string) => ({ ...about('Connections', operationId, summary, 'admin'), params: ConnectionPath, response: { 200: ConnectionAnswer } })
  const base = '/tenants/:tenant/connections/:connection'

  app.post(`${base}/verify`, { schema: { ...schemaOf('verifyConnection', 'Take a draft for good'), body: Verification } }, async request => {
    const { params, body } = request
    return await make(by(request), params, { move: 'verify', provenance: body.provenance ?? 'test-sign-in' })
  })

  app.post(`${base}/pilot`, { schema: { ...schemaOf('pilotConnection', 'Let some people in; again, to change who'), body: Pilot } }, async request => {
    const { params, body } = request
    const emails = body.emails.map((email, place) => inField(`emails/${place}`, () => parseEmail(email).address))
    return await make(by(request), params, { move: 'pilot', pilotEmails: [...new Set(emails)] })
  })

  app.post(`${base}/go-live`, { schema: { ...schemaOf('goLive', 'Let everybody in, now or at a later moment'), body: GoLive } }, async request => {
    const { params, body } = request
    return body.at === undefined ? await make(by(request), params, { move: 'go-live' }) : await plan(by(request), params, body.at)
  })

  app.post(`${base}/retire`, { schema: { ...schemaOf('retireConnection', 'Let nobody in any more'), body: Nothing } }, async request => await make(by(request), request.params, { move: 'retire' }))

  app.post(`${base}/rollback`, { schema: { ...schemaOf('rollBackConnection', 'Undo the last go-live'), body: Nothing } }, async request => await make(by(request), request.params, { move: 'rollback' }))
}

const LATEST_MS = 366 * 86_400_000

function parseLater (text: string, now: Date): Date {
  const at = parseMoment('at', text)
  if (at <= now) throw fieldFault('at', `That moment has passed; it is ${now.toISOString()} now. Leave \`at\` out to go live at once.`)
  if (at.getTime() - now.getTime() > LATEST_MS) throw fieldFault('at', 'That is more than a year ahead.')
  return at
}

function told (connection: Connection, state: ConnectionState = connection.state) {
  return { state, pilotEmails: connection.pilotEmails }
}

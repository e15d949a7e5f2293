// `…/connections/:connection/{verify,pilot,go-live,retire,rollback}`: from draft to live, and back.
import { Type } from 'typebox'
import type { Connection, ConnectionMove, ConnectionState } from '../../../tenant/connection.ts'
import { parseEmail } from '../../../tenant/email.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { findConnection, notFound } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { difference, record } from './audit.ts'
import type { AuditNeeds } from './audit.ts'
import { answerConnection, ConnectionAnswer } from './connection-answer.ts'
import { fieldFault, inField } from './field.ts'
import { about, anyOf, ConnectionPath, Email, Moment, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

interface Move {
  readonly move: ConnectionMove
  readonly pilotEmails?: readonly string[]
  readonly provenance?: 'operator'
}

export interface ConnectionMovesNeeds extends AuditNeeds, TenantsNeed {
  readonly connections: ConnectionsNeed['connections'] & {
    move (tenantId: TenantId, id: ConnectionId, move: Move, now: Date): Promise<{ before: ConnectionState, connection: Connection } | null>
  }
  readonly forgetProvider: (connectionId: ConnectionId) => void
  readonly publicUrl: string
  readonly now: () => Date
}

const Nothing = strict({})
const Verification = anyOf({ provenance: Type.Enum(['operator'], { description: 'On the operator\'s word, which is recorded.' }) })
const Pilot = strict({ emails: Type.Array(Email, { minItems: 1, maxItems: 1000 }) })
const GoLive = anyOf({ at: Type.String({ ...Moment, description: 'Not available yet: a connection goes live at once.' }) })

const eventTypes = {
  verify: 'connection.verified',
  pilot: 'connection.pilot-opened',
  'go-live': 'connection.went-live',
  retire: 'connection.retired',
  rollback: 'connection.rolled-back'
} satisfies Record<ConnectionMove, string>

export function connectionMoves (app: TypedApp, needs: ConnectionMovesNeeds): void {
  const make = async (path: { tenant: string, connection: string }, move: Move) => {
    const { tenant, connection: before } = await findConnection(needs, path)
    const now = needs.now()
    const moved = await needs.connections.move(tenant.id, before.id, move, now)
    if (moved === null) throw notFound('connection')
    needs.forgetProvider(before.id)
    const { provenance } = move
    const details = { ...difference(told(before, moved.before), told(moved.connection)), ...(provenance === undefined ? {} : { provenance }) }
    await record(needs, { type: eventTypes[move.move], tenantId: tenant.id, subject: before.id, details }, now)
    return answerConnection(moved.connection, needs.publicUrl)
  }
  const schemaOf = (operationId: string, summary: string) => ({ ...about('Connections', operationId, summary), params: ConnectionPath, response: { 200: ConnectionAnswer } })
  const base = '/tenants/:tenant/connections/:connection'

  app.post(`${base}/verify`, { schema: { ...schemaOf('verifyConnection', 'Take a draft for good'), body: Verification } }, async ({ params, body }) => {
    if (body.provenance !== undefined) return await make(params, { move: 'verify', provenance: body.provenance })
    await findConnection(needs, params)
    throw new TenantRefusal('connection-state', 'No test sign-in has passed. Send { "provenance": "operator" } to verify the connection on your word.')
  })

  app.post(`${base}/pilot`, { schema: { ...schemaOf('pilotConnection', 'Let some people in; again, to change who'), body: Pilot } }, async ({ params, body }) => {
    const emails = body.emails.map((email, place) => inField(`emails/${place}`, () => parseEmail(email).address))
    return await make(params, { move: 'pilot', pilotEmails: [...new Set(emails)] })
  })

  app.post(`${base}/go-live`, { schema: { ...schemaOf('goLive', 'Let everybody in'), body: GoLive } }, async ({ params, body }) => {
    if (body.at !== undefined) throw fieldFault('at', 'Going live at a later time is not available yet. Leave `at` out to go live now.')
    return await make(params, { move: 'go-live' })
  })

  app.post(`${base}/retire`, { schema: { ...schemaOf('retireConnection', 'Let nobody in any more'), body: Nothing } }, async ({ params }) => await make(params, { move: 'retire' }))

  app.post(`${base}/rollback`, { schema: { ...schemaOf('rollBackConnection', 'Undo the last go-live'), body: Nothing } }, async ({ params }) => await make(params, { move: 'rollback' }))
}

function told (connection: Connection, state: ConnectionState = connection.state) {
  return { state, pilotEmails: connection.pilotEmails }
}

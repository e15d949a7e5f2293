// `…/connections/:connection/{verify,pilot,go-live,retire,rollback}`: from draft to live, and back.
import { Type } from 'typebox'
import type { Move, MoveConnection } from '../../../flows/move-connection.ts'
import { APP_ELSEWHERE } from '../../../okta/app-elsewhere.ts'
import { parseEmail } from '../../../tenant/email.ts'
import type { By } from '../../../tenant/event.ts'
import { findConnection } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { answerConnection, ConnectionAnswer } from './connection-answer.ts'
import { inField } from './field.ts'
import { parseLater } from './moment.ts'
import { by } from './operator-token.ts'
import { about, anyOf, ConnectionPath, Email, Moment, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface ConnectionMovesNeeds extends TenantsNeed, ConnectionsNeed {
  /** The flow of that name. */
  readonly moveConnection: MoveConnection
  readonly publicUrl: string
  readonly now: () => Date
}

const Nothing = strict({})
const Verification = anyOf({ provenance: Type.Enum(['operator'], { description: 'On the operator\'s word, which is recorded. Left out: on a test sign-in that has passed.' }) })
const Pilot = strict({ emails: Type.Array(Email, { minItems: 1, maxItems: 1000 }) })
const GoLive = anyOf({ at: orNull(Type.String({ ...Moment, description: 'A later moment, with its time zone: 2026-12-01T08:00:00+01:00. Left out: at once. Null gives a plan up.' })) })

export function connectionMoves (app: TypedApp, needs: ConnectionMovesNeeds): void {
  const make = async (who: By, path: { tenant: string, connection: string }, move: Move) => {
    const { connection } = await findConnection(needs, path)
    const moved = await needs.moveConnection.move(connection, move, who)
    return answerConnection(moved.connection, needs.publicUrl, moved.sharesApp ? [APP_ELSEWHERE] : undefined)
  }
  const plan = async (who: By, path: { tenant: string, connection: string }, wanted: string | null) => {
    const { connection } = await findConnection(needs, path)
    return answerConnection(await needs.moveConnection.schedule(connection, wanted === null ? null : parseLater('at', wanted, needs.now()), who), needs.publicUrl)
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

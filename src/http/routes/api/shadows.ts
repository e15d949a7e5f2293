// `…/connections/:connection/{promote,shadow}`: the settings that wait beside a live connection, taken over at once or dropped.
import type { Connection, ConnectionOnFile } from '../../../tenant/connection.ts'
import { difference } from '../../../tenant/difference.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import { findConnection, notFound } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { answerConnection, ConnectionAnswer, settingsOf } from './connection-answer.ts'
import { by } from './operator-token.ts'
import { about, ConnectionPath, Done, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface ShadowRoutesNeeds extends TenantsNeed, ConnectionsNeed, RecordedNeeds<{
  readonly shadows: {
    promote (tenantId: TenantId, id: ConnectionId, now: Date): Promise<{ before: Connection, connection: ConnectionOnFile } | null>
    drop (tenantId: TenantId, id: ConnectionId, now: Date): Promise<boolean>
  }
}> {
  readonly forgetProvider: (connectionId: ConnectionId) => void
  readonly publicUrl: string
  readonly now: () => Date
}

export function shadowRoutes (app: TypedApp, needs: ShadowRoutesNeeds): void {
  const base = '/tenants/:tenant/connections/:connection'

  app.post(`${base}/promote`, { schema: { ...about('Connections', 'promoteShadow', 'Take over the settings that wait, once a test sign-in has passed with them', 'admin'), params: ConnectionPath, body: strict({}), response: { 200: ConnectionAnswer } } }, async request => {
    const { tenant, connection: { id, shadow } } = await findConnection(needs, request.params)
    const now = needs.now()
    const promoted = await needs.together(async ({ shadows, events }) => {
      const done = await shadows.promote(tenant.id, id, now)
      if (done === null) throw notFound('connection')
      const details = { ...difference(settingsOf(done.before), settingsOf(done.connection)), ...(shadow?.replacesSecret === true ? { replaced: ['clientSecret'] } : {}) }
      await record({ events }, by(request), { type: 'connection.promoted', tenantId: tenant.id, subject: id, details }, now)
      return done.connection
    })
    needs.forgetProvider(id)
    return answerConnection(promoted, needs.publicUrl)
  })

  app.delete(`${base}/shadow`, { schema: { ...about('Connections', 'dropShadow', 'Drop the settings that wait', 'admin'), params: ConnectionPath, response: { 204: Done } } }, async (request, reply) => {
    const { tenant, connection } = await findConnection(needs, request.params)
    const now = needs.now()
    await needs.together(async ({ shadows, events }) => {
      if (!await shadows.drop(tenant.id, connection.id, now)) throw notFound('shadow')
      await record({ events }, by(request), { type: 'connection.shadow-dropped', tenantId: tenant.id, subject: connection.id }, now)
    })
    return await reply.code(204).send(null)
  })
}

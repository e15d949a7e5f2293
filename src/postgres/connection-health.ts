// How well is a connection? Its last preflight, when its secret ends, and which ones are due to be looked at again.
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'
import type { Finding } from '../okta/preflight-finding.ts'
import type { KeptPreflight } from '../okta/preflight.ts'
import type { ConnectionWithProofs } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { applyShadow } from '../tenant/shadow.ts'
import type { OpenProofs } from './client-proofs.ts'
import type { Database } from './connect.ts'
import { connectionColumns, toConnection, toShadow } from './rows.ts'
import type { KeptShadow } from './setup-schema.ts'

export interface ConnectionHealth {
  readonly clientSecretExpiresAt: Date | null
  readonly preflight: KeptPreflight | null
  /** Of the settings that wait, as they are now. */
  readonly shadowPreflight: KeptPreflight | null
}

export interface HealthOfConnections {
  find (tenantId: TenantId, id: ConnectionId): Promise<ConnectionHealth | null>
  /** With what the connection proves itself by, opened. */
  findToCheck (tenantId: TenantId, id: ConnectionId): Promise<ConnectionHealth & { readonly connection: ConnectionWithProofs } | null>
  /** What waits beside it, with what it would prove itself by; null where nothing waits. */
  findShadowToCheck (tenantId: TenantId, id: ConnectionId): Promise<{ readonly connection: ConnectionWithProofs, readonly edit: number, readonly clientSecretExpiresAt: Date | null } | null>
  saveShadowPreflight (tenantId: TenantId, id: ConnectionId, edit: number, report: KeptPreflight): Promise<void>
  savePreflight (tenantId: TenantId, id: ConnectionId, report: KeptPreflight): Promise<void>
  /** Of the first secret. No setting: logins under way go on, and a passed test still counts. */
  saveSecretExpiry (tenantId: TenantId, id: ConnectionId, at: Date | null): Promise<void>
  /** Live connections that nobody has looked at since, longest ago first; each is given to one asker, who looks at it now. */
  claimDue (before: Date, now: Date, limit: number): Promise<readonly { readonly tenantId: TenantId, readonly id: ConnectionId }[]>
}

// As in the index: where nothing is due, its first entry says so.
const lastLook = sql<Date>`coalesce(due.preflight_at, '-infinity'::timestamptz)`

const healthColumns = ['clientSecretExpiresAt', 'preflight', 'shadow', 'shadowPreflight'] as const

export function createConnectionHealth (db: Database, openProofs: OpenProofs): HealthOfConnections {
  const findWhole = async (tenantId: TenantId, id: ConnectionId) => await db.selectFrom('connections').select(connectionColumns).select(healthColumns).select(['clientSecretSealed', 'nextClientSecretSealed', 'shadowSecretSealed'])
    .select(eb => jsonObjectFrom(eb.selectFrom('clientKeys').select(['kid', 'privateJwkSealed']).whereRef('clientKeys.connectionId', '=', 'connections.id').whereRef('clientKeys.tenantId', '=', 'connections.tenantId')).as('clientKey'))
    .where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()

  return {
    async find (tenantId, id) {
      const row = await db.selectFrom('connections').select(healthColumns).where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : toHealth(row)
    },

    async findToCheck (tenantId, id) {
      const row = await findWhole(tenantId, id)
      return row === undefined ? null : { ...toHealth(row), connection: { ...toConnection(row), proofs: await openProofs(row.id, row) } }
    },

    async findShadowToCheck (tenantId, id) {
      const row = await findWhole(tenantId, id)
      if (row === undefined || row.shadow === null) return null
      const shadow = toShadow(row.shadow, row.shadowSecretSealed)
      // The second slot is for the old client.
      const proofs = await openProofs(row.id, { clientSecretSealed: row.shadowSecretSealed ?? row.clientSecretSealed, nextClientSecretSealed: null, clientKey: row.clientKey })
      return { connection: { ...applyShadow(toConnection(row), shadow), proofs }, edit: shadow.edit, clientSecretExpiresAt: shadow.replacesSecret ? shadow.secretExpiresAt : row.clientSecretExpiresAt }
    },

    async saveShadowPreflight (tenantId, id, edit, report) {
      await db.updateTable('connections').set({ shadowPreflight: JSON.stringify({ ...report, edit }) })
        .where('tenantId', '=', tenantId).where('id', '=', id).where('shadowEdits', '=', edit).execute()
    },

    async savePreflight (tenantId, id, report) {
      await db.updateTable('connections').set({ preflight: JSON.stringify(report), preflightAt: report.at }).where('tenantId', '=', tenantId).where('id', '=', id).execute()
    },

    async saveSecretExpiry (tenantId, id, at) {
      await db.updateTable('connections').set({ clientSecretExpiresAt: at }).where('tenantId', '=', tenantId).where('id', '=', id).execute()
    },

    async claimDue (before, now, limit) {
      // The date is set at once: whoever asks at the same moment gets others, and one that brings its asker down is not asked for again and again.
      const rows = await db.updateTable('connections').set({ preflightAt: now })
        .where('id', 'in', eb => eb.selectFrom('connections as due').select('due.id').where('due.state', '=', 'live')
          .where(lastLook, '<', before).orderBy(lastLook).limit(limit).forUpdate().skipLocked())
        .returning(['tenantId', 'id']).execute()
      return rows.map(({ tenantId, id }) => ({ tenantId: tenantId as TenantId, id: id as ConnectionId }))
    }
  }
}

function toHealth ({ clientSecretExpiresAt, preflight, shadow, shadowPreflight }: { clientSecretExpiresAt: Date | null, preflight: unknown, shadow: KeptShadow | null, shadowPreflight: unknown }): ConnectionHealth {
  // What was found of another edit says nothing of this one.
  const ofThisEdit = shadow !== null && (shadowPreflight as { edit?: number } | null)?.edit === shadow.edit
  return { clientSecretExpiresAt, preflight: toPreflight(preflight), shadowPreflight: ofThisEdit ? toPreflight(shadowPreflight) : null }
}

// As it was saved, but for the date, which JSON has no type for.
function toPreflight (kept: unknown): KeptPreflight | null {
  if (kept === null) return null
  const { passed, findings, at } = kept as { passed: boolean, findings: readonly Finding[], at: string }
  return { passed, findings, at: new Date(at) }
}

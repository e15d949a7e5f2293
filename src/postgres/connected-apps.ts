// Is an app in Okta connected by its tenant already? Asked behind a lock, so that it is still so when the connection is written.
import { checkOnlyOneOfApp, type Connection } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import type { Database } from './connect.ts'

// No unique index: there may be twins from before, which are for somebody to sort out, and for no migration.

/**
 * Until the end of the transaction nobody else of the tenant leads a connection to another app. Taken before the row of a connection,
 * as whoever deletes the tenant takes them.
 */
export async function lockApps (transaction: Database, tenantId: TenantId): Promise<void> {
  // Not `for update`: every sign-in points at this row, and would wait.
  await transaction.selectFrom('tenants').select('id').where('id', '=', tenantId).forNoKeyUpdate().execute()
}

/**
 * Takes the connection as it is, null for a new one, and the app that it is led to. One that stays where it is is not asked.
 * @throws TenantRefusal `already-exists`
 */
export async function checkApp (transaction: Database, tenantId: TenantId, before: Pick<Connection, 'id' | 'issuer' | 'clientId'> | null, { issuer, clientId }: Pick<Connection, 'issuer' | 'clientId'>): Promise<void> {
  if (before?.issuer === issuer && before.clientId === clientId) return
  const rows = await transaction.selectFrom('connections').select(['id', 'issuer', 'clientId', 'state']).where('tenantId', '=', tenantId).orderBy('createdAt').orderBy('id').execute()
  checkOnlyOneOfApp(rows.map(row => ({ ...row, id: row.id as ConnectionId, issuer: row.issuer as Connection['issuer'] })), { issuer, clientId, id: before?.id ?? null })
}

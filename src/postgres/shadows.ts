// Which settings wait beside a live connection? Kept in its row, seen by tests alone, moved over in one statement or dropped.
import { sql } from 'kysely'
import type { Secret } from '../secret.ts'
import type { Connection, ConnectionOnFile } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { checkPromotable, checkShadowable, type ShadowSettings } from '../tenant/shadow.ts'
import { secretRow } from './client-proofs.ts'
import { checkApp, lockApps } from './connected-apps.ts'
import type { Database } from './connect.ts'
import { toConnectionOnFile } from './rows.ts'
import type { KeptShadow } from './setup-schema.ts'
import type { Seal } from './sealed.ts'
import { inTransaction } from './together.ts'

export interface ShadowChanges extends Partial<ShadowSettings> {
  readonly clientSecret?: Secret
}

export interface Shadows {
  /** Adds to what waits. @throws TenantRefusal `connection-state` when the connection is not live, `already-exists` where the tenant has connected that app. */
  save (tenantId: TenantId, id: ConnectionId, changes: ShadowChanges, now: Date): Promise<ConnectionOnFile | null>
  /** Moves over what waits, all of it. @throws TenantRefusal `connection-state` when nothing waits or no test has passed with it, `already-exists` where the app was connected meanwhile. */
  promote (tenantId: TenantId, id: ConnectionId, now: Date): Promise<{ before: Connection, connection: ConnectionOnFile } | null>
  /** False when nothing waits. */
  drop (tenantId: TenantId, id: ConnectionId, now: Date): Promise<boolean>
}

export function createShadows (db: Database, seal: Seal): Shadows {
  const lock = async (transaction: Database, tenantId: TenantId, id: ConnectionId) => {
    await lockApps(transaction, tenantId)
    return await transaction.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).forUpdate().executeTakeFirst()
  }

  return {
    async save (tenantId, id, { clientSecret, ...changes }, now) {
      // Sealed for the place where it will be used, so that promoting it moves one text.
      const shadowSecretSealed = clientSecret === undefined ? undefined : await seal.seal(clientSecret, secretRow(id))
      return await inTransaction(db, async transaction => {
        const row = await lock(transaction, tenantId, id)
        if (row === undefined) return null
        const connection = toConnectionOnFile(row)
        checkShadowable(connection)
        const { issuer, issuerAliases, clientId, clientAuthentication } = { ...connection, ...connection.shadow, ...changes }
        // Said here already, before somebody tests what could not be taken over.
        await checkApp(transaction, tenantId, connection, { issuer, clientId })
        const secretExpiresAt = changes.secretExpiresAt ?? (clientSecret === undefined ? connection.shadow?.secretExpiresAt ?? null : null)
        const shadow: KeptShadow = { issuer, issuerAliases, clientId, clientAuthentication, secretExpiresAt: secretExpiresAt?.toISOString() ?? null, edit: row.shadowEdits + 1, testedAt: null }
        return toConnectionOnFile(await transaction.updateTable('connections')
          .set({ shadow: JSON.stringify(shadow), shadowEdits: shadow.edit, updatedAt: now, ...(shadowSecretSealed === undefined ? {} : { shadowSecretSealed }) })
          .where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow())
      })
    },

    async promote (tenantId, id, now) {
      return await inTransaction(db, async transaction => {
        const row = await lock(transaction, tenantId, id)
        if (row === undefined) return null
        const before = toConnectionOnFile(row)
        const { issuer, issuerAliases, clientId, clientAuthentication, secretExpiresAt, testedAt } = checkPromotable(before.shadow)
        await checkApp(transaction, tenantId, before, { issuer, clientId })
        const promoted = await transaction.updateTable('connections').set({
          issuer,
          issuerAliases: [...issuerAliases],
          clientId,
          clientAuthentication,
          // The second slot was for the old client; with a new secret it is over.
          ...(row.shadowSecretSealed === null ? {} : { clientSecretSealed: row.shadowSecretSealed, nextClientSecretSealed: null, clientSecretExpiresAt: secretExpiresAt }),
          version: row.version + 1,
          testedVersion: row.version + 1,
          testedAt,
          shadow: null,
          shadowSecretSealed: null,
          updatedAt: now
        }).where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
        return { before, connection: toConnectionOnFile(promoted) }
      })
    },

    async drop (tenantId, id, now) {
      const result = await db.updateTable('connections').set({ shadow: null, shadowSecretSealed: null, updatedAt: now })
        .where('tenantId', '=', tenantId).where('id', '=', id).where('shadow', 'is not', null).executeTakeFirst()
      return result.numUpdatedRows > 0n
    }
  }
}

/** Notes that what waits has passed a test; false when it is not what was tested any more. */
export async function passShadowTest (db: Database, tenantId: TenantId, id: ConnectionId, edit: number, now: Date): Promise<boolean> {
  const result = await db.updateTable('connections').set({ shadow: sql`shadow || jsonb_build_object('testedAt', ${now.toISOString()}::text)` })
    .where('tenantId', '=', tenantId).where('id', '=', id).where(sql<boolean>`shadow ->> 'edit' = ${String(edit)}`).executeTakeFirst()
  return result.numUpdatedRows > 0n
}

// Which programs may work for the operator? Kept by the hash of the key. Read at each request, so that a revoked one is gone everywhere at once.
import type { Selectable } from 'kysely'
import type { ApiKey, Scope } from '../tenant/api-key.ts'
import type { ApiKeyId } from '../tenant/id.ts'
import type { Database } from './connect.ts'
import type { ApiKeysTable } from './operator-schema.ts'

export interface KeptApiKey {
  readonly apiKey: ApiKey
  readonly keyHash: string
}

export interface ApiKeys {
  save (apiKey: ApiKey, keyHash: string): Promise<void>
  find (id: ApiKeyId): Promise<KeptApiKey | null>
  /** Oldest first. */
  list (): Promise<readonly ApiKey[]>
  /** For good, on every replica. @returns what it was, or null when there is none. */
  remove (id: ApiKeyId): Promise<ApiKey | null>
  /** Writes down the use, unless one of this minute stands there already. */
  touch (id: ApiKeyId, now: Date): Promise<void>
}

const MINUTE_MS = 60_000

export function createApiKeys (db: Database): ApiKeys {
  return {
    async save ({ lastUsedAt: _, scopes, ...apiKey }, keyHash) {
      await db.insertInto('apiKeys').values({ ...apiKey, scopes: [...scopes], keyHash }).execute()
    },

    async find (id) {
      const row = await db.selectFrom('apiKeys').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : { apiKey: toApiKey(row), keyHash: row.keyHash }
    },

    async list () {
      return (await db.selectFrom('apiKeys').selectAll().orderBy('createdAt').orderBy('id').execute()).map(toApiKey)
    },

    async remove (id) {
      const row = await db.deleteFrom('apiKeys').where('id', '=', id).returningAll().executeTakeFirst()
      return row === undefined ? null : toApiKey(row)
    },

    async touch (id, now) {
      const earlier = new Date(now.getTime() - MINUTE_MS)
      await db.updateTable('apiKeys').set({ lastUsedAt: now }).where('id', '=', id)
        .where(eb => eb.or([eb('lastUsedAt', 'is', null), eb('lastUsedAt', '<=', earlier)])).execute()
    }
  }
}

export function toApiKey ({ keyHash: _, ...row }: Selectable<ApiKeysTable>): ApiKey {
  // The table's own check knows the scopes.
  return { ...row, id: row.id as ApiKeyId, scopes: row.scopes as Scope[] }
}

// Which of the vendor's people are signed in to their pages? Kept by hashes; a key that is revoked takes its sessions with it.
import type { ApiKey } from '../tenant/api-key.ts'
import type { ApiKeyId } from '../tenant/id.ts'
import type { OperatorSession } from '../tenant/operator-session.ts'
import { toApiKey } from './api-keys.ts'
import { type Database, isMissingReference } from './connect.ts'

export interface FoundOperatorSession {
  readonly session: OperatorSession
  /** As it is now; null where the session was opened with the token of the environment. */
  readonly apiKey: ApiKey | null
}

export interface OperatorSessions {
  /** False when the key has been revoked meanwhile. */
  save (session: OperatorSession): Promise<boolean>
  find (idHash: string): Promise<FoundOperatorSession | null>
  /** Moves the last use forward, never back. */
  touch (idHash: string, now: Date): Promise<void>
  remove (idHash: string): Promise<void>
}

export function createOperatorSessions (db: Database): OperatorSessions {
  return {
    async save (session) {
      return await db.insertInto('operatorSessions').values(session).execute().then(() => true, error => {
        if (isMissingReference(error)) return false
        throw error
      })
    },

    async find (idHash) {
      const row = await db.selectFrom('operatorSessions').selectAll().where('idHash', '=', idHash).executeTakeFirst()
      if (row === undefined) return null
      const session = { ...row, keyId: row.keyId as ApiKeyId | null }
      if (row.keyId === null) return { session, apiKey: null }
      const key = await db.selectFrom('apiKeys').selectAll().where('id', '=', row.keyId).executeTakeFirst()
      // Revoked between the two: the session went with it.
      return key === undefined ? null : { session, apiKey: toApiKey(key) }
    },

    async touch (idHash, now) {
      await db.updateTable('operatorSessions').set({ lastSeenAt: now }).where('idHash', '=', idHash).where('lastSeenAt', '<', now).execute()
    },

    async remove (idHash) {
      await db.deleteFrom('operatorSessions').where('idHash', '=', idHash).execute()
    }
  }
}

// Which of the vendor's people are signed in to their pages? Kept by hashes; a key that is revoked takes its sessions with it.
import { sql } from 'kysely'
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
  /** Whether this form of the session is sent for the first time. Of two at once one is told so. */
  useForm (idHash: string, form: string): Promise<boolean>
  remove (idHash: string): Promise<void>
}

const columns = ['idHash', 'keyId', 'tokenHash', 'createdAt', 'lastSeenAt', 'expiresAt'] as const

export function createOperatorSessions (db: Database): OperatorSessions {
  return {
    async save (session) {
      return await db.insertInto('operatorSessions').values(session).execute().then(() => true, error => {
        if (isMissingReference(error)) return false
        throw error
      })
    },

    async find (idHash) {
      const row = await db.selectFrom('operatorSessions').select(columns).where('idHash', '=', idHash).executeTakeFirst()
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

    async useForm (idHash, form) {
      const used = await db.updateTable('operatorSessions').set({ usedForms: sql<string[]>`array_append(used_forms, ${form})` })
        .where('idHash', '=', idHash).where(sql<boolean>`${form} <> all (used_forms)`).returning('idHash').executeTakeFirst()
      return used !== undefined
    },

    async remove (idHash) {
      await db.deleteFrom('operatorSessions').where('idHash', '=', idHash).execute()
    }
  }
}

// Which rows are over? Deleted a batch at a time, each in one statement; a row that somebody holds is passed over until the next time.
import { type RawBuilder, sql } from 'kysely'
import type { Database } from './connect.ts'

/** Each deletes at most `limit` rows of what ended before, those that ended first, and returns how many. */
export interface Expired {
  removePendingAttempts (before: Date, limit: number): Promise<number>
  /** With their sessions, wherever nobody writes to one at this moment. */
  removeSignIns (before: Date, limit: number): Promise<number>
  removeEndedSignIns (before: Date, limit: number): Promise<number>
  removeTickets (before: Date, limit: number): Promise<number>
  removeAttempts (before: Date, limit: number): Promise<number>
  removeEvents (before: Date, limit: number): Promise<number>
  removeSetupSessions (before: Date, limit: number): Promise<number>
  /** With what they have opened: so long after it that that is over, too. */
  removeSetupLinks (before: Date, limit: number): Promise<number>
  removeOperatorSessions (before: Date, limit: number): Promise<number>
  removeInvitations (before: Date, limit: number): Promise<number>
  /** Of accounts that wait, those that have not come for so long. */
  removeIdentityConflicts (before: Date, limit: number): Promise<number>
  /** What was told, or could not be. */
  removeNotices (before: Date, limit: number): Promise<number>
  /** Those that neither sign nor are published any more; never the one that signs. */
  removeSigningKeys (before: Date, limit: number): Promise<number>
}

export function createExpired (db: Database): Expired {
  const count = async (statement: RawBuilder<unknown>) => Number((await statement.execute(db)).numAffectedRows ?? 0n)
  const remove = (table: string, key: string, end: RawBuilder<Date>) => async (before: Date, limit: number) => await count(sql`${over(table, key, end, before, limit)}
    delete from ${sql.id(table)} using over where ${sql.id(table, key)} = over.key`)

  return {
    removePendingAttempts: remove('pending_attempts', 'state_hash', sql`expires_at`),
    // A session that is being written to would hold up its whole batch, and whoever writes to two of them could wait for us as we for him.
    removeSignIns: async (before, limit) => await count(sql`${over('sign_ins', 'id', sql`expires_at`, before, limit)},
      free as materialized (select sessions.id from sessions join sign_ins on sign_ins.tenant_id = sessions.tenant_id and sign_ins.id = sessions.sign_in_id
        join over on over.key = sign_ins.id for update of sessions skip locked)
      delete from sign_ins using over where sign_ins.id = over.key and not exists (select from sessions
        where sessions.tenant_id = sign_ins.tenant_id and sessions.sign_in_id = sign_ins.id and sessions.id not in (select id from free))`),
    removeEndedSignIns: remove('ended_sign_ins', 'number', sql`ended_at`),
    removeTickets: remove('tickets', 'ticket_hash', sql`expires_at`),
    removeAttempts: remove('attempts', 'reference', sql`started_at`),
    removeEvents: remove('events', 'id', sql`at`),
    removeSetupSessions: remove('setup_sessions', 'id_hash', sql`expires_at`),
    removeSetupLinks: remove('setup_links', 'id', sql`expires_at`),
    removeOperatorSessions: remove('operator_sessions', 'id_hash', sql`expires_at`),
    removeInvitations: remove('invitations', 'id', sql`expires_at`),
    removeIdentityConflicts: remove('identity_conflicts', 'ctid', sql`last_at`),
    removeNotices: remove('notices', 'ctid', sql`created_at`),
    removeSigningKeys: remove('signing_keys', 'kid', sql`coalesce(retired_at, signs_until_at)`)
  }
}

// Materialized: read once, so that the limit is one. Two who sweep at the same moment get different rows, and neither waits.
function over (table: string, key: string, end: RawBuilder<Date>, before: Date, limit: number): RawBuilder<unknown> {
  return sql`with over as materialized (select ${sql.id(key)} as key from ${sql.id(table)} where ${end} < ${before} order by ${end} limit ${limit} for update skip locked)`
}

// Which rows are over? Deleted by their keys, a batch at a time.
import { sql } from 'kysely'
import type { Database } from './connect.ts'

export interface Expired {
  removePendingAttempts (before: Date, limit: number): Promise<number>
  removeSignIns (before: Date, limit: number): Promise<number>
  removeEndedSignIns (before: Date, limit: number): Promise<number>
  removeTickets (before: Date, limit: number): Promise<number>
  removeAttempts (before: Date, limit: number): Promise<number>
  removeSetupSessions (before: Date, limit: number): Promise<number>
  /** With what they have opened: so long after it that that is over, too. */
  removeSetupLinks (before: Date, limit: number): Promise<number>
}

export function createExpired (db: Database): Expired {
  const count = (result: { numAffectedRows?: bigint | undefined }) => Number(result.numAffectedRows ?? 0n)
  return {
    removePendingAttempts: async (before, limit) => count(await sql`delete from pending_attempts where state_hash in
      (select state_hash from pending_attempts where expires_at < ${before} limit ${limit})`.execute(db)),
    removeSignIns: async (before, limit) => count(await sql`delete from sign_ins where id in
      (select id from sign_ins where expires_at < ${before} limit ${limit})`.execute(db)),
    removeEndedSignIns: async (before, limit) => count(await sql`delete from ended_sign_ins where number in
      (select number from ended_sign_ins where ended_at < ${before} limit ${limit})`.execute(db)),
    removeTickets: async (before, limit) => count(await sql`delete from tickets where ticket_hash in
      (select ticket_hash from tickets where expires_at < ${before} limit ${limit})`.execute(db)),
    removeAttempts: async (before, limit) => count(await sql`delete from attempts where reference in
      (select reference from attempts where started_at < ${before} limit ${limit})`.execute(db)),
    removeSetupSessions: async (before, limit) => count(await sql`delete from setup_sessions where id_hash in
      (select id_hash from setup_sessions where expires_at < ${before} limit ${limit})`.execute(db)),
    removeSetupLinks: async (before, limit) => count(await sql`delete from setup_links where id in
      (select id from setup_links where expires_at < ${before} limit ${limit})`.execute(db))
  }
}

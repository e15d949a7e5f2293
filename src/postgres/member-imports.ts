// How do a hundred thousand people get into the table, all or none, without anybody waiting for them? Staged beside it first, then written in two statements.
import { sql } from 'kysely'
import type { MemberId } from '../tenant/id.ts'
import type { ImportedMember } from '../tenant/member-import.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { type Database, findUniqueViolation } from './connect.ts'

export interface StagedRow extends ImportedMember {
  readonly line: number
  readonly id: MemberId
}

export type ImportRun =
  | { readonly kind: 'written', readonly counts: { readonly created: number, readonly updated: number, readonly unchanged: number } }
  | { readonly kind: 'not-filled' }
  /** The first lines whose externalId another member has, and how many there are. */
  | { readonly kind: 'conflicts', readonly lines: readonly number[], readonly count: number }

export interface MemberImports {
  /**
   * Stages rows while `fill` reads, and writes all of them at once when it is done. Nothing is written where `fill` returns false or throws, where an
   * externalId is taken, or for a dry run.
   */
  run (tenant: Pick<Tenant, 'id' | 'defaultRoles'>, fill: (stage: (rows: readonly StagedRow[]) => Promise<void>) => Promise<boolean>, options: { readonly dryRun: boolean }, now: Date): Promise<ImportRun>
}

const MAX_LINES = 100

/** @param db of its own: a slow upload holds a connection for as long as it takes, and its statements may take longer than those that people wait for. */
export function createMemberImports (db: Database): MemberImports {
  return {
    async run ({ id: tenantId, defaultRoles }, fill, { dryRun }, now) {
      try {
        return await db.transaction().execute(async transaction => {
          // Seen by this transaction alone: while the file is read no row of anybody is locked.
          await sql`create temporary table staged_members (line integer not null, id text not null, email text not null, name text, roles text[], external_id text, tells_external_id boolean not null) on commit drop`.execute(transaction)
          const filled = await fill(async rows => {
            if (rows.length === 0) return
            const staged = rows.map(({ line, id, email, name, roles, externalId }) => ({ line, id, email, name: name ?? null, roles: roles ?? null, external_id: externalId ?? null, tells_external_id: externalId !== undefined }))
            await sql`insert into staged_members select * from jsonb_to_recordset(${JSON.stringify(staged)}::jsonb)
              as row (line integer, id text, email text, name text, roles text[], external_id text, tells_external_id boolean)`.execute(transaction)
          })
          if (!filled) throw new Undone({ kind: 'not-filled' })
          await sql`analyze staged_members`.execute(transaction)

          const taken = await sql<{ line: number, count: string }>`select s.line, count(*) over () from staged_members s
            join members m on m.tenant_id = ${tenantId} and m.external_id = s.external_id and m.email <> s.email order by s.line limit ${MAX_LINES}`.execute(transaction)
          if (taken.rows[0] !== undefined) throw new Undone({ kind: 'conflicts', lines: taken.rows.map(({ line }) => line), count: Number(taken.rows[0].count) })

          const updated = await sql`update members m set name = coalesce(s.name, m.name), roles = coalesce(s.roles, m.roles),
              external_id = case when s.tells_external_id then s.external_id else m.external_id end, updated_at = ${now}
            from staged_members s where m.tenant_id = ${tenantId} and m.email = s.email
              and (coalesce(s.name, m.name), coalesce(s.roles, m.roles), case when s.tells_external_id then s.external_id else m.external_id end) is distinct from (m.name, m.roles, m.external_id)`.execute(transaction)
          const created = await sql`insert into members (id, tenant_id, email, name, roles, status, external_id, created_at, updated_at)
            select s.id, ${tenantId}, s.email, coalesce(s.name, left(s.email, 200)), coalesce(s.roles, ${[...defaultRoles]}::text[]), 'invited', s.external_id, ${now}, ${now}
            from staged_members s where not exists (select 1 from members m where m.tenant_id = ${tenantId} and m.email = s.email) order by s.line`.execute(transaction)
          const all = await sql<{ count: string }>`select count(*) from staged_members`.execute(transaction)
          const counts = { created: Number(created.numAffectedRows ?? 0n), updated: Number(updated.numAffectedRows ?? 0n) }
          const run: ImportRun = { kind: 'written', counts: { ...counts, unchanged: Number(all.rows[0]?.count ?? 0) - counts.created - counts.updated } }
          // A dry run does everything and takes it back: what it tells is what would happen.
          if (dryRun) throw new Undone(run)
          return run
        })
      } catch (error) {
        if (error instanceof Undone) return error.run
        // Somebody made such a member while the file was written. Who tries again meets them as one who is there.
        if (findUniqueViolation(error) !== null) return { kind: 'conflicts', lines: [], count: 1 }
        throw error
      }
    }
  }
}

/** Thrown through a transaction to leave nothing of it. */
class Undone extends Error {
  readonly run: ImportRun

  constructor (run: ImportRun) {
    super('undone')
    this.run = run
  }
}

// Settings that wait beside a live connection are checked by themselves: what was found of them says nothing of what is in use.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  // With the edit that it is of. It counts for no other, so nobody has to remember to take it away.
  await sql.raw('alter table connections add column shadow_preflight jsonb').execute(db)
}

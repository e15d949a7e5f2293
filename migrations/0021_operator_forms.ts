// A form of the operator's pages that makes a link is taken once: which ones a session has sent already.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table operator_sessions add column used_forms text[] not null default '{}'").execute(db)
}

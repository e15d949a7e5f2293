// Replicas remember whose an email domain is; whoever claims, proves or gives one up tells them all.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  await sql.raw("create trigger domains_tell after insert or update or delete on domains for each row execute function gatehouse_tell('domain', 'domain')").execute(db)
}

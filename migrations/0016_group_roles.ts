// Which roles does membership in a group of the customer's Okta give? Nothing, unless an operator has said so for the connection.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  // A list of { group, roles } and no object: names of groups are data, and stay as they are written.
  await sql.raw("alter table connections add column group_roles jsonb not null default '[]'").execute(db)
}

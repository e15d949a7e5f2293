// What a customer's own administration is told by mail: once, whichever replica sends it, and again when a mail server was away.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Written with the event that it tells of. `told` are the members whose mail the mail server has taken; no next try is the end of it.
  `create table notices (
    tenant_id text not null,
    connection_id text not null,
    occasion text not null,
    news jsonb not null,
    created_at timestamptz not null,
    told text[] not null default '{}',
    tries integer not null default 0,
    next_try_at timestamptz,
    primary key (tenant_id, connection_id, occasion),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
  )`,
  'create index notices_by_next_try on notices (next_try_at) where next_try_at is not null',
  'create index notices_by_age on notices (created_at)',
  "create index connections_by_secret_expiry on connections (client_secret_expires_at) where client_secret_expires_at is not null and state = 'live'"
]

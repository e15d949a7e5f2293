// Apps on hosts of their own: a login may begin on one, and its session is handed over with a ticket.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // What the browser holds on the app's host, hashed; null for logins of the login host itself.
  'alter table pending_attempts add column hop jsonb',

  // Worth something once, for half a minute, in one browser, on one host. Only the hash is kept.
  `create table tickets (
    ticket_hash text primary key,
    tenant_id text not null,
    sign_in_id text not null,
    host text not null,
    browser_hash text not null,
    return_to text not null,
    idle_seconds integer not null,
    expires_at timestamptz not null,
    foreign key (tenant_id, sign_in_id) references sign_ins (tenant_id, id) on delete cascade
  )`,
  'create index tickets_by_expiry on tickets (expires_at)',
  'create index tickets_by_sign_in on tickets (tenant_id, sign_in_id)',

  // Tokens are remembered by the sign-in that they belong to; its end has to be heard as well as its sessions'.
  "create trigger sign_ins_tell after delete on sign_ins for each row execute function gatehouse_tell('session', 'id')"
]

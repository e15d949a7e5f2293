// The vendor's own people sign in to pages of theirs, and look for somebody by email across all tenants.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // It ends with the key that it was opened with. One that was opened with the token of the environment holds a hash of that and of its own id.
  `create table operator_sessions (
    id_hash text primary key,
    key_id text references api_keys (id) on delete cascade,
    token_hash text,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    check ((key_id is null) <> (token_hash is null))
  )`,
  'create index operator_sessions_by_expiry on operator_sessions (expires_at)',
  'create index operator_sessions_by_key on operator_sessions (key_id)',

  // Each holds up whoever writes to its table while it is made: about a second for a million rows.
  'create index members_by_email on members (email)',
  'create index attempts_by_hint on attempts (login_hint, started_at desc) where login_hint is not null',
  'create index attempts_by_member on attempts (tenant_id, member_id, started_at desc) where member_id is not null'
]

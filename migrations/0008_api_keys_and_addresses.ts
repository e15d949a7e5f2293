// Programs get keys of their own, and what happens is written down with where it came from, for good.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table api_keys (
    id text primary key,
    name text not null,
    scopes text[] not null check (cardinality(scopes) > 0 and scopes <@ array['read', 'support', 'admin']),
    key_hash text not null,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz
  )`,

  // Null for the gateway's own chores, and for what was written before this step.
  'alter table events add column address text',
  // Each holds up whoever writes an event while it is made: about a second for a million of them.
  'create index events_by_actor on events (actor, at desc, id)',
  'create index events_by_subject on events (subject, at desc, id)',

  // What is written stays as it is, whoever tries. Deleting is left to the retention of the sweep, which takes what is old enough.
  `create function refuse_rewriting () returns trigger language plpgsql as $$
  begin
    raise exception 'the events are appended to and never edited';
  end $$`,
  'create trigger events_stay before update or truncate on events for each statement execute function refuse_rewriting()'
]

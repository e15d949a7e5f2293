// Sign-ins that have ended while tokens of theirs may still be alive, in the order of their ends, for services that ask for what is new.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // Points at nothing: it outlives the sign-in, and often the member and the tenant, whose end it tells.
  `create table ended_sign_ins (
    number bigint generated always as identity primary key,
    sign_in_id text not null,
    tenant_id text not null,
    member_id text not null,
    ended_at timestamptz not null
  )`,
  'create index ended_sign_ins_by_time on ended_sign_ins (ended_at)',

  `create function note_ended_sign_in () returns trigger language plpgsql as $$
  begin
    -- No token outlives its sign-in. What ran out long ago and is only swept away is no news; the minutes are for those whose clocks are slow.
    if old.expires_at < clock_timestamp() - interval '5 minutes' then return null; end if;
    -- Until the end of the commit, which is near: one after the other, so that numbers become visible in their order. Otherwise a reader who
    -- goes on from the last number that it saw would miss a lower one that was committed later.
    perform pg_advisory_xact_lock(hashtext('ended_sign_ins'));
    insert into ended_sign_ins (sign_in_id, tenant_id, member_id, ended_at) values (old.id, old.tenant_id, old.member_id, clock_timestamp());
    return null;
  end $$`,
  // On the table, so that no way to end a sign-in can be forgotten: the gateway's own, a member or a tenant that is deleted, a hand in psql.
  // Deferred, because until the commit the sign-in lives and tokens are made for it: a transaction that was open for an hour ends it now,
  // and holds the lock only now.
  `create constraint trigger sign_ins_note_end after delete on sign_ins deferrable initially deferred
    for each row execute function note_ended_sign_in()`
]

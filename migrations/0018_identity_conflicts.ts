// Okta accounts that claim the address of somebody who signs in by another account: they wait here until an operator has decided whose they are.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // One row for an account, however often it comes. Whoever is linked, dismissed or deleted has none.
  `create table identity_conflicts (
    tenant_id text not null,
    connection_id text not null,
    issuer text not null,
    subject text not null,
    id text not null,
    member_id text not null,
    email text not null,
    reference text not null,
    times integer not null default 1,
    first_at timestamptz not null,
    last_at timestamptz not null,
    told_at timestamptz not null,
    told_reference text not null,
    primary key (tenant_id, connection_id, issuer, subject),
    unique (tenant_id, id),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade,
    foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade
  )`,
  'create index identity_conflicts_by_time on identity_conflicts (tenant_id, last_at, id)',
  'create index identity_conflicts_by_member on identity_conflicts (tenant_id, member_id)',
  'create index identity_conflicts_by_age on identity_conflicts (last_at)',

  // On the table, so that no way to link an account can leave it waiting: an invitation, an operator, a version of the gateway before this one.
  `create function settle_identity_conflict () returns trigger language plpgsql as $$
  begin
    delete from identity_conflicts where tenant_id = new.tenant_id and connection_id = new.connection_id and issuer = new.issuer and subject = new.subject;
    return null;
  end $$`,
  'create trigger identities_settle_conflict after insert on identities for each row execute function settle_identity_conflict()',

  // An operator may link a second account, as an invitation may. Measured with a million identities on a busy machine: three seconds for the
  // index, in which nobody is linked for the first time (made before, `concurrently`, it costs nothing here), and half a second for the rest, in
  // which nobody signs in. Who is signed in notices neither.
  "create unique index if not exists identities_once_without_word on identities (tenant_id, connection_id, member_id) where linked_by not in ('invitation', 'operator')",
  `alter table identities drop constraint identities_linked_by_check,
    add constraint identities_linked_by_check check (linked_by in ('email', 'just-in-time', 'invitation', 'operator'))`,
  'drop index identities_once_without_invitation'
]

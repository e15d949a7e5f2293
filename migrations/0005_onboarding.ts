// Customers connect their Okta by themselves: links for their admins, invitations for their people, keys instead of secrets, and logins
// that are no sign-ins.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  // For connections that prove themselves by a signature: nothing secret is handed around, the provider fetches the public half from us.
  `create table client_keys (
    tenant_id text not null,
    connection_id text not null,
    kid text not null,
    public_jwk jsonb not null,
    private_jwk_sealed text not null,
    created_at timestamptz not null,
    primary key (tenant_id, connection_id),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
  )`,

  // The settings that a test sign-in has passed with; a later edit moves the version on and the test no longer counts.
  'alter table connections add column tested_version integer',
  'alter table connections add column tested_at timestamptz',
  'alter table connections add column go_live_at timestamptz',
  'create index connections_by_go_live on connections (go_live_at) where go_live_at is not null',
  'alter table connections add column client_secret_expires_at timestamptz',

  // Settings that wait beside a live connection, for tests alone. The count goes on when they are dropped: a test of others counts for none.
  'alter table connections add column shadow jsonb',
  'alter table connections add column shadow_secret_sealed text',
  'alter table connections add column shadow_edits integer not null default 0',

  // A proof is looked at again: when last, and since when its record has been gone.
  'alter table domains add column checked_at timestamptz',
  'alter table domains add column missing_since timestamptz',
  "create index domains_by_check on domains (checked_at nulls first) where provenance = 'dns'",

  'alter table connections add column preflight jsonb',
  'alter table connections add column preflight_at timestamptz',

  // Null for an ordinary sign-in. A test or an invitation never becomes one by a missing value: what is kept says what it is for.
  'alter table pending_attempts add column purpose jsonb',
  'alter table attempts drop constraint attempts_outcome_check',
  "alter table attempts add constraint attempts_outcome_check check (outcome in ('started', 'signed-in', 'tested', 'refused', 'failed'))",

  // A link for a customer's Okta admin. Opened once; what opens is a session of its own, which can do nothing but set this tenant up.
  `create table setup_links (
    id text not null unique,
    tenant_id text not null references tenants on delete cascade,
    token_hash text not null unique,
    part text not null check (part in ('all', 'domains')),
    may_change_live boolean not null,
    connection_id text,
    parent_id text,
    email text,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    opened_at timestamptz,
    revoked_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade,
    foreign key (tenant_id, parent_id) references setup_links (tenant_id, id) on delete cascade
  )`,
  'create index setup_links_by_expiry on setup_links (expires_at)',
  'create index setup_links_by_parent on setup_links (tenant_id, parent_id)',
  'create index setup_links_by_connection on setup_links (tenant_id, connection_id)',
  `create table setup_sessions (
    id_hash text primary key,
    tenant_id text not null,
    link_id text not null,
    connection_id text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    foreign key (tenant_id, link_id) references setup_links (tenant_id, id) on delete cascade,
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
  )`,
  'create index setup_sessions_by_expiry on setup_sessions (expires_at)',
  'create index setup_sessions_by_link on setup_sessions (tenant_id, link_id)',
  'create index setup_sessions_by_connection on setup_sessions (tenant_id, connection_id)',

  // Whoever holds it has read the mail that it came in: the mailbox is the proof, whatever address Okta says.
  `create table invitations (
    id text not null unique,
    tenant_id text not null,
    member_id text not null,
    token_hash text not null unique,
    created_by text not null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    accepted_at timestamptz,
    primary key (tenant_id, id),
    foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade
  )`,
  'create index invitations_by_member on invitations (tenant_id, member_id)',
  // A new one takes the place of the one that is open, also where two are made at the same moment.
  'create unique index invitations_once_open on invitations (tenant_id, member_id) where accepted_at is null',
  'create index invitations_by_expiry on invitations (expires_at)'
]

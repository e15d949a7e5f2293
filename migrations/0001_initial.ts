// Everything that the main job keeps. Every tenant-owned row carries its tenant, and every foreign key between such rows carries it too:
// a row of one tenant cannot even point at a row of another.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const statements = [
  `create table tenants (
    id text primary key,
    slug text not null unique,
    name text not null,
    admission text not null default 'invited' check (admission in ('invited', 'just-in-time')),
    default_roles text[] not null default '{}',
    sso_entitled boolean not null default true,
    enforcement text not null default 'optional' check (enforcement in ('optional', 'required')),
    home_url text,
    fallback_login_url text,
    session_idle_seconds integer check (session_idle_seconds >= 15),
    session_lifetime_seconds integer check (session_lifetime_seconds >= 15),
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  // Two tenants may claim a domain; one can have proven it. Otherwise a claim alone would lock the owner out.
  `create table domains (
    tenant_id text not null references tenants on delete cascade,
    domain text not null,
    challenge text not null,
    verified_at timestamptz,
    provenance text check (provenance in ('dns', 'operator')),
    created_at timestamptz not null,
    primary key (tenant_id, domain),
    check ((verified_at is null) = (provenance is null))
  )`,
  'create unique index domains_one_owner on domains (domain) where verified_at is not null',

  `create table connections (
    id text not null unique,
    tenant_id text not null references tenants on delete cascade,
    issuer text not null,
    issuer_aliases text[] not null default '{}',
    okta_organization_id text,
    client_id text not null,
    client_secret_sealed text,
    next_client_secret_sealed text,
    client_authentication text not null,
    scopes text[] not null,
    groups_claim text,
    ends_okta_session boolean not null default false,
    state text not null default 'draft' check (state in ('draft', 'verified', 'pilot', 'live', 'retired')),
    state_before_live text,
    verified_provenance text,
    pilot_emails text[] not null default '{}',
    version integer not null default 1,
    went_live_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id)
  )`,
  'create index connections_by_issuer on connections (issuer)',

  `create table apps (
    id text primary key,
    slug text not null unique,
    name text not null,
    audience text not null unique,
    hosts text[] not null,
    return_to text[] not null,
    home_url text,
    token_lifetime_seconds integer check (token_lifetime_seconds between 60 and 3600),
    upstream text,
    created_at timestamptz not null,
    updated_at timestamptz not null
  )`,

  `create table members (
    id text not null unique,
    tenant_id text not null references tenants on delete cascade,
    email text not null,
    name text not null,
    roles text[] not null default '{}',
    status text not null default 'invited' check (status in ('invited', 'active', 'suspended')),
    external_id text,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    primary key (tenant_id, id),
    unique (tenant_id, email)
  )`,
  'create unique index members_by_external_id on members (tenant_id, external_id) where external_id is not null',

  `create table identities (
    tenant_id text not null,
    connection_id text not null,
    issuer text not null,
    subject text not null,
    member_id text not null,
    linked_by text not null check (linked_by in ('email', 'just-in-time', 'invitation')),
    created_at timestamptz not null,
    primary key (tenant_id, connection_id, issuer, subject),
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade,
    foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade
  )`,
  'create index identities_by_member on identities (tenant_id, member_id)',
  // Two subjects with one email arriving at the same moment: only one of them is linked, whatever each has read before.
  "create unique index identities_once_without_invitation on identities (tenant_id, connection_id, member_id) where linked_by <> 'invitation'",

  // One login under way. Consumed by one DELETE; only hashes of what the browser holds.
  `create table pending_attempts (
    state_hash text primary key,
    reference text not null,
    tenant_id text not null,
    connection_id text not null,
    connection_version integer not null,
    issuer text not null,
    redirect_uri text not null,
    nonce_hash text not null,
    code_challenge text not null,
    return_to text,
    started_at timestamptz not null,
    expires_at timestamptz not null,
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
  )`,
  'create index pending_attempts_by_expiry on pending_attempts (expires_at)',

  // The story of a login, kept for support after the login is over. `state_hash` finds it again when a spent callback comes back.
  `create table attempts (
    reference text primary key,
    tenant_id text not null references tenants on delete cascade,
    connection_id text,
    member_id text,
    state_hash text unique,
    door text not null,
    outcome text not null check (outcome in ('started', 'signed-in', 'refused', 'failed')),
    code text,
    login_hint text,
    return_to text,
    steps jsonb not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    foreign key (tenant_id, connection_id) references connections (tenant_id, id),
    foreign key (tenant_id, member_id) references members (tenant_id, id)
  )`,
  // A story outlives whom it is about. `on delete set null (column)` says this too, but only since PostgreSQL 15.
  ...[['connections', 'connection_id'], ['members', 'member_id']].flatMap(([table, column]) => [
    `create function forget_${column} () returns trigger language plpgsql as $$
    begin
      -- When the whole tenant goes, its stories go too, and a row that is on its way out must not be touched.
      update attempts set ${column} = null where tenant_id = old.tenant_id and ${column} = old.id
        and exists (select from tenants where tenants.id = old.tenant_id);
      return old;
    end $$`,
    `create trigger ${table}_leave_stories before delete on ${table} for each row execute function forget_${column}()`
  ]),
  'create index attempts_by_tenant on attempts (tenant_id, started_at desc, reference)',
  'create index attempts_by_start on attempts (started_at)',

  `create table sign_ins (
    id text not null unique,
    tenant_id text not null,
    member_id text not null,
    connection_id text not null,
    issuer text not null,
    subject text not null,
    provider_session_id text,
    auth_time timestamptz not null,
    amr text[] not null,
    acr text,
    id_token_sealed text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    primary key (tenant_id, id),
    foreign key (tenant_id, member_id) references members (tenant_id, id) on delete cascade,
    foreign key (tenant_id, connection_id) references connections (tenant_id, id) on delete cascade
  )`,
  'create index sign_ins_by_member on sign_ins (tenant_id, member_id)',
  'create index sign_ins_by_connection on sign_ins (tenant_id, connection_id)',
  'create index sign_ins_by_expiry on sign_ins (expires_at)',

  `create table sessions (
    id_hash text primary key,
    id text not null unique,
    tenant_id text not null,
    sign_in_id text not null,
    host text not null,
    idle_seconds integer not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    foreign key (tenant_id, sign_in_id) references sign_ins (tenant_id, id) on delete cascade
  )`,
  'create index sessions_by_sign_in on sessions (tenant_id, sign_in_id)',
  'create index sessions_by_tenant on sessions (tenant_id, created_at desc, id)',

  `create table signing_keys (
    kid text primary key,
    public_jwk jsonb not null,
    private_jwk_sealed text not null,
    created_at timestamptz not null,
    published_at timestamptz not null,
    signs_from_at timestamptz not null,
    signs_until_at timestamptz,
    retired_at timestamptz
  )`,

  `create table events (
    id text primary key,
    at timestamptz not null,
    type text not null,
    tenant_id text,
    actor text not null,
    subject text,
    reference text,
    details jsonb not null default '{}'
  )`,
  'create index events_by_time on events (at desc, id)',
  'create index events_by_tenant on events (tenant_id, at desc, id)',

  // Replicas answer checks from memory; whoever changes a row, through the gateway or by hand, tells them all in the same transaction.
  `create function gatehouse_tell () returns trigger language plpgsql as $$
  declare
    changed jsonb := to_jsonb(case when tg_op = 'DELETE' then old else new end);
  begin
    perform pg_notify('gatehouse', tg_argv[0] || ' ' || coalesce(changed ->> tg_argv[1], ''));
    return null;
  end $$`,
  ...[
    ['tenants', 'tenant', 'id', 'update or delete'],
    ['connections', 'connection', 'id', 'update or delete'],
    ['members', 'member', 'id', 'update or delete'],
    ['sessions', 'session', 'id_hash', 'delete'],
    ['apps', 'app', 'id', 'insert or update or delete'],
    ['signing_keys', 'signing-key', 'kid', 'insert or update or delete']
  ].map(([table, kind, column, operations]) =>
    `create trigger ${table}_tell after ${operations} on ${table} for each row execute function gatehouse_tell('${kind}', '${column}')`)
]

// Pages, rechecks and rare events cost what they show, with ten thousand tenants and years of stories. Indexes alone: whoever runs on the
// schema before does not notice.
import { type Kysely, sql } from 'kysely'

export async function up (db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db)
}

// Each holds up whoever writes to its table while it is made: about a second for a million rows. `if not exists`, so that where tables are
// larger they can be made before, each by the same statement with `concurrently` after `index`, and nobody waits.
const statements = [
  'create index if not exists tenants_by_creation on tenants (created_at, id)',
  'create index if not exists members_by_creation on members (tenant_id, created_at, id)',
  // Who has this address anywhere: asked before a roll-out.
  'create index if not exists members_by_email on members (email)',

  // Anybody may ask for an issuer, and it may be one of the other names.
  'create index if not exists connections_by_alias on connections using gin (issuer_aliases)',
  // What was never looked at comes first, by a moment before all others: where nothing is due, a single look says so.
  "create index if not exists connections_by_preflight on connections (coalesce(preflight_at, '-infinity'::timestamptz)) where state = 'live'",
  "create index if not exists domains_by_last_check on domains (coalesce(checked_at, '-infinity'::timestamptz)) where provenance = 'dns'",

  // A member or a connection goes, and its stories must forget it.
  'create index if not exists attempts_by_member on attempts (tenant_id, member_id) where member_id is not null',
  'create index if not exists attempts_by_connection on attempts (tenant_id, connection_id) where connection_id is not null',

  // Nearly all events are sign-ins and sign-outs. What is left is rare, looked for, and costs a login nothing.
  ...[
    ['events_rare_by_type', 'type'],
    ['events_rare_by_family', "split_part(type, '.', 1)"],
    ['events_rare_by_tenant', 'tenant_id']
  ].map(([name, first]) => `create index if not exists ${name} on events (${first}, at desc, id desc) where type not in ('member.signed-in', 'member.signed-out')`)
]

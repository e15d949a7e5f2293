// How do tables get so full that the planner decides as it will at a vendor with ten thousand customers? Written straight into them.

export interface Amounts {
  readonly tenants: number
  /** With a sign-in, a session, an identity, a login's story and its event each. */
  readonly people: number
  /** Of how many sign-ins one is over. */
  readonly overEach: number
  /** Tickets, invitations, setup links, logins under way. */
  readonly others: number
  /** Of them at the first tenant. */
  readonly inFirst: number
  /** The latest moment of all, in SQL. */
  readonly newest: string
}

/**
 * Statements that fill an empty database. Everything is numbered: `tnt-0` is the customer with many people, `mem-5` one of them. No two moments
 * are the same, because pages are cut by time.
 */
export function fillingStatements ({ tenants, people, overEach, others, inFirst, newest }: Amounts): readonly string[] {
  // Whose the n-th person is.
  const tenant = `'tnt-' || case when n < ${inFirst} then 0 else 1 + n % ${tenants - 1} end`
  const connection = tenant.replace('tnt-', 'con-')
  const at = `${newest} - n * interval '1 second'`
  const each = (amount: number) => `from generate_series(0, ${amount - 1}) n`
  return [
    // Nobody is told and no row is looked up again: what is written here fits.
    'set session_replication_role = replica',
    `insert into tenants (id, slug, name, created_at, updated_at) select 'tnt-' || n, 'customer-' || n, 'Customer ' || n, ${at}, ${at} ${each(tenants)}`,
    `insert into domains (tenant_id, domain, challenge, verified_at, provenance, checked_at, created_at)
     select 'tnt-' || n, 'customer-' || n || '.test', 'challenge', ${at}, 'dns', ${at}, ${at} ${each(tenants)}`,
    `insert into connections (id, tenant_id, issuer, issuer_aliases, client_id, client_authentication, scopes, state, went_live_at, preflight_at, created_at, updated_at)
     select 'con-' || n, 'tnt-' || n, 'https://customer-' || n || '.okta.test', case when n % 10 = 0 then array['https://login.customer-' || n || '.test'] else '{}' end,
     'client-' || n, 'client_secret_basic', '{openid}', 'live', ${at}, ${at}, ${at}, ${at} ${each(tenants)}`,
    `insert into client_keys (tenant_id, connection_id, kid, public_jwk, private_jwk_sealed, created_at) select 'tnt-' || n, 'con-' || n, 'key-' || n, '{}', 'never opened', ${at} from generate_series(8, ${tenants - 1}) n`,
    `insert into members (id, tenant_id, email, name, roles, status, external_id, created_at, updated_at)
     select 'mem-' || n, ${tenant}, 'person-' || n || '@' || ${tenant} || '.test', 'Person ' || n, '{admin,buyer}', case when n % 50 = 0 then 'suspended' else 'active' end, 'external-' || n, ${at}, ${at} ${each(people)}`,
    `insert into identities (tenant_id, connection_id, issuer, subject, member_id, linked_by, created_at)
     select ${tenant}, ${connection}, 'https://okta.test', 'subject-' || n, 'mem-' || n, 'just-in-time', ${at} ${each(people)}`,
    `insert into attempts (reference, tenant_id, connection_id, member_id, state_hash, door, login_hint, outcome, steps, started_at, finished_at)
     select 'reference-' || n, ${tenant}, ${connection}, 'mem-' || n, 'state-' || n, 'login', 'person-' || n || '@' || ${tenant} || '.test', case when n % 20 = 3 then 'refused' else 'signed-in' end, '[{"name":"asked","at":"2026-11-21T09:00:00.000Z"}]', ${at}, ${at} ${each(people)}`,
    `insert into pending_attempts (state_hash, reference, tenant_id, connection_id, connection_version, issuer, redirect_uri, nonce_hash, code_challenge, started_at, expires_at)
     select 'state-' || n, 'reference-' || n, ${tenant}, ${connection}, 1, 'https://okta.test', 'https://login.test', 'nonce', 'challenge', ${at}, ${at} ${each(others)}`,
    `insert into sign_ins (id, tenant_id, member_id, connection_id, issuer, subject, auth_time, amr, created_at, expires_at)
     select 'sin-' || n, ${tenant}, 'mem-' || n, ${connection}, 'https://okta.test', 'subject-' || n, ${at}, '{pwd,mfa}', ${at},
     ${at} + case when n % ${overEach} = 0 then interval '0' else interval '1 year' end ${each(people)}`,
    `insert into sessions (id_hash, id, tenant_id, sign_in_id, host, idle_seconds, created_at, last_seen_at) select 'hash-' || n, 'ses-' || n, ${tenant}, 'sin-' || n, 'login.test', 3600, ${at}, ${at} ${each(people)}`,
    `insert into tickets (ticket_hash, tenant_id, sign_in_id, host, browser_hash, return_to, idle_seconds, expires_at)
     select 'ticket-' || n, ${tenant}, 'sin-' || n, 'app.test', 'browser', 'https://app.test/', 3600, ${at} ${each(others)}`,
    `insert into ended_sign_ins (sign_in_id, tenant_id, member_id, ended_at) select 'sin-gone-' || n, ${tenant}, 'mem-' || n, now() - (${people} - n) * interval '1 second' ${each(people)}`,
    `insert into events (id, at, type, tenant_id, actor, subject)
     select 'evt-' || n, ${at}, case when n % 1000 = 7 then 'connection.warning' when n % 1000 = 8 then 'member.invited' when n % 3 = 0 then 'member.signed-out' else 'member.signed-in' end,
     ${tenant}, case when n % 1000 in (7, 8) then 'apk-' || n % 5 else 'mem-' || n end, case when n % 1000 = 7 then ${connection} else 'sin-' || n end ${each(people)}`,
    `insert into invitations (id, tenant_id, member_id, token_hash, created_by, created_at, expires_at) select 'inv-' || n, ${tenant}, 'mem-' || n, 'token-' || n, 'operator', ${at}, ${at} ${each(others)}`,
    `insert into setup_links (id, tenant_id, token_hash, part, may_change_live, created_by, created_at, expires_at) select 'lnk-' || n, 'tnt-' || n % ${tenants}, 'token-' || n, 'all', true, 'operator', ${at}, ${at} ${each(others)}`,
    `insert into setup_sessions (id_hash, tenant_id, link_id, created_at, expires_at) select 'hash-' || n, 'tnt-' || n % ${tenants}, 'lnk-' || n, ${at}, ${at} ${each(others)}`,
    `insert into notices (tenant_id, connection_id, occasion, news, created_at) select ${tenant}, ${connection}, 'occasion ' || n, '{"about":"live"}', ${at} ${each(others)}`,
    `insert into identity_conflicts (tenant_id, connection_id, issuer, subject, id, member_id, email, reference, first_at, last_at, told_at, told_reference)
     select ${tenant}, ${connection}, 'https://okta.test', 'other-' || n, 'idn-' || n, 'mem-' || n, 'person', 'reference-' || n, ${at}, ${at}, ${at}, 'reference-' || n ${each(others)}`,
    `insert into operator_sessions (id_hash, token_hash, created_at, last_seen_at, expires_at) select 'hash-' || n, 'token-' || n, ${at}, ${at}, ${at} ${each(others)}`,
    // Where nothing has to be left out of an index because somebody may not see it yet, rows are counted as they are.
    'vacuum analyze'
  ]
}

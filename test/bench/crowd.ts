// How does a hundred thousand people get signed in before anybody can be measured? Written straight into the tables, as valid as if they had come one by one.
import { randomBytes } from 'node:crypto'
import { cookieScheme } from '../../src/http/attempt-cookies.ts'
import { sessionCookies } from '../../src/http/session-cookie.ts'
import { Secret } from '../../src/secret.ts'
import { withClient } from '../world/embedded-postgres.ts'

export interface CrowdOptions {
  readonly databaseUrl: string
  readonly cookieSecret: string
  /** On which the sessions count. */
  readonly host: string
  readonly tenants: number
  readonly sessions: number
}

/** @returns the session cookie of the n-th of them. */
export async function signInCrowd ({ databaseUrl, cookieSecret, host, tenants, sessions }: CrowdOptions): Promise<(index: number) => string> {
  const crowd = randomBytes(12).toString('hex')
  await withClient(databaseUrl, async client => {
    for (const statement of statements) await client.query(statement.replaceAll(':crowd', `'${crowd}-'`).replaceAll(':tenants', String(tenants)).replaceAll(':sessions', String(sessions)).replaceAll(':host', `'${host}'`))
  })
  const scheme = cookieScheme(true)
  const { signer } = sessionCookies([new Secret(cookieSecret)], scheme)
  return index => `${scheme.sessionName}=${signer.sign(`${crowd}-${index % sessions}`)}`
}

const statements = [
  `insert into tenants (id, slug, name, created_at, updated_at)
   select 'tnt-' || :crowd || n, :crowd || n, 'Customer ' || n, now(), now() from generate_series(0, :tenants - 1) n`,
  `insert into connections (id, tenant_id, issuer, client_id, client_authentication, scopes, state, went_live_at, created_at, updated_at)
   select 'con-' || :crowd || n, 'tnt-' || :crowd || n, 'https://' || :crowd || n || '.okta.test', 'client', 'client_secret_basic', '{openid}', 'live', now(), now(), now() from generate_series(0, :tenants - 1) n`,
  `insert into members (id, tenant_id, email, name, roles, status, created_at, updated_at)
   select 'mem-' || :crowd || n, 'tnt-' || :crowd || n % :tenants, 'person-' || n || '@' || :crowd || n % :tenants || '.test', 'Person ' || n, '{admin,buyer}', 'active', now(), now() from generate_series(0, :sessions - 1) n`,
  `insert into sign_ins (id, tenant_id, member_id, connection_id, issuer, subject, auth_time, amr, created_at, expires_at)
   select 'sin-' || :crowd || n, 'tnt-' || :crowd || n % :tenants, 'mem-' || :crowd || n, 'con-' || :crowd || n % :tenants, 'https://' || :crowd || n % :tenants || '.okta.test', 'subject-' || n, now(), '{pwd,mfa}', now(), now() + interval '8 hours' from generate_series(0, :sessions - 1) n`,
  `insert into sessions (id_hash, id, tenant_id, sign_in_id, host, idle_seconds, created_at, last_seen_at)
   select rtrim(translate(encode(sha256((:crowd || n)::bytea), 'base64'), '+/', '-_'), '='), 'ses-' || :crowd || n, 'tnt-' || :crowd || n % :tenants, 'sin-' || :crowd || n, :host, 3600, now(), now() from generate_series(0, :sessions - 1) n`,
  'analyze'
]

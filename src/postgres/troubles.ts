// Where is trouble, whoever has it? The one store that reads across tenants: for the vendor's own people, who have to find the tenant first.
import { sql } from 'kysely'
import type { AttemptStory } from '../tenant/attempt.ts'
import type { ConnectionState } from '../tenant/connection.ts'
import type { ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import type { CountedCode, FoundMember, TroubledTenant, WeakConnection } from '../tenant/trouble.ts'
import { storyColumns, toStory } from './attempts.ts'
import type { Database } from './connect.ts'
import { memberColumns, toMember } from './rows.ts'

export interface Troubles {
  /** Those with logins that ended badly since then, the latest first. Tests of a setup are none. */
  listTenants (since: Date, limit: number): Promise<readonly TroubledTenant[]>
  /** The most frequent first. */
  countCodes (since: Date): Promise<readonly CountedCode[]>
  /** Open ones whose last preflight found something, and all but retired ones whose secret ends before then. */
  listConnections (expiresBefore: Date, limit: number): Promise<readonly WeakConnection[]>
  /** Members of whichever tenant with this address, in its compared form. */
  findMembers (email: string, limit: number): Promise<readonly FoundMember[]>
  /** Logins, of whichever tenant, at which this address was typed or told; latest first. */
  findAttempts (email: string, limit: number): Promise<readonly AttemptStory[]>
  /** Logins of one member, or at which their address was typed, latest first. */
  listAttemptsOf (tenantId: TenantId, member: { readonly id: MemberId, readonly email: string }, limit: number): Promise<readonly AttemptStory[]>
}

export function createTroubles (db: Database): Troubles {
  return {
    async listTenants (since, limit) {
      // Cut before it is joined: names are looked up of those that are shown.
      const { rows } = await sql<TroubledTenant>`select t.slug, t.name, a.ended, a.signed_in as "signedIn", a.last_at as "lastAt" from (
          select tenant_id, count(*) filter (where outcome in ('refused', 'failed'))::int as ended, count(*) filter (where outcome = 'signed-in')::int as signed_in,
            max(started_at) filter (where outcome in ('refused', 'failed')) as last_at
          from attempts where started_at >= ${since} and door <> 'setup' group by tenant_id
          having bool_or(outcome in ('refused', 'failed')) order by last_at desc, tenant_id limit ${limit}
        ) a join tenants t on t.id = a.tenant_id order by a.last_at desc, t.slug`.execute(db)
      return rows
    },

    async countCodes (since) {
      const { rows } = await sql<CountedCode>`select code, count(*)::int as times, count(distinct tenant_id)::int as tenants from attempts
        where started_at >= ${since} and door <> 'setup' and outcome in ('refused', 'failed') and code is not null group by code order by times desc, code`.execute(db)
      return rows
    },

    async listConnections (expiresBefore, limit) {
      const failed = sql<boolean>`state in ('pilot', 'live') and preflight ->> 'passed' = 'false'`
      const rows = await db.selectFrom('connections').innerJoin('tenants', 'tenants.id', 'connections.tenantId')
        .select(['connections.id', 'connections.tenantId', 'tenants.slug', 'tenants.name', 'connections.issuer', 'connections.state', 'connections.clientSecretExpiresAt'])
        .select(sql<boolean>`coalesce(${failed}, false)`.as('preflightFailed'))
        .where('connections.state', '<>', 'retired')
        .where(eb => eb.or([failed, eb('connections.clientSecretExpiresAt', '<', expiresBefore)]))
        .orderBy('connections.clientSecretExpiresAt', order => order.asc().nullsLast()).orderBy('connections.id').limit(limit).execute()
      return rows.map(({ id, tenantId, slug, name, issuer, state, clientSecretExpiresAt: at, preflightFailed }) => ({
        id: id as ConnectionId, tenant: { id: tenantId as TenantId, slug, name }, issuer, state: state as ConnectionState, preflightFailed, secretExpiresAt: at !== null && at < expiresBefore ? at : null
      }))
    },

    async findMembers (email, limit) {
      const rows = await db.selectFrom('members').innerJoin('tenants', 'tenants.id', 'members.tenantId')
        .select(memberColumns.map(column => `members.${column}` as const)).select(['tenants.slug', 'tenants.name as tenantName'])
        .where('members.email', '=', email).orderBy('tenants.slug').limit(limit).execute()
      return rows.map(({ slug, tenantName, ...row }) => ({ ...toMember(row), tenant: { slug, name: tenantName } }))
    },

    async findAttempts (email, limit) {
      return (await db.selectFrom('attempts').select(storyColumns).where('loginHint', '=', email).orderBy('startedAt', 'desc').limit(limit).execute()).map(toStory)
    },

    async listAttemptsOf (tenantId, { id, email }, limit) {
      return (await db.selectFrom('attempts').select(storyColumns).where('tenantId', '=', tenantId)
        .where(eb => eb.or([eb('memberId', '=', id), eb('loginHint', '=', email)])).orderBy('startedAt', 'desc').orderBy('reference').limit(limit).execute()).map(toStory)
    }
  }
}

// When does a connection go live, and for whom? Plans, what is due of them, and what an operator reads before.
import { type RawBuilder, sql } from 'kysely'
import { checkSchedulable, type ConnectionOnFile, type ConnectionState, moveConnection } from '../tenant/connection.ts'
import type { ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import { type Affected, REPORT_NAMES, type RollOutReport } from '../tenant/roll-out-report.ts'
import type { Database } from './connect.ts'
import { toConnectionOnFile } from './rows.ts'
import { inTransaction } from './together.ts'

export interface RollOuts {
  /**
   * Plans the moment at which a connection goes live by itself; null gives the plan up.
   * @throws TenantRefusal `connection-state`
   */
  schedule (tenantId: TenantId, id: ConnectionId, at: Date | null, now: Date): Promise<ConnectionOnFile | null>
  /** Those whose moment has come, longest ago first. */
  listDue (now: Date, limit: number): Promise<ReadonlyArray<{ readonly tenantId: TenantId, readonly id: ConnectionId }>>
  /** Null when another replica was quicker, or the plan was given up. */
  goLiveIfDue (tenantId: TenantId, id: ConnectionId, now: Date): Promise<{ before: ConnectionState, plannedFor: Date } | null>
  /** Whether an active member with that role has signed in through a connection that is live. */
  hasSignedIn (tenantId: TenantId, role: string): Promise<boolean>
  report (tenantId: TenantId, id: ConnectionId): Promise<RollOutReport>
}

export function createRollOuts (db: Database): RollOuts {
  const list = async (tenantId: TenantId, condition: RawBuilder<boolean>): Promise<Affected> => {
    const rows = await db.selectFrom('members').select(['id', 'email', 'name']).select(sql<number>`count(*) over ()::integer`.as('count'))
      .where('tenantId', '=', tenantId).where('status', '<>', 'suspended').where(condition).orderBy('email').limit(REPORT_NAMES).execute()
    return { count: rows[0]?.count ?? 0, first: rows.map(({ id, email, name }) => ({ id: id as MemberId, email, name })) }
  }

  return {
    async schedule (tenantId, id, at, now) {
      return await inTransaction(db, async transaction => {
        const row = await transaction.selectFrom('connections').select('state').where('tenantId', '=', tenantId).where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined) return null
        if (at !== null) checkSchedulable(row.state)
        return toConnectionOnFile(await transaction.updateTable('connections').set({ goLiveAt: at, updatedAt: now })
          .where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow())
      })
    },

    async listDue (now, limit) {
      const rows = await db.selectFrom('connections').select(['tenantId', 'id']).where('goLiveAt', '<=', now).orderBy('goLiveAt').limit(limit).execute()
      return rows.map(({ tenantId, id }) => ({ tenantId: tenantId as TenantId, id: id as ConnectionId }))
    },

    async goLiveIfDue (tenantId, id, now) {
      return await inTransaction(db, async transaction => {
        const row = await transaction.selectFrom('connections').select(['state', 'stateBeforeLive', 'goLiveAt']).where('tenantId', '=', tenantId).where('id', '=', id)
          .where('goLiveAt', '<=', now).forUpdate().skipLocked().executeTakeFirst()
        if (row === undefined || row.goLiveAt === null) return null
        const { state } = moveConnection(row.state, 'go-live', row.stateBeforeLive)
        await transaction.updateTable('connections').set({ state, stateBeforeLive: row.state, wentLiveAt: now, goLiveAt: null, updatedAt: now })
          .where('tenantId', '=', tenantId).where('id', '=', id).execute()
        return { before: row.state, plannedFor: row.goLiveAt }
      })
    },

    async hasSignedIn (tenantId, role) {
      // An identity is written at a sign-in and at no other time; sessions and stories are swept away.
      const row = await db.selectFrom('identities')
        .innerJoin('members', join => join.onRef('members.tenantId', '=', 'identities.tenantId').onRef('members.id', '=', 'identities.memberId'))
        .innerJoin('connections', join => join.onRef('connections.tenantId', '=', 'identities.tenantId').onRef('connections.id', '=', 'identities.connectionId'))
        .select('identities.subject').where('identities.tenantId', '=', tenantId).where('connections.state', '=', 'live')
        .where('members.status', '=', 'active').where(eb => eb(eb.val(role), '=', eb.fn.any('members.roles'))).limit(1).executeTakeFirst()
      return row !== undefined
    },

    async report (tenantId, id) {
      const identity = sql`select from identities i where i.tenant_id = members.tenant_id and i.member_id = members.id`
      const signedInHere = sql`exists (${identity} and i.connection_id = ${id})`
      const all = await list(tenantId, sql<boolean>`true`)
      return {
        members: all.count,
        outsideDomains: await list(tenantId, sql<boolean>`not ${signedInHere} and not exists (select from domains d
          where d.tenant_id = members.tenant_id and d.domain = split_part(members.email, '@', 2) and d.verified_at is not null)`),
        neverSignedIn: await list(tenantId, sql<boolean>`not exists (${identity})`),
        linkedElsewhere: await list(tenantId, sql<boolean>`members.status = 'active' and exists (${identity}) and not ${signedInHere}`),
        otherEmailInOkta: await list(tenantId, sql<boolean>`exists (select from attempts a where a.tenant_id = members.tenant_id
          and a.member_id = members.id and a.connection_id = ${id} and a.steps @> '[{"name":"email-differs"}]')`),
        inOtherTenants: await list(tenantId, sql<boolean>`exists (select from members other where other.email = members.email and other.tenant_id <> members.tenant_id)`)
      }
    }
  }
}

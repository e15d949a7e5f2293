// Which Okta accounts wait until an operator has decided whose they are? The table takes away what gets linked, in whatever way.
import { sql } from 'kysely'
import type { ConnectionId, IdentityId, MemberId, TenantId } from '../tenant/id.ts'
import { identityId } from '../tenant/identity.ts'
import { CONFLICT_NEWS_SECONDS, type IdentityConflict, type NewIdentityConflict } from '../tenant/identity-conflict.ts'
import type { Database } from './connect.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'

export interface IdentityConflicts {
  /** Counts it; told by an event when it is new, and again after a day. Nothing where the account or the member is another by now. */
  note (tenantId: TenantId, conflict: NewIdentityConflict, now: Date): Promise<void>
  /** Latest first; all of the tenant, or those about one member. */
  list (tenantId: TenantId, page: PageRequest, memberId?: MemberId): Promise<Page<IdentityConflict>>
  /** Makes the account an identity of the member; of an invited member an active one. Null when it does not wait any more. */
  link (tenantId: TenantId, id: string, now: Date): Promise<IdentityConflict | null>
  /** Null when it does not wait any more. */
  dismiss (tenantId: TenantId, id: string): Promise<IdentityConflict | null>
}

export function createIdentityConflicts (db: Database, newEventId: () => string): IdentityConflicts {
  const waiting = (tenantId: TenantId) => db.selectFrom('identityConflicts')
    .innerJoin('members', join => join.onRef('members.tenantId', '=', 'identityConflicts.tenantId').onRef('members.id', '=', 'identityConflicts.memberId'))
    .select(columns).select(['members.email as memberEmail', 'members.name as memberName'])
    .where('identityConflicts.tenantId', '=', tenantId)
  const find = async (tenantId: TenantId, id: string): Promise<IdentityConflict | null> => {
    const row = await waiting(tenantId).where('identityConflicts.id', '=', id).executeTakeFirst()
    return row === undefined ? null : toConflict(row)
  }

  return {
    async note (tenantId, { key, memberId, reference }, now) {
      const { connectionId, issuer, subject } = key
      const id = identityId(tenantId, key)
      const newsBefore = new Date(now.getTime() - CONFLICT_NEWS_SECONDS * 1000)
      const details = JSON.stringify({ conflict: id, connection: connectionId, issuer, subject })
      // The event in the same statement: what is marked as told is told, whatever happens next.
      await sql`
        with noted as (
          insert into identity_conflicts as known (tenant_id, connection_id, issuer, subject, id, member_id, email, reference, first_at, last_at, told_at, told_reference)
          select tenant_id, ${connectionId}::text, ${issuer}::text, ${subject}::text, ${id}::text, id, email, ${reference}::text, ${now}::timestamptz, ${now}::timestamptz, ${now}::timestamptz, ${reference}::text
          from members where tenant_id = ${tenantId} and id = ${memberId} and not exists (select from identities
            where tenant_id = ${tenantId} and connection_id = ${connectionId} and issuer = ${issuer} and subject = ${subject})
          on conflict (tenant_id, connection_id, issuer, subject) do update set times = known.times + 1, member_id = excluded.member_id, email = excluded.email,
            reference = excluded.reference, last_at = excluded.last_at,
            told_at = case when known.told_at <= ${newsBefore} then excluded.told_at else known.told_at end,
            told_reference = case when known.told_at <= ${newsBefore} then excluded.told_reference else known.told_reference end
          returning member_id, told_reference = reference as is_news)
        insert into events (id, at, type, tenant_id, actor, subject, reference, details)
        select ${newEventId()}::text, ${now}::timestamptz, 'identity.conflict', ${tenantId}::text, 'gatehouse', member_id, ${reference}::text, ${details}::jsonb from noted where is_news`.execute(db)
    },

    async list (tenantId, { limit, cursor }, memberId) {
      const before = cursor === null ? null : readCursor(cursor)
      let query = waiting(tenantId).orderBy('identityConflicts.lastAt', 'desc').orderBy('identityConflicts.id', 'desc').limit(limit + 1)
      if (memberId !== undefined) query = query.where('identityConflicts.memberId', '=', memberId)
      if (before !== null) query = query.where(eb => eb(eb.refTuple('identityConflicts.lastAt', 'identityConflicts.id'), '<', eb.tuple(before.at, before.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.lastAt, id: row.id }), toConflict)
    },

    async link (tenantId, id, now) {
      const conflict = await find(tenantId, id)
      if (conflict === null) return null
      // No lock on what waits: a login that links the account at this moment takes it away, and whoever comes second finds it linked.
      const { rows } = await sql`
        with linked as (
          insert into identities (tenant_id, connection_id, issuer, subject, member_id, linked_by, created_at)
          select tenant_id, connection_id, issuer, subject, member_id, 'operator', ${now}::timestamptz from identity_conflicts
          where tenant_id = ${tenantId} and id = ${id} and member_id = ${conflict.member.id} on conflict do nothing returning member_id),
        active as (update members set status = 'active', updated_at = ${now} where tenant_id = ${tenantId} and status = 'invited' and id in (select member_id from linked))
        select member_id from linked`.execute(db)
      return rows.length === 0 ? null : conflict
    },

    async dismiss (tenantId, id) {
      const conflict = await find(tenantId, id)
      if (conflict === null) return null
      const { numDeletedRows } = await db.deleteFrom('identityConflicts').where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return numDeletedRows === 0n ? null : conflict
    }
  }
}

const columns = ['identityConflicts.id', 'identityConflicts.connectionId', 'identityConflicts.issuer', 'identityConflicts.subject', 'identityConflicts.memberId',
  'identityConflicts.email', 'identityConflicts.reference', 'identityConflicts.times', 'identityConflicts.firstAt', 'identityConflicts.lastAt'] as const

interface Row {
  readonly id: string
  readonly connectionId: string
  readonly issuer: string
  readonly subject: string
  readonly memberId: string
  readonly memberEmail: string
  readonly memberName: string
  readonly email: string
  readonly reference: string
  readonly times: number
  readonly firstAt: Date
  readonly lastAt: Date
}

function toConflict ({ id, connectionId, issuer, subject, memberId, memberEmail, memberName, email, reference, times, firstAt, lastAt }: Row): IdentityConflict {
  return {
    id: id as IdentityId,
    key: { connectionId: connectionId as ConnectionId, issuer, subject },
    member: { id: memberId as MemberId, email: memberEmail, name: memberName },
    email,
    reference,
    times,
    firstAt,
    lastAt
  }
}

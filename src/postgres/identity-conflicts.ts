// Which Okta accounts wait until an operator has decided whose they are? The table takes away what gets linked, in whatever way.
import { sql } from 'kysely'
import type { By } from '../tenant/event.ts'
import type { ConnectionId, IdentityId, MemberId, TenantId } from '../tenant/id.ts'
import { identityId } from '../tenant/identity.ts'
import { CONFLICT_NEWS_SECONDS, type IdentityConflict, type NewIdentityConflict } from '../tenant/identity-conflict.ts'
import { type Database, findUniqueViolation } from './connect.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'

export interface IdentityConflicts {
  /** Counts it; told by an event when it is new, and again after a day. Nothing where the account or the member is another by now. */
  note (tenantId: TenantId, conflict: NewIdentityConflict, now: Date): Promise<void>
  /** Latest first; all of the tenant, or those about one member. */
  list (tenantId: TenantId, page: PageRequest, memberId?: MemberId): Promise<Page<IdentityConflict>>
  /** Makes the account an identity of the member; of an invited member an active one. Null when it does not wait any more. Whose word it was is written with it. */
  /** @param memberId whom it is to wait for; null for whomever it waits for now. */
  link (tenantId: TenantId, id: string, memberId: string | null, by: By, now: Date): Promise<IdentityConflict | null>
  /** Null when it does not wait any more. Whose word it was is written with it. */
  dismiss (tenantId: TenantId, id: string, by: By, now: Date): Promise<IdentityConflict | null>
}

export function createIdentityConflicts (db: Database, newEventId: () => string): IdentityConflicts {
  const waiting = (tenantId: TenantId) => db.selectFrom('identityConflicts')
    .innerJoin('members', join => join.onRef('members.tenantId', '=', 'identityConflicts.tenantId').onRef('members.id', '=', 'identityConflicts.memberId'))
    .select(columns).select(['members.email as memberEmail', 'members.name as memberName'])
    .where('identityConflicts.tenantId', '=', tenantId)

  return {
    async note (tenantId, { key, memberId, reference }, now) {
      const { connectionId, issuer, subject } = key
      const id = identityId(tenantId, key)
      const newsBefore = new Date(now.getTime() - CONFLICT_NEWS_SECONDS * 1000)
      const details = JSON.stringify({ conflict: id, connection: connectionId, issuer, subject })
      // The event in the same statement: what is marked as told is told, whatever happens next.
      const write = async () => await sql`
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
      // Two at the same moment meet in the index of the ids as well, which `on conflict` does not name: by now the first is there.
      await write().catch(async error => {
        if (findUniqueViolation(error) !== 'identity_conflicts_tenant_id_id_key') throw error
        await write()
      })
    },

    async list (tenantId, { limit, cursor }, memberId) {
      const before = cursor === null ? null : readCursor(cursor)
      let query = waiting(tenantId).orderBy('identityConflicts.lastAt', 'desc').orderBy('identityConflicts.id', 'desc').limit(limit + 1)
      if (memberId !== undefined) query = query.where('identityConflicts.memberId', '=', memberId)
      if (before !== null) query = query.where(eb => eb(eb.refTuple('identityConflicts.lastAt', 'identityConflicts.id'), '<', eb.tuple(before.at, before.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.lastAt, id: row.id }), toConflict)
    },

    async link (tenantId, id, memberId, { actor, address }, now) {
      // Whoever names nobody means who it waits for now: what comes for somebody else before it is written is not theirs.
      const meant = memberId ?? (await waiting(tenantId).where('identityConflicts.id', '=', id).executeTakeFirst())?.memberId
      if (meant === undefined) return null
      // No lock on what waits: a login that links the account at this moment takes it away, and whoever comes second finds it linked.
      const { rows: [row] } = await sql<Row>`
        with waiting as (
          select conflict.*, members.email as member_email, members.name as member_name from identity_conflicts as conflict
          join members on members.tenant_id = conflict.tenant_id and members.id = conflict.member_id
          where conflict.tenant_id = ${tenantId} and conflict.id = ${id} and conflict.member_id = ${meant}),
        linked as (
          insert into identities (tenant_id, connection_id, issuer, subject, member_id, linked_by, created_at)
          select tenant_id, connection_id, issuer, subject, member_id, 'operator', ${now}::timestamptz from waiting on conflict do nothing returning member_id),
        active as (update members set status = 'active', updated_at = ${now} where tenant_id = ${tenantId} and status = 'invited' and id in (select member_id from linked)),
        decided as (select * from waiting where exists (select from linked)),
        written as (
          insert into events (id, at, type, tenant_id, actor, address, subject, reference, details)
          select ${newEventId()}::text, ${now}::timestamptz, 'identity.linked', tenant_id, ${actor}::text, ${address}::text, member_id, reference,
            ${account} || jsonb_build_object('linkedBy', 'operator') from decided)
        select * from decided`.execute(db)
      return row === undefined ? null : toConflict(row)
    },

    async dismiss (tenantId, id, { actor, address }, now) {
      const { rows: [row] } = await sql<Row>`
        with decided as (delete from identity_conflicts where tenant_id = ${tenantId} and id = ${id} returning *),
        written as (
          insert into events (id, at, type, tenant_id, actor, address, subject, reference, details)
          select ${newEventId()}::text, ${now}::timestamptz, 'identity.dismissed', tenant_id, ${actor}::text, ${address}::text, member_id, reference,
            ${account} || jsonb_build_object('times', times) from decided)
        select decided.*, members.email as member_email, members.name as member_name from decided
        join members on members.tenant_id = decided.tenant_id and members.id = decided.member_id`.execute(db)
      return row === undefined ? null : toConflict(row)
    }
  }
}

// What the events say of an account that waits.
const account = sql`jsonb_build_object('conflict', id, 'connection', connection_id, 'issuer', issuer, 'subject', subject)`

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

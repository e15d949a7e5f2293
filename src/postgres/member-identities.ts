// By which accounts at Okta is a member known, and what ends when one of them is taken away?
import { sql } from 'kysely'
import type { ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import { type Identity, identityId } from '../tenant/identity.ts'
import type { Database } from './connect.ts'

export interface MemberIdentities {
  /** Oldest first. */
  list (tenantId: TenantId, memberId: MemberId): Promise<readonly Identity[]>
  /** Takes it away with the sign-ins that it made, both or neither. Null when there is no such identity; else how many sign-ins ended. */
  unlink (tenantId: TenantId, memberId: MemberId, id: string): Promise<{ readonly identity: Identity, readonly ended: number } | null>
}

export function createMemberIdentities (db: Database): MemberIdentities {
  const list: MemberIdentities['list'] = async (tenantId, memberId) => {
    const rows = await db.selectFrom('identities').select(['connectionId', 'issuer', 'subject', 'linkedBy', 'createdAt'])
      .where('tenantId', '=', tenantId).where('memberId', '=', memberId).orderBy('createdAt').orderBy('connectionId').orderBy('subject').execute()
    return rows.map(({ linkedBy, createdAt, ...row }) => {
      const key = { ...row, connectionId: row.connectionId as ConnectionId }
      return { id: identityId(tenantId, key), key, linkedBy, createdAt }
    })
  }

  return {
    list,

    async unlink (tenantId, memberId, id) {
      const identity = (await list(tenantId, memberId)).find(one => one.id === id)
      if (identity === undefined) return null
      const { connectionId, issuer, subject } = identity.key
      const { rows: [done] } = await sql<{ gone: number, ended: number }>`
        with gone as (delete from identities where tenant_id = ${tenantId} and member_id = ${memberId}
          and connection_id = ${connectionId} and issuer = ${issuer} and subject = ${subject} returning 1),
        ended as (delete from sign_ins where tenant_id = ${tenantId} and member_id = ${memberId}
          and connection_id = ${connectionId} and issuer = ${issuer} and subject = ${subject} and exists (select from gone) returning 1)
        select (select count(*)::int from gone) as gone, (select count(*)::int from ended) as ended`.execute(db)
      return done === undefined || done.gone === 0 ? null : { identity, ended: done.ended }
    }
  }
}

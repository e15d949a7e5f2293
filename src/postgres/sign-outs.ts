// How does a person sign out? What ends and the audit event that says so are one statement: both or neither.
import { sql } from 'kysely'
import type { ConnectionId, MemberId, SignInId, TenantId } from '../tenant/id.ts'
import type { EndedSignIn } from '../tenant/sign-in.ts'
import type { Database } from './connect.ts'
import { openIdToken } from './kept-id-token.ts'
import type { Seal } from './sealed.ts'

export interface SignOuts {
  /** Ends the sign-in that the session belongs to, on every host; null when it had ended. */
  save (idHash: string, now: Date, address: string | null): Promise<EndedSignIn | null>
  /** Ends every sign-in of the session's member, in every browser; null when that of the session had ended. */
  saveEverywhere (idHash: string, now: Date, address: string | null): Promise<EndedSignIn | null>
}

interface EndedRow {
  readonly id: string
  readonly tenantId: string
  readonly memberId: string
  readonly connectionId: string
  readonly idTokenSealed: string | null
}

export function createSignOuts (db: Database, seal: Seal, newEventId: () => string): SignOuts {
  const toEnded = async ({ id, tenantId, memberId, connectionId, idTokenSealed }: EndedRow): Promise<EndedSignIn> => ({
    tenantId: tenantId as TenantId,
    memberId: memberId as MemberId,
    signInId: id as SignInId,
    connectionId: connectionId as ConnectionId,
    idToken: await openIdToken(seal, idTokenSealed, id)
  })

  return {
    async save (idHash, now, address) {
      const { rows: [row] } = await sql<EndedRow>`
        with ended as (
          delete from sign_ins where (tenant_id, id) = (select tenant_id, sign_in_id from sessions where id_hash = ${idHash})
          returning id, tenant_id, member_id, connection_id, id_token_sealed
        ), written as (
          insert into events (id, at, type, tenant_id, actor, address, subject)
          select ${newEventId()}, ${now}::timestamptz, 'member.signed-out', tenant_id, member_id, ${address}::text, id from ended
        )
        select * from ended`.execute(db)
      return row === undefined ? null : await toEnded(row)
    },

    async saveEverywhere (idHash, now, address) {
      // Ordered, because two browsers of one person may do this at the same moment, and neither may wait for what the other holds.
      const { rows: [row] } = await sql<EndedRow>`
        with mine as (
          select sign_ins.id, sign_ins.tenant_id, sign_ins.member_id from sessions
          join sign_ins on sign_ins.tenant_id = sessions.tenant_id and sign_ins.id = sessions.sign_in_id
          where sessions.id_hash = ${idHash}
        ), doomed as (
          select sign_ins.id, sign_ins.tenant_id, mine.id as own_id from sign_ins
          join mine on mine.tenant_id = sign_ins.tenant_id and mine.member_id = sign_ins.member_id
          order by sign_ins.id for update of sign_ins
        ), ended as (
          delete from sign_ins using doomed where sign_ins.tenant_id = doomed.tenant_id and sign_ins.id = doomed.id
          returning sign_ins.id, sign_ins.tenant_id, sign_ins.member_id, sign_ins.connection_id, sign_ins.id_token_sealed, sign_ins.id = doomed.own_id as own
        ), written as (
          insert into events (id, at, type, tenant_id, actor, address, subject, details)
          select ${newEventId()}, ${now}::timestamptz, 'member.signed-out-everywhere', tenant_id, member_id, ${address}::text, member_id, jsonb_build_object('ended', count(*))
          from ended group by tenant_id, member_id
        )
        select id, tenant_id, member_id, connection_id, id_token_sealed from ended where own`.execute(db)
      return row === undefined ? null : await toEnded(row)
    }
  }
}

// How do roles that follow from groups get into a member's row? Together with the event that tells of it, and only over what was read.
import { sql } from 'kysely'
import type { MemberId, TenantId } from '../tenant/id.ts'
import type { Database } from './connect.ts'

export interface RolesChange {
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Of the login that brought it. */
  readonly reference: string
  readonly details: Readonly<Record<string, unknown>>
}

export interface MappedRoles {
  /** False when the member has other roles by now: look again. */
  change (tenantId: TenantId, memberId: MemberId, change: RolesChange, now: Date): Promise<boolean>
}

export function createMappedRoles (db: Database, newEventId: () => string): MappedRoles {
  return {
    async change (tenantId, memberId, { before, after, reference, details }, now) {
      const told = JSON.stringify({ before: { roles: before }, after: { roles: after }, ...details })
      const { rows } = await sql`
        with changed as (update members set roles = ${[...after]}::text[], updated_at = ${now}
          where tenant_id = ${tenantId} and id = ${memberId} and roles = ${[...before]}::text[] returning id),
        written as (insert into events (id, at, type, tenant_id, actor, subject, reference, details)
          select ${newEventId()}::text, ${now}::timestamptz, 'member.roles-changed', ${tenantId}::text, 'gatehouse', id, ${reference}::text, ${told}::jsonb from changed)
        select id from changed`.execute(db)
      return rows.length > 0
    }
  }
}

// Which sign-ins are on their way to another host? Each ticket is taken out once.
import { sql } from 'kysely'
import type { Ticket } from '../tenant/hop.ts'
import type { SignInId, TenantId } from '../tenant/id.ts'
import type { ReturnTo } from '../tenant/return-to.ts'
import type { NewSession } from '../tenant/sign-in.ts'
import type { Database } from './connect.ts'

export interface Tickets {
  /** False when the sign-in has ended meanwhile. */
  save (ticketHash: string, ticket: Omit<Ticket, 'tenantSlug'>): Promise<boolean>
  /** Takes the ticket out, for good: whoever asks second gets null. */
  consume (ticketHash: string): Promise<Ticket | null>
  /** Makes a further session of a sign-in that still lives. False when it has ended. */
  arrive (idHash: string, session: NewSession, ticket: Pick<Ticket, 'tenantId' | 'signInId'>, now: Date): Promise<boolean>
}

export function createTickets (db: Database): Tickets {
  return {
    async save (ticketHash, { tenantId, signInId, host, browserHash, returnTo, idleSeconds, expiresAt }) {
      const { numAffectedRows } = await sql`
        insert into tickets (ticket_hash, tenant_id, sign_in_id, host, browser_hash, return_to, idle_seconds, expires_at)
        select ${ticketHash}, tenant_id, id, ${host}, ${browserHash}, ${returnTo}, ${idleSeconds}, ${expiresAt}
        from sign_ins where tenant_id = ${tenantId} and id = ${signInId}`.execute(db)
      return numAffectedRows === 1n
    },

    async consume (ticketHash) {
      const row = await db.deleteFrom('tickets').where('ticketHash', '=', ticketHash).returningAll()
        .returning(eb => eb.selectFrom('tenants').select('tenants.slug').whereRef('tenants.id', '=', 'tickets.tenantId').as('tenantSlug')).executeTakeFirst()
      if (row === undefined) return null
      const { ticketHash: _, tenantSlug, ...ticket } = row
      // Its sign-in goes with the tenant, and it goes with its sign-in.
      return tenantSlug === null ? null : { ...ticket, tenantSlug, tenantId: row.tenantId as TenantId, signInId: row.signInId as SignInId, returnTo: row.returnTo as ReturnTo }
    },

    async arrive (idHash, { id, host, idleSeconds }, { tenantId, signInId }, now) {
      const { numAffectedRows } = await sql`
        insert into sessions (id_hash, id, tenant_id, sign_in_id, host, idle_seconds, created_at, last_seen_at)
        select ${idHash}, ${id}, tenant_id, id, ${host}, ${idleSeconds}, ${now}, ${now}
        from sign_ins where tenant_id = ${tenantId} and id = ${signInId} and expires_at > ${now}`.execute(db)
      return numAffectedRows === 1n
    }
  }
}

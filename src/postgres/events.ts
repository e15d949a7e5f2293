// What has been changed, by whom, and when? Appended to, never edited.
import type { AuditEvent } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import type { Database } from './connect.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'

export interface Events {
  save (event: AuditEvent, now: Date): Promise<void>
}

export interface KeptEvent extends AuditEvent {
  readonly id: string
  readonly at: Date
}

export interface EventLog extends Events {
  /** Latest first. @param wanted of one tenant, and of one type or of all that begin with it and a dot. */
  list (wanted: { readonly tenantId: TenantId | null, readonly type: string | null }, page: PageRequest): Promise<Page<KeptEvent>>
}

export function createEvents (db: Database, newEventId: () => string): EventLog {
  return {
    async save ({ details, reference, ...event }, now) {
      await db.insertInto('events').values({ ...event, reference: reference ?? null, id: newEventId(), at: now, details: JSON.stringify(details ?? {}) }).execute()
    },

    async list ({ tenantId, type }, { limit, cursor }) {
      const before = cursor === null ? null : readCursor(cursor)
      let query = db.selectFrom('events').selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(limit + 1)
      if (tenantId !== null) query = query.where('tenantId', '=', tenantId)
      if (type !== null) query = query.where(eb => eb.or([eb('type', '=', type), eb(eb.fn('starts_with', ['type', eb.val(`${type}.`)]), '=', true)]))
      if (before !== null) query = query.where(eb => eb(eb.refTuple('at', 'id'), '<', eb.tuple(before.at, before.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.at, id: row.id }), row => ({ ...row, tenantId: row.tenantId as TenantId | null, details: { ...row.details } }))
    }
  }
}

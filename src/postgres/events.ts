// What has been changed, by whom, and when? Appended to, never edited.
import { sql } from 'kysely'
import type { AuditEvent } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import { noticeOf } from '../tenant/notice.ts'
import type { Database } from './connect.ts'
import { insertNotice } from './notices.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'

export interface Events {
  save (event: AuditEvent, now: Date): Promise<void>
}

export interface KeptEvent extends AuditEvent {
  readonly id: string
  readonly at: Date
}

/** Null wants all. */
export interface WantedEvents {
  readonly tenantId: TenantId | null
  /** This one, or for a word without a dot all that begin with it and a dot. */
  readonly type: string | null
  readonly actor: string | null
  readonly subject: string | null
  /** The first moment, and the first that is too late. */
  readonly from: Date | null
  readonly to: Date | null
}

export interface EventLog extends Events {
  /** Latest first. */
  list (wanted: WantedEvents, page: PageRequest): Promise<Page<KeptEvent>>
}

// What most events are, and so in the first rows of any page. For all others there are indexes without these: the condition, true in any
// case, is said because the planner compares it word for word.
const OFTEN: readonly string[] = ['member', 'member.signed-in', 'member.signed-out']
const rare = sql<boolean>`type not in ('member.signed-in', 'member.signed-out')`

export function createEvents (db: Database, newEventId: () => string): EventLog {
  return {
    async save (event, now) {
      const { details, reference, ...rest } = event
      const id = newEventId()
      const values = { ...rest, reference: reference ?? null, id, at: now, details: JSON.stringify(details ?? {}) }
      const notice = noticeOf(event, id, now)
      // Both in one statement: what is written down is told to those whom it concerns, whatever happens next.
      if (notice === null) await db.insertInto('events').values(values).execute()
      else await insertNotice(db.with('event', query => query.insertInto('events').values(values)), notice, now).execute()
    },

    async list ({ tenantId, type, actor, subject, from, to }, { limit, cursor }) {
      const before = cursor === null ? null : readCursor(cursor)
      let query = db.selectFrom('events').selectAll().orderBy('at', 'desc').orderBy('id', 'desc').limit(limit + 1)
      if (tenantId !== null) query = query.where('tenantId', '=', tenantId)
      if (type !== null) {
        query = query.where(type.includes('.') ? 'type' : sql<string>`split_part(type, '.', 1)`, '=', type)
        if (!OFTEN.includes(type)) query = query.where(rare)
      }
      if (actor !== null) query = query.where('actor', '=', actor)
      if (subject !== null) query = query.where('subject', '=', subject)
      if (from !== null) query = query.where('at', '>=', from)
      if (to !== null) query = query.where('at', '<', to)
      if (before !== null) query = query.where(eb => eb(eb.refTuple('at', 'id'), '<', eb.tuple(before.at, before.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.at, id: row.id }), row => ({ ...row, tenantId: row.tenantId as TenantId | null, details: { ...row.details } }))
    }
  }
}

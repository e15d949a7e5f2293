// What has been changed, by whom, and when? Appended to, never edited.
import type { AuditEvent } from '../tenant/event.ts'
import type { Database } from './connect.ts'

export interface Events {
  save (event: AuditEvent, now: Date): Promise<void>
}

export function createEvents (db: Database, newEventId: () => string): Events {
  return {
    async save ({ details, reference, ...event }, now) {
      await db.insertInto('events').values({ ...event, reference: reference ?? null, id: newEventId(), at: now, details: JSON.stringify(details ?? {}) }).execute()
    }
  }
}

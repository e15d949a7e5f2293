// What did the operator change? Written down with what was there before and after; a secret only as having been replaced.
import type { AuditEvent, By } from '../../../tenant/event.ts'

export interface AuditNeeds {
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
}

/** What is written through these is kept whole, or not at all: a change with the event that tells of it. */
export interface RecordedNeeds<Stores> {
  together<T> (work: (stores: Stores & AuditNeeds) => Promise<T>): Promise<T>
}

export async function record ({ events }: AuditNeeds, by: By, event: Omit<AuditEvent, keyof By>, now: Date): Promise<void> {
  await events.save({ ...event, ...by }, now)
}

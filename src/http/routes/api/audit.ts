// What did the operator change? Written down with what was there before and after; a secret only as having been replaced.
import type { AuditEvent, By } from '../../../tenant/event.ts'

export interface AuditNeeds {
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
}

export async function record ({ events }: AuditNeeds, by: By, event: Omit<AuditEvent, keyof By>, now: Date): Promise<void> {
  await events.save({ ...event, ...by }, now)
}

/** The fields that differ, as they were and as they are; null when none does. */
export function difference (before: object, after: object): { before: Record<string, unknown>, after: Record<string, unknown> } | null {
  const old: Readonly<Record<string, unknown>> = { ...before }
  const changed = Object.entries(after).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field]))
  if (changed.length === 0) return null
  return { before: Object.fromEntries(changed.map(([field]) => [field, old[field]])), after: Object.fromEntries(changed) }
}

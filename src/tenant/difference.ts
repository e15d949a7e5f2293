// What did a change change? For the event that tells of it.

/** Takes what was there before and after; returns the fields that differ, as they were and as they are; null when none does. */
export function difference (before: object, after: object): { before: Record<string, unknown>, after: Record<string, unknown> } | null {
  const old: Readonly<Record<string, unknown>> = { ...before }
  const changed = Object.entries(after).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(old[field]))
  if (changed.length === 0) return null
  return { before: Object.fromEntries(changed.map(([field]) => [field, old[field]])), after: Object.fromEntries(changed) }
}

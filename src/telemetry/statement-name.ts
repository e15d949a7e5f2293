// By which name is a statement known that is text? What it does and the first table that it names: our own words, and never a value.
import { OTHERS } from './tally.ts'

const MOST_KEPT = 500
const kept = new Map<string, string>()

/** @param sql as it is sent, with its values beside it. */
export function nameStatement (sql: string): string {
  const known = kept.get(sql)
  if (known !== undefined) return known
  const name = read(sql)
  // Texts that are put together each time (a list of a thousand ids) would fill the memory with what comes once.
  if (kept.size < MOST_KEPT) kept.set(sql, name)
  return name
}

function read (sql: string): string {
  const verb = /^\s*(?:with\b[\s\S]*?\)\s*)?(select|insert|update|delete|begin|commit|rollback)\b/i.exec(sql)?.[1]?.toLowerCase()
  if (verb === undefined) return OTHERS
  const table = /\b(?:from|into|update)\s+(?:only\s+)?"?([a-z_]+)"?/i.exec(sql)?.[1]
  return table === undefined ? verb : `${verb} ${table}`
}

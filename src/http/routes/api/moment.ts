// Which moment is meant? One that is written with its time zone: without it a time is another one on every machine.
import { fieldFault } from './field.ts'

/** @throws ValidationRefusal naming the field */
export function parseMoment (field: string, text: string): Date {
  const at = new Date(text)
  // What a year of five digits would come to, no table can hold.
  if (Number.isNaN(at.getTime()) || !/^\d{4}-.*(?:Z|[+-]\d\d:\d\d)$/i.test(text)) throw fieldFault(field, 'Write the moment with its time zone, as in 2026-12-01T08:00:00+01:00.')
  return at
}

const LATEST_MS = 366 * 86_400_000

/** A moment that is still to come, within a year. @throws ValidationRefusal naming the field */
export function parseLater (field: string, text: string, now: Date): Date {
  const at = parseMoment(field, text)
  if (at <= now) throw fieldFault(field, `That moment has passed; it is ${now.toISOString()} now. To go live at once, give none.`)
  if (at.getTime() - now.getTime() > LATEST_MS) throw fieldFault(field, 'That is more than a year ahead.')
  return at
}

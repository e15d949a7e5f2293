// In which order does a list come, and what lies beyond a cursor?
import type { Place } from '../../../src/postgres/pages.ts'

function compare (one: Place, other: Place): number {
  return one.at.getTime() - other.at.getTime() || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0)
}

export function newestFirst<Row> (placeOf: (row: Row) => Place): (one: Row, other: Row) => number {
  return (one, other) => compare(placeOf(other), placeOf(one))
}

export function olderThan<Row> (place: Place | null, placeOf: (row: Row) => Place): (row: Row) => boolean {
  return row => place === null || compare(placeOf(row), place) < 0
}

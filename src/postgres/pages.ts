// How is a long list read in parts? By a cursor that says after which row to go on.
export interface PageRequest {
  /** 1 to 200. */
  readonly limit: number
  readonly cursor: string | null
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** The cursor of the next page, or null when this was the last. */
  readonly next: string | null
}

/** A place in a list that is ordered by time and then by id. */
export interface Place {
  readonly at: Date
  readonly id: string
}

export function writeCursor (place: Place): string {
  return Buffer.from(`${place.at.toISOString()} ${place.id}`).toString('base64url')
}

/** The place that a cursor names, or null when it is none of ours. */
export function readCursor (cursor: string): Place | null {
  const [time = '', id = '', ...rest] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ')
  const at = new Date(time)
  return rest.length > 0 || !/^[\w-]+$/.test(id) || Number.isNaN(at.getTime()) ? null : { at, id }
}

/** Cuts the one row too many that was read to learn whether there are more. */
export function pageOf<Row, Item> (rows: readonly Row[], limit: number, place: (row: Row) => Place, item: (row: Row) => Item): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(item), next: rows.length > limit && last !== undefined ? writeCursor(place(last)) : null }
}

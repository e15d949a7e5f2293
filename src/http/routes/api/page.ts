// How is a list read in parts? With `limit` and `cursor`, whatever it lists.
import { Type } from 'typebox'
import type { Static, TSchema } from 'typebox'
import { fieldFault } from './field.ts'
import { orNull, strict } from './schema-parts.ts'

export interface PageRequest {
  readonly limit: number
  readonly cursor: string | null
}

export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

export const PageQuery = strict({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
  cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 512, description: '`next` of the page before.' }))
})

export function listOf<Item extends TSchema> (item: Item) {
  return strict({ items: Type.Array(item), next: orNull(Type.String({ description: 'The cursor of the next page; null on the last.' })) })
}

/** @throws ValidationRefusal for a cursor that is none of ours: a store would begin again at the first page, or fault at what is in it. */
export function parsePage ({ limit = 50, cursor }: Static<typeof PageQuery>): PageRequest {
  if (cursor === undefined) return { limit, cursor: null }
  const place = decode(cursor)
  const [, time] = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) [a-z0-9-]{1,64}$/.exec(place) ?? []
  if (time === undefined || Number.isNaN(Date.parse(time))) throw strangeCursor()
  return { limit, cursor }
}

/** Cuts a page out of a list that is short enough to be read whole. The cursor is the key of the last item shown. */
export function pageOfAll<Item> (all: readonly Item[], { limit = 50, cursor }: Static<typeof PageQuery>, keyOf: (item: Item) => string): Page<Item> {
  const key = cursor === undefined ? null : decode(cursor)
  const before = key === null ? -1 : all.findIndex(item => keyOf(item) === key)
  if (key !== null && before < 0) throw strangeCursor()
  const items = all.slice(before + 1, before + 1 + limit)
  const last = items.at(-1)
  const more = before + 1 + limit < all.length
  return { items, next: more && last !== undefined ? Buffer.from(keyOf(last)).toString('base64url') : null }
}

function decode (cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  // The decoder skips what is not of its alphabet.
  if (bytes.toString('base64url') !== cursor) throw strangeCursor()
  return bytes.toString('utf8')
}

function strangeCursor () {
  return fieldFault('cursor', 'is not the `next` of a page of this list, or what it names is gone. Begin at the first page.')
}

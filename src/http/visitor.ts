// Who is asking: a browser that shows pages, or a program that reads answers?
import type { FastifyRequest } from 'fastify'
import { RequestRefusal } from './refusal.ts'

/** Whether the answer will be shown to a person. Fetch metadata first: a page's own fetch may accept HTML too. */
export function showsPages (request: FastifyRequest): boolean {
  const mode = request.headers['sec-fetch-mode']
  if (mode !== undefined) return mode === 'navigate'
  return request.headers.accept?.includes('text/html') ?? false
}

/** The origin at which the browser sees us, as the address bar has it. */
export function originOf (request: FastifyRequest): string {
  return `${request.protocol}://${request.host.toLowerCase()}`
}

/** The query string without its question mark, as it came. */
export function rawQuery (request: FastifyRequest): string {
  const at = request.raw.url?.indexOf('?') ?? -1
  return at < 0 ? '' : request.raw.url?.slice(at + 1) ?? ''
}

/**
 * One parameter of a query or a form.
 * @returns null when it is missing or empty.
 * @throws RequestRefusal for one that comes twice or is longer than allowed: what two readers could read in two ways is read by none.
 */
export function readText (from: unknown, name: string, maxLength: number): string | null {
  const value = typeof from === 'object' && from !== null && Object.hasOwn(from, name) ? Reflect.get(from, name) : undefined
  if (value === undefined || value === '') return null
  if (typeof value !== 'string') throw new RequestRefusal('validation-failed', `${name} must be given once, as text.`)
  if (value.length > maxLength) throw new RequestRefusal('validation-failed', `${name} may have at most ${maxLength} characters.`)
  return value
}

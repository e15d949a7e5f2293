// What is a claim worth once its type is certain? Readers that give a value of the right type and size, or nothing.
import { isJsonObject } from './json-object.ts'
import type { JsonObject } from './json-object.ts'
import { isPrintable, plainText } from './plain-text.ts'

/** Seconds since the epoch as a Date; null for anything but a finite number between 1970 and the year 9999. */
export function dateOf (value: unknown): Date | null {
  // Numbers in strings are not dates (RFC 7519 §2), and a time in milliseconds lies beyond the year 9999.
  return typeof value === 'number' && value >= 0 && value <= 253402300799 ? new Date(Math.floor(value) * 1000) : null
}

/** A printable text of at most `maxLength` characters, or undefined. */
export function textOf (value: unknown, maxLength: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const text = plainText(value, maxLength)
  return text === '' ? undefined : text
}

/** Something that may be an email address: one `@` with something on both sides, no spaces, at most 254 characters. */
export function emailOf (value: unknown): string | undefined {
  // Taken as it is or not at all: a shortened or cleaned address would be somebody else's.
  return typeof value === 'string' && isPrintable(value, 254) && /^[^\s@]+@[^\s@]+$/.test(value) ? value : undefined
}

/** The strings of a list, each at most 255 characters; null when there are more than `maxCount`, undefined when it is no list. */
export function textsOf (value: unknown, maxCount: number): readonly string[] | null | undefined {
  if (!Array.isArray(value)) return undefined
  if (value.length > maxCount) return null
  return value.filter((member): member is string => typeof member === 'string' && isPrintable(member, 255))
}

/** Whether a JSON value is nested no deeper than `levels`: deep nesting exhausts the stack of whatever walks it later. */
export function isShallow (value: unknown, levels: number): boolean {
  if (!Array.isArray(value) && !isJsonObject(value)) return true
  return levels > 0 && Object.values(value).every(member => isShallow(member, levels - 1))
}

/** Takes claims; returns those not named in `left`, frozen and without prototype. */
export function claimsWithout (claims: JsonObject, left: readonly string[]): JsonObject {
  const kept: Record<string, unknown> = Object.create(null)
  for (const [name, value] of Object.entries(claims)) if (name !== '__proto__' && !left.includes(name)) kept[name] = value
  return Object.freeze(kept)
}

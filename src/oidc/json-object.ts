// Is this body a JSON object, and nothing worse?
import type { Answer } from './answer.ts'

export type JsonObject = Readonly<Record<string, unknown>>

/** Whether an unknown value is a JSON object: no array, no null. */
export function isJsonObject (value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether the answer says that it is JSON: `application/json` or a `+json` type. */
export function saysJson (answer: Answer): boolean {
  return /^application\/(?:[a-z0-9.-]+\+)?json$/.test(answer.contentType)
}

/** Takes a text; returns the object it holds, without prototype and without `__proto__`, or null for anything else. */
export function parseJsonObject (text: string): JsonObject | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return isJsonObject(value) ? withoutPrototype(value) : null
}

/** A copy that inherits nothing, so that a claim called `constructor` is found only when it was sent. */
export function withoutPrototype (value: JsonObject): JsonObject {
  const copy: Record<string, unknown> = Object.create(null)
  for (const [name, member] of Object.entries(value)) if (name !== '__proto__') copy[name] = member
  return copy
}

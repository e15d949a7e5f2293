// Which key signs now, and which may the world still need? Keys and a clock in, answers out.
import type { JWK } from 'jose'

export interface SigningKey {
  readonly kid: string
  readonly publicJwk: JWK
  readonly createdAt: Date
  readonly publishedAt: Date
  readonly signsFromAt: Date
  /** Null while no successor is known. */
  readonly signsUntilAt: Date | null
  /** From here on it neither signs nor is published: it must be believed no longer. */
  readonly retiredAt: Date | null
}

/** No app may have tokens that live longer, and old keys are published for that long. */
export const MAX_TOKEN_SECONDS = 3_600

export interface KeyPolicy {
  readonly rotationSeconds: number
  /** How long a key is published before it signs: longer than anyone caches our key set. */
  readonly publishSeconds: number
  /** The longest life that any app's token may have. */
  readonly maxTokenLifetimeSeconds: number
}

/** How far the clocks of our replicas, and of the apps that verify, may be apart. */
export const CLOCK_SKEW_SECONDS = 60

/**
 * @returns the one key that signs at this instant: of those that may, the latest to begin; null when there is none.
 */
export function signingKey (keys: readonly SigningKey[], now: Date): SigningKey | null {
  const able = keys.filter(key => isAlive(key, now) && key.publishedAt <= now && key.signsFromAt <= now && (key.signsUntilAt === null || now < key.signsUntilAt))
  return able.sort(byPrecedence)[0] ?? null
}

/**
 * @returns the keys that belong in the JWKS at this instant, latest first: the next one, the one that signs, and every
 * earlier one until the last token it signed has expired.
 */
export function publishedKeys (keys: readonly SigningKey[], now: Date, policy: KeyPolicy): SigningKey[] {
  return keys.filter(key => isAlive(key, now) && key.publishedAt <= now && !isSpent(key, keys, now, policy)).sort(byPrecedence)
}

/**
 * @returns the published keys that may have signed a token by now. A key that is only announced has signed nothing,
 * so what it verifies is a forgery.
 */
export function verificationKeys (keys: readonly SigningKey[], now: Date, policy: KeyPolicy): SigningKey[] {
  return publishedKeys(keys, now, policy).filter(key => key.signsFromAt <= addSeconds(now, CLOCK_SKEW_SECONDS))
}

/** @returns the keys that are of no use any more and may be deleted: dropped in an emergency, or spent. */
export function spentKeys (keys: readonly SigningKey[], now: Date, policy: KeyPolicy): SigningKey[] {
  return keys.filter(key => !isAlive(key, now) || isSpent(key, keys, now, policy))
}

/** Adds seconds to a date. */
export function addSeconds (date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}

function isAlive (key: SigningKey, now: Date): boolean {
  return key.retiredAt === null || now < key.retiredAt
}

function isSpent (key: SigningKey, keys: readonly SigningKey[], now: Date, policy: KeyPolicy): boolean {
  const endsAt = signingEnd(key, keys)
  return endsAt !== null && addSeconds(endsAt, policy.maxTokenLifetimeSeconds + CLOCK_SKEW_SECONDS) <= now
}

// A successor ends a key even where nobody wrote that down.
function signingEnd (key: SigningKey, keys: readonly SigningKey[]): Date | null {
  if (key.signsUntilAt !== null) return key.signsUntilAt
  const successors = keys.filter(other => other.retiredAt === null && byPrecedence(other, key) < 0).map(other => other.signsFromAt.getTime())
  return successors.length === 0 ? null : new Date(Math.min(...successors))
}

// Every replica must pick the same key, so the order is total.
function byPrecedence (one: SigningKey, other: SigningKey): number {
  return other.signsFromAt.getTime() - one.signsFromAt.getTime() || other.createdAt.getTime() - one.createdAt.getTime() || (one.kid === other.kid ? 0 : one.kid < other.kid ? 1 : -1)
}

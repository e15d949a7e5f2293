// When does a new key come, and what happens to the old ones? The plan; whoever holds the store carries it out.
import type { KeyPolicy, SigningKey } from './key-ring.ts'
import { addSeconds, signingKey } from './key-ring.ts'

export type Rotation =
  | { readonly action: 'none' }
  | {
    readonly action: 'create'
    readonly publishedAt: Date
    readonly signsFromAt: Date
    /** The key that hands over: its `signsUntilAt` becomes `at`. Null when nobody signs yet. */
    readonly close: { readonly kid: string, readonly at: Date } | null
    /** The keys to be dropped at once: their `retiredAt` becomes `publishedAt`. */
    readonly retire: readonly string[]
  }

/**
 * What is due by age. Call it at start and every few minutes, under a lock that all replicas share.
 * @returns `none`; or a key to create: at once when nobody signs, otherwise published `publishSeconds` before it signs.
 */
export function dueRotation (keys: readonly SigningKey[], now: Date, policy: KeyPolicy): Rotation {
  const current = signingKey(keys, now)
  if (current === null) return { action: 'create', publishedAt: now, signsFromAt: now, close: null, retire: [] }
  if (hasSuccessor(keys, now)) return { action: 'none' }
  const wishedAt = addSeconds(current.signsFromAt, policy.rotationSeconds)
  if (now < addSeconds(wishedAt, -policy.publishSeconds)) return { action: 'none' }
  return announce(current, now, wishedAt, policy)
}

/**
 * What to do when an operator asks for a rotation: the next key is published now and signs when caches have seen it.
 * @returns `none` when the next key is published already.
 */
export function requestedRotation (keys: readonly SigningKey[], now: Date, policy: KeyPolicy): Rotation {
  const current = signingKey(keys, now)
  if (current === null || hasSuccessor(keys, now)) return dueRotation(keys, now, policy)
  return announce(current, now, now, policy)
}

/**
 * What to do when a private key may be in strange hands: a new key signs at once, every other one is dropped at once.
 * The announced key goes too: it lay in the same place as the one that leaked.
 */
export function emergencyRotation (keys: readonly SigningKey[], now: Date): Rotation {
  const retire = keys.filter(key => key.retiredAt === null).map(key => key.kid)
  return { action: 'create', publishedAt: now, signsFromAt: now, close: null, retire }
}

function hasSuccessor (keys: readonly SigningKey[], now: Date): boolean {
  return keys.some(key => key.retiredAt === null && key.signsFromAt > now)
}

// Never sooner than `publishSeconds` from now, however late we are: an app that has not seen the key yet would refuse its tokens.
function announce (current: SigningKey, now: Date, wishedAt: Date, policy: KeyPolicy): Rotation {
  const soonestAt = addSeconds(now, policy.publishSeconds)
  const signsFromAt = wishedAt > soonestAt ? wishedAt : soonestAt
  return { action: 'create', publishedAt: now, signsFromAt, close: { kid: current.kid, at: signsFromAt }, retire: [] }
}

// What may a program do that works for the operator? What its key says, and never more than whoever made the key could do.
import { TenantRefusal } from './refusal.ts'
import { buildId, buildWord, ID_BYTES, isId, type ApiKeyId } from './id.ts'

/** From the narrowest to the widest; each holds those before it. */
export const scopes = ['read', 'support', 'admin'] as const
export type Scope = typeof scopes[number]

export interface ApiKey {
  readonly id: ApiKeyId
  readonly name: string
  readonly scopes: readonly Scope[]
  /** Null is never. */
  readonly expiresAt: Date | null
  readonly createdAt: Date
  readonly createdBy: string
  /** To the minute. */
  readonly lastUsedAt: Date | null
}

/** Whoever works for the vendor, by a key or by the token of the environment. */
export interface Operator {
  /** As the events have it: `operator`, or the id of a key. */
  readonly actor: string
  readonly name: string
  readonly scopes: readonly Scope[]
}

/** Who comes with the token of the environment: there is no more of them than that. */
export const BOOTSTRAP: Operator = { actor: 'operator', name: 'operator', scopes: ['admin'] }

/** Takes a key that was found and the time; returns whom it stands for, or null when it has expired. */
export function operatorBy ({ id, name, scopes: held, expiresAt }: ApiKey, now: Date): Operator | null {
  return expiresAt !== null && expiresAt <= now ? null : { actor: id, name, scopes: held }
}

// Letters of five bits: 260 of them, so that nobody guesses, and a plain hash is enough to keep.
const SECRET_LETTERS = 52

/** How many random bytes a new key takes. */
export const API_KEY_BYTES = ID_BYTES + SECRET_LETTERS

const form = /^gatehouse_apk_([2-9a-km-np-z]{20})_[2-9a-km-np-z]{52}$/

/** Letters, digits and underscores: one double click takes all of it, and a scanner for leaked secrets knows it. @param random `API_KEY_BYTES` of them. */
export function buildApiKey (random: Uint8Array): { readonly id: ApiKeyId, readonly key: string } {
  if (random.length < API_KEY_BYTES) throw new RangeError(`A key needs ${API_KEY_BYTES} random bytes.`)
  const id = buildId('apk', random)
  return { id, key: `gatehouse_${id.replace('-', '_')}_${buildWord(random.subarray(ID_BYTES, API_KEY_BYTES))}` }
}

/** The id that a key carries; null for what is none of ours, which is never asked of a store. */
export function readApiKeyId (key: string): ApiKeyId | null {
  const [, word] = form.exec(key) ?? []
  const id = `apk-${word ?? ''}`
  return isId('apk', id) ? id : null
}

/** Whether these scopes reach as far as the one that is needed. */
export function isGranted (held: readonly Scope[], needed: Scope): boolean {
  return held.some(scope => scopes.indexOf(scope) >= scopes.indexOf(needed))
}

/** @throws TenantRefusal `scope-missing` */
export function checkScope (held: readonly Scope[], needed: Scope): void {
  if (!isGranted(held, needed)) throw new TenantRefusal('scope-missing', `This needs the scope ${needed}.`)
}

/** Whoever makes a key can give it nothing that they do not hold. @throws TenantRefusal `scope-missing` */
export function checkGivable (held: readonly Scope[], given: readonly Scope[]): void {
  for (const scope of given) checkScope(held, scope)
}

// How is something that everybody asks for (the apps, the keys, a customer's doors) kept in memory without ever being stale?
import { LRUCache } from 'lru-cache'
import type { ChangeKind, Changes } from './changes.ts'

export interface Remembered<Value> {
  (): Value | Promise<Value>
  /** Null where it would have to be read; nothing is begun. */
  atHand (): Value | null
}

/** A value in memory while changes are heard; otherwise read each time. */
export function remember<Value> (load: () => Promise<Value>, kind: ChangeKind, changes: Changes): Remembered<Value> {
  let kept: { value: Value } | null = null
  let loading: Promise<Value> | null = null
  const forget = () => {
    kept = null
    loading = null
  }
  changes.onDoubt(forget)
  changes.onChange(changed => { if (changed === kind) forget() })

  const read = async () => {
    const generation = changes.generation()
    const value = await load()
    if (changes.isTrusted() && changes.generation() === generation) kept = { value }
    return value
  }

  const ask = () => {
    if (!changes.isTrusted()) return load()
    if (kept !== null) return kept.value
    // Many ask at once after a change; one of them reads.
    if (loading === null) {
      const mine = read().finally(() => { if (loading === mine) loading = null })
      loading = mine
    }
    return loading
  }
  return Object.assign(ask, { atHand: () => kept !== null && changes.isTrusted() ? kept.value : null })
}

export interface RememberedEach<Value> {
  find (key: string): Promise<Value | null>
  forget (): void
  stats (): { readonly hits: number, readonly misses: number }
}

/**
 * The same for many things, each under a key. What is not there is not remembered: it may be made at any moment, and strangers choose
 * what they ask for.
 * @param worth whether a value is worth keeping.
 */
export function rememberEach<Value extends object> (load: (key: string) => Promise<Value | null>, kinds: readonly ChangeKind[], changes: Changes, { max, worth }: { readonly max: number, readonly worth: (value: Value) => boolean }): RememberedEach<Value> {
  const kept = new LRUCache<string, Value>({ max })
  let forgotten = 0
  const stats = { hits: 0, misses: 0 }
  const forget = () => {
    forgotten++
    kept.clear()
  }
  changes.onDoubt(forget)
  changes.onChange(changed => { if (kinds.includes(changed)) forget() })

  return {
    forget,
    stats: () => ({ ...stats }),
    async find (key) {
      const known = changes.isTrusted() ? kept.get(key) : undefined
      if (known !== undefined) {
        stats.hits++
        return known
      }
      stats.misses++
      const before = forgotten
      const value = await load(key)
      if (value !== null && forgotten === before && changes.isTrusted() && worth(value)) kept.set(key, value)
      return value
    }
  }
}

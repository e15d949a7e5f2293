// What is served while something is fetched again, or cannot be? The last good copy, for as long as it may be trusted.
import { LRUCache } from 'lru-cache'

export interface Loaded<V> { readonly value: V, readonly freshSeconds: number }
export type Load<V> = () => Promise<Loaded<V>>

/** A refresh behind the scenes failed; the copy at hand went on serving, unless the failure disqualified it. */
export interface CacheTrouble { readonly key: string, readonly error: unknown }
export interface CacheStats { readonly hits: number, readonly loads: number, readonly loaded: number, readonly failures: number }

export interface LastGoodOptions {
  now: () => Date
  /** How many keys are kept; the least recently used go first. */
  max: number
  /** How long a copy that can no longer be refreshed may serve. */
  staleSeconds: number
  /** How long a failure without any copy is answered from memory; doubles with every further one. */
  failureSeconds: number
  maxFailureSeconds: number
  /** True for a failure that proves the copy at hand wrong. */
  disqualifies?: ((error: unknown) => boolean) | undefined
  onTrouble?: ((trouble: CacheTrouble) => void) | undefined
}

export interface LastGood<V> {
  /** Fresh: the copy. Stale: the copy, and a refresh behind the scenes. None: loads, or throws what the last load threw. */
  get (key: string, load: Load<V>): Promise<V>
  /** Joins a load under way, else loads now if `may` allows it, else null. Throws when the load fails, whatever copy there is. */
  refresh (key: string, load: Load<V>, may?: () => boolean): Promise<V> | null
  forget (belongs: (key: string) => boolean): void
  stats (): CacheStats
}

interface Entry<V> {
  good?: { value: V, freshUntil: number, staleUntil: number } | undefined
  failure?: { error: unknown, count: number, until: number } | undefined
  loading?: Promise<V> | undefined
}

/** Takes the clock and the limits, in seconds. A key has one load under way at most, and a failing one costs nobody a wait. */
export function createLastGood<V> (options: LastGoodOptions): LastGood<V> {
  const { disqualifies = () => false, onTrouble = () => {} } = options
  const entries = new LRUCache<string, Entry<V>>({ max: options.max })
  const stats = { hits: 0, loads: 0, loaded: 0, failures: 0 }
  const time = (): number => options.now().getTime() / 1000

  function entryOf (key: string): Entry<V> {
    const entry = entries.get(key) ?? {}
    entries.set(key, entry)
    return entry
  }

  // A forgotten entry is not in the cache any more: a load that ends afterwards writes into nothing.
  async function loadInto (entry: Entry<V>, load: Load<V>): Promise<V> {
    stats.loads++
    try {
      const { value, freshSeconds } = await load()
      entry.good = { value, freshUntil: time() + freshSeconds, staleUntil: time() + Math.max(freshSeconds, options.staleSeconds) }
      entry.failure = undefined
      stats.loaded++
      return value
    } catch (error) {
      stats.failures++
      const count = (entry.failure?.count ?? 0) + 1
      entry.failure = { error, count, until: time() + Math.min(options.failureSeconds * 2 ** (count - 1), options.maxFailureSeconds) }
      if (disqualifies(error)) entry.good = undefined
      throw error
    }
  }

  function start (entry: Entry<V>, load: Load<V>): Promise<V> {
    entry.loading ??= loadInto(entry, load).finally(() => { entry.loading = undefined })
    return entry.loading
  }

  return {
    async get (key, load) {
      const entry = entryOf(key)
      const { good, failure } = entry
      const resting = failure !== undefined && time() < failure.until && entry.loading === undefined
      if (good !== undefined && time() < good.staleUntil) {
        stats.hits++
        if (time() >= good.freshUntil && !resting) start(entry, load).catch((error: unknown) => onTrouble({ key, error }))
        return good.value
      }
      if (resting) throw failure.error
      return await start(entry, load)
    },
    refresh (key, load, may = () => true) {
      const entry = entryOf(key)
      return entry.loading ?? (may() ? start(entry, load) : null)
    },
    forget (belongs) {
      for (const key of [...entries.keys()]) if (belongs(key)) entries.delete(key)
    },
    stats: () => ({ ...stats })
  }
}

// How is something small that everybody asks for (the apps, the keys) kept in memory without ever being stale?
import type { ChangeKind, Changes } from './changes.ts'

/** A value in memory while changes are heard; otherwise read each time. */
export function remember<Value> (load: () => Promise<Value>, kind: ChangeKind, changes: Changes): () => Value | Promise<Value> {
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

  return () => {
    if (!changes.isTrusted()) return load()
    if (kept !== null) return kept.value
    // Many ask at once after a change; one of them reads.
    if (loading === null) {
      const mine = read().finally(() => { if (loading === mine) loading = null })
      loading = mine
    }
    return loading
  }
}

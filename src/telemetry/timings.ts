// How long did something take? Counted in buckets, so that a month of it is as small as a minute.
import { label, OTHERS, type Sample } from './tally.ts'

export interface Timings {
  /** @param name the value of the one label. */
  note (name: string, seconds: number): void
  samples (): readonly Sample[]
}

interface Kept {
  readonly counts: number[]
  sum: number
}

/** @param bounds upper bounds in seconds, ascending. @param most values of the label; it comes from a list in the code, and still has an end. */
export function createTimings (labelName: string, bounds: readonly number[], most = 200): Timings {
  const kept = new Map<string, Kept>()
  const find = (name: string): Kept => {
    const known = kept.get(name)
    if (known !== undefined) return known
    if (kept.size >= most && name !== OTHERS) return find(OTHERS)
    const fresh = { counts: new Array<number>(bounds.length + 1).fill(0), sum: 0 }
    kept.set(name, fresh)
    return fresh
  }
  return {
    note (name, seconds) {
      const one = find(name)
      one.sum += seconds
      const at = bounds.findIndex(bound => seconds <= bound)
      const index = at === -1 ? bounds.length : at
      one.counts[index] = (one.counts[index] ?? 0) + 1
    },
    samples: () => [...kept].flatMap(([name, { counts, sum }]) => {
      let below = 0
      const buckets = [...bounds.map(String), '+Inf'].map((le, index): Sample => {
        below += counts[index] ?? 0
        return { labels: { ...label([labelName], [name]), le }, value: below, part: '_bucket' }
      })
      const labels = label([labelName], [name])
      return [...buckets, { labels, value: sum, part: '_sum' }, { labels, value: below, part: '_count' }]
    })
  }
}

// How often did something happen, and to whom? Plain numbers under a bounded number of labels, which cost nothing until somebody reads them.

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** What a histogram's parts have behind its name. */
  readonly part?: '_bucket' | '_sum' | '_count'
}

export interface Tally {
  /** One more, under the values of the labels in their order. */
  add (...values: readonly string[]): void
  samples (): readonly Sample[]
}

/** Stands for whoever came too late to get a label of their own. No slug holds `_`, so it is nobody's. */
export const OTHERS = '_other'

/** Where nobody is known to whom it happened. */
export const NOBODY = '_none'

const MOST_SERIES = 5_000

/** @param names of the labels; past the limit of series the first label is `_other`, and the rest come from closed lists. */
export function createTally (names: readonly string[], most = MOST_SERIES): Tally {
  const series = new Map<string, { readonly values: readonly string[], count: number }>()
  const find = (values: readonly string[]) => {
    const key = values.join('\n')
    const known = series.get(key)
    if (known !== undefined) return known
    if (series.size >= most && values[0] !== OTHERS) return find([OTHERS, ...values.slice(1)])
    const fresh = { values, count: 0 }
    series.set(key, fresh)
    return fresh
  }
  return {
    add (...values) { find(values).count++ },
    samples: () => [...series.values()].map(({ values, count }) => ({ labels: label(names, values), value: count }))
  }
}

/** A name for each of the first so many, `_other` for all who come later: a label must not grow with what strangers can make up. */
export function boundNames (most: number): (name: string) => string {
  const known = new Set<string>()
  return name => {
    if (known.has(name)) return name
    if (known.size >= most) return OTHERS
    known.add(name)
    return name
  }
}

export function label (names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))
}

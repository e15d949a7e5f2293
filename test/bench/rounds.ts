// What is the truth on a noisy machine? Both sides in turn, many times: the middle of the rounds, and how far they lie apart.

export interface Measured {
  readonly median: number
  /** The middle half of the rounds lies between these. */
  readonly low: number
  readonly high: number
}

const LEAST_ROUNDS = 3

export interface Patience {
  readonly rounds: number
  /** How many rounds before those do not count. */
  readonly warmUp: number
  /** After so long no further round begins, once there are three. */
  readonly mostSeconds: number
}

/** Runs all sides once a round, in turn, so that what disturbs one disturbs all. */
export async function inTurn<Side extends string, Value> (sides: Readonly<Record<Side, () => Promise<Value>>>, { rounds, warmUp, mostSeconds }: Patience, monotonic = () => performance.now()): Promise<Record<Side, Value>[]> {
  const names = Object.keys(sides) as Side[]
  const results: Record<Side, Value>[] = []
  const until = monotonic() + mostSeconds * 1000
  for (let round = -warmUp; round < rounds; round++) {
    if (results.length >= LEAST_ROUNDS && monotonic() > until) break
    const result: Partial<Record<Side, Value>> = {}
    // Whoever goes first goes last the next time.
    for (const name of round % 2 === 0 ? names : names.toReversed()) result[name] = await sides[name]()
    if (round >= 0) results.push(result as Record<Side, Value>)
  }
  return results
}

export function summarize (values: readonly number[]): Measured {
  const sorted = values.toSorted((one, other) => one - other)
  return { median: quantile(sorted, 0.5), low: quantile(sorted, 0.25), high: quantile(sorted, 0.75) }
}

function quantile (sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share
  const [below = NaN, above = below] = sorted.slice(Math.floor(at), Math.floor(at) + 2)
  return below + (above - below) * (at - Math.floor(at))
}

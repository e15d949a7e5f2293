// Which session did this cookie name when it was last verified? A proxy brings the same one with every request of a page, for a hundred thousand people.

export interface RememberedCookies {
  find (raw: string): string | undefined
  /** Only for genuine ones: a flood of forgeries pushes nobody out. */
  keep (raw: string, hash: string): void
}

interface Genuine {
  readonly raw: string
  readonly hash: string
}

/**
 * Whoever has not come back in one generation is forgotten with the next, so that a crowd of any size does not push itself out all the time.
 * @param generation how many cookies it has. Twice as many are remembered at most.
 */
export function rememberCookies (generation: number): RememberedCookies {
  let young = new Map<number, Genuine>()
  let old = new Map<number, Genuine>()
  const put = (number: number, genuine: Genuine): void => {
    if (young.size >= generation) {
      old = young
      young = new Map()
    }
    young.set(number, genuine)
  }
  return {
    find (raw) {
      const number = numberOf(raw)
      const recent = young.get(number)
      if (recent?.raw === raw) return recent.hash
      const seen = old.get(number)
      if (seen?.raw !== raw) return undefined
      put(number, seen)
      return seen.hash
    },
    keep (raw, hash) {
      // A copy: what was cut out of a header keeps all of the header in memory.
      put(numberOf(raw), { raw: Buffer.from(raw).toString(), hash })
    }
  }
}

const COUNTED = 8

/**
 * The engine finds a text in a map by way of its table of all texts, which is as large once more. A number it finds at once.
 * The end of a cookie is the end of its signature, which is as good as random; of two that share a number, one is remembered.
 */
function numberOf (raw: string): number {
  let number = 0
  for (let at = Math.max(0, raw.length - COUNTED); at < raw.length; at++) number = Math.imul(number, 31) + raw.charCodeAt(at) | 0
  return number
}

// Which session did this cookie name when it was last verified? A proxy brings the same one with every request of a page, for a hundred thousand people.
import type { SessionKey } from '../tenant/sign-in.ts'

export interface RememberedCookies {
  find (raw: string): SessionKey | undefined
  /** Only for genuine ones: a flood of forgeries pushes nobody out. */
  keep (raw: string, idHash: string): SessionKey
}

class Genuine implements SessionKey {
  readonly raw: string
  readonly idHash: string
  left: unknown = null

  constructor (raw: string, idHash: string) {
    // A copy: what was cut out of a header keeps all of the header in memory.
    this.raw = Buffer.from(raw).toString()
    this.idHash = idHash
  }
}

/**
 * Whoever has not come back in one generation is forgotten with the next, so that a crowd of any size does not push itself out all the time.
 * @param generation how many cookies it has. Twice as many are remembered at most.
 */
export function rememberCookies (generation: number): RememberedCookies {
  let young = new Map<number, Genuine>()
  let old = new Map<number, Genuine>()
  const put = (number: number, genuine: Genuine): Genuine => {
    if (young.size >= generation) {
      old = young
      young = new Map()
    }
    young.set(number, genuine)
    return genuine
  }
  return {
    find (raw) {
      const number = numberOf(raw)
      const recent = young.get(number)
      if (recent?.raw === raw) return recent
      const seen = old.get(number)
      return seen?.raw === raw ? put(number, seen) : undefined
    },
    keep: (raw, idHash) => put(numberOf(raw), new Genuine(raw, idHash))
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

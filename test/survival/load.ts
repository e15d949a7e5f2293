// How is a cluster kept busy, and what did each visitor see? Everybody opens one page after the other, all at once, until told to stop.
import { setImmediate as turn } from 'node:timers/promises'
import type { Cluster, Visit } from './cluster.ts'
import { until } from './until.ts'

export interface Visitor {
  readonly name: string
  readonly cookie: string | null
  /** As whom the product must know the visitor; null for somebody who must not get in. */
  readonly email: string | null
}

export interface Seen extends Visit {
  readonly visitor: Visitor
  /** Milliseconds, as `performance.now` counts them. */
  readonly begunAt: number
  readonly answeredAt: number
}

export interface Load {
  /** Everything so far. */
  readonly seen: readonly Seen[]
  /** Resolves when every visitor has begun so many pages after this moment and seen how they ended. */
  pages (count: number): Promise<void>
  /** Resolves when the last page has been answered. */
  stop (): Promise<void>
}

/** @param look is told of every answer before the visitor goes on. */
export function startLoad (cluster: Pick<Cluster, 'visit'>, visitors: readonly Visitor[], look: (seen: Seen) => Promise<void> = async () => {}): Load {
  const seen: Seen[] = []
  const end = new AbortController()
  const walk = async (visitor: Visitor) => {
    while (!end.signal.aborted) {
      const begunAt = performance.now()
      const visit = await cluster.visit(visitor.cookie)
      const one = { ...visit, visitor, begunAt, answeredAt: performance.now() }
      seen.push(one)
      await look(one)
      // A failure may come without any delay, and would leave time for nothing else.
      if (visit.status === 0) await turn()
    }
  }
  const walks = Promise.all(visitors.map(walk))
  // Whoever waits for it hears of a failure; until then it is not nobody's.
  walks.catch(() => { end.abort() })
  return {
    seen,
    async pages (count) {
      const [from, length] = [performance.now(), seen.length]
      await until(`everybody has opened ${count} pages`, async () => {
        if (end.signal.aborted) await walks
        const since = seen.slice(length).filter(({ begunAt }) => begunAt > from)
        return visitors.every(visitor => since.filter(one => one.visitor === visitor).length >= count)
      })
    },
    async stop () {
      end.abort()
      await walks
    }
  }
}

/** Answers that let somebody in who must not get in, or somebody as another. Must be none, whatever happens. */
export function wrongIn (seen: readonly Seen[]): readonly Seen[] {
  return seen.filter(({ status, email, visitor }) => status === 200 && (visitor.email === null || email !== visitor.email))
}

/** Answers that turned somebody away who is signed in. */
export function refusedIn (seen: readonly Seen[]): readonly Seen[] {
  return seen.filter(({ status, visitor }) => visitor.email !== null && status !== 200)
}

// How many requests may be under way at once? So many for one origin, that a provider that stalls fills its own slots only.
import { FailedExchange } from './failed-exchange.ts'

export interface SlotLimits {
  perOrigin: number
  inAll: number
  /** How many may queue for one origin before the next is turned away at once. */
  waiting: number
}

export type Release = () => void

class Gate {
  readonly #limit: number
  readonly #waiting: number
  readonly #queue = new Set<() => void>()
  #taken = 0

  constructor (limit: number, waiting: number) {
    this.#limit = limit
    this.#waiting = waiting
  }

  get idle (): boolean {
    return this.#taken === 0 && this.#queue.size === 0
  }

  async enter (deadline: AbortSignal): Promise<void> {
    deadline.throwIfAborted()
    if (this.#taken < this.#limit) {
      this.#taken++
      return
    }
    if (this.#queue.size >= this.#waiting) throw new FailedExchange('crowded')
    const turn = Promise.withResolvers<void>()
    const giveUp = (): void => {
      // At once, not after the await: a slot freed in the same moment would be handed to nobody.
      this.#queue.delete(turn.resolve)
      turn.reject(new FailedExchange('crowded'))
    }
    this.#queue.add(turn.resolve)
    deadline.addEventListener('abort', giveUp, { once: true })
    try {
      await turn.promise
    } finally {
      deadline.removeEventListener('abort', giveUp)
    }
  }

  leave (): void {
    const [next] = this.#queue
    // The slot is handed on, not freed: nobody can slip in between.
    if (next === undefined) this.#taken--
    else {
      this.#queue.delete(next)
      next()
    }
  }
}

/** Builds the turnstile. `take` waits for a slot until the deadline aborts, then throws FailedExchange('crowded'). */
export function createSlots (limits: SlotLimits): { take (origin: string, deadline: AbortSignal): Promise<Release> } {
  const all = new Gate(limits.inAll, Infinity)
  const gates = new Map<string, Gate>()
  return {
    async take (origin, deadline) {
      const gate = gates.get(origin) ?? new Gate(limits.perOrigin, limits.waiting)
      gates.set(origin, gate)
      const leave = (): void => {
        gate.leave()
        if (gate.idle) gates.delete(origin)
      }
      // First one's own gate: whoever queues behind a stalling provider must not hold a slot that others need.
      await gate.enter(deadline)
      try {
        await all.enter(deadline)
      } catch (error) {
        leave()
        throw error
      }
      return () => {
        all.leave()
        leave()
      }
    }
  }
}

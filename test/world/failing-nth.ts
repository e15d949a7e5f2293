// What if the n-th call to the outside fails? For every n, before it has done anything, after it has done everything, and with all calls from then on.
import { Outage } from '../../src/outage.ts'

export type Moment =
  | 'before' // nothing was done
  | 'after' // all was done, and only the answer is lost
  | 'from' // nothing was done, and nothing will be from here on

/** What is made to fail in this run, as far as it has come to that. */
export interface Failure {
  /** The needs with their calls counted. Clocks and randomness are inputs, not calls. */
  meddle<Needs extends object> (needs: Needs): Needs
  /** The name of the call that failed, `idp.redeem`; null as long as none has. */
  failed (): string | null
  readonly moment: Moment
  /** Whether the failure is foreseen (an outage) or a fault of ours. */
  readonly foreseen: boolean
  readonly error: Error
}

const INPUTS = new Set(['now', 'random'])
const MOST_CALLS = 100

/**
 * Runs the scenario once for every call that it makes, every moment and both kinds of failure; the scenario judges each time what became of it.
 * @returns the names of the calls, in order: a scenario that stops making them would otherwise pass without having shown anything.
 */
export async function failingNth (scenario: (failure: Failure) => Promise<void>): Promise<string[]> {
  let calls: string[] = []
  for (const moment of ['before', 'after', 'from'] as const) {
    for (const foreseen of [true, false]) {
      for (let nth = 1; nth <= MOST_CALLS; nth++) {
        const error = foreseen ? new Outage('database-unavailable') : new Error('a fault')
        const run = countCalls(nth, moment, error)
        await scenario({ ...run, moment, foreseen, error })
        if (run.failed() !== null) continue
        calls = run.calls
        break
      }
    }
  }
  return calls
}

function countCalls (nth: number, moment: Moment, error: Error): Pick<Failure, 'meddle' | 'failed'> & { calls: string[] } {
  const calls: string[] = []
  let failed: string | null = null

  const wrap = (name: string, work: (...args: unknown[]) => unknown) => (...args: unknown[]): unknown => {
    calls.push(name)
    const isIt = calls.length === nth || (moment === 'from' && calls.length > nth)
    if (isIt) failed ??= name
    if (isIt && moment !== 'after') throw error
    const result = work(...args)
    if (!isIt) return typeof result === 'function' ? wrap(`${name}()`, (...rest) => Reflect.apply(result, undefined, rest)) : result
    return result instanceof Promise ? result.then(() => { throw error }) : fail(error)
  }

  const meddle = <Needs extends object> (needs: Needs, path = ''): Needs => new Proxy(needs, {
    get (target, property) {
      const value: unknown = Reflect.get(target, property)
      const name = `${path}${String(property)}`
      if (INPUTS.has(String(property))) return value
      if (typeof value === 'function') return wrap(name, (...args) => Reflect.apply(value, target, args))
      return typeof value === 'object' && value !== null ? meddle(value, `${name}.`) : value
    }
  })
  return { calls, meddle: needs => meddle(needs), failed: () => failed }
}

function fail (error: Error): never {
  throw error
}

// When is what a start leaves behind thrown away? In the first quiet second: a fifth of the memory of a process at rest, for a pause of its own.
import { performance } from 'node:perf_hooks'

export interface SettleNeeds {
  /** Collects everything at once, which stops the process for a tenth of a second or two; undefined where Node was started without `--expose-gc`. */
  readonly collect: ((options: { readonly type: 'major', readonly flavor: 'last-resort' }) => unknown) | undefined
  /** The share of time, from 0 to 1, that the process was busy since it was last asked. */
  readonly busy: () => number
  /** Does something every so many milliseconds until what it returns is called. */
  readonly every: (milliseconds: number, work: () => void) => () => void
}

const LOOK_MS = 1_000
const QUIET = 0.05

/** Collects once, as soon as a second has passed in which nearly nothing happened; under load never. */
export function settleWhenQuiet ({ collect, busy, every }: SettleNeeds): void {
  if (collect === undefined) return
  busy()
  const stop = every(LOOK_MS, () => {
    if (busy() > QUIET) return
    stop()
    collect({ type: 'major', flavor: 'last-resort' })
  })
}

/** For this process. */
export function ownNeeds (): SettleNeeds {
  let last = performance.eventLoopUtilization()
  return {
    collect: globalThis.gc,
    busy () {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, last)
      last = now
      return utilization
    },
    every (milliseconds, work) {
      const timer = setInterval(work, milliseconds).unref()
      return () => { clearInterval(timer) }
    }
  }
}

// When is what a start leaves behind thrown away? In the first quiet second: it is a fifth of the memory of a process at rest.
import { performance } from 'node:perf_hooks'

/** Node's `gc`, which stops the process for a tenth of a second or two; undefined where it was started without `--expose-gc`. */
export type Collect = ((options: { readonly type: 'major', readonly flavor: 'last-resort' }) => unknown) | undefined

export interface Loop {
  /** The share of time, from 0 to 1, that the process was busy since it was last asked. */
  readonly busy: () => number
  /** Does something every so many milliseconds until what it returns is called. */
  readonly every: (milliseconds: number, work: () => void) => () => void
}

const LOOK_MS = 1_000
const QUIET = 0.05

/** Collects once, as soon as a second has passed in which nearly nothing happened; under load never. */
export function settleWhenQuiet (collect: Collect, { busy, every }: Loop = ownLoop()): void {
  if (collect === undefined) return
  busy()
  const stop = every(LOOK_MS, () => {
    if (busy() > QUIET) return
    stop()
    collect({ type: 'major', flavor: 'last-resort' })
  })
}

/** The event loop of this process. */
export function ownLoop (): Loop {
  let last = performance.eventLoopUtilization()
  return {
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

// How does a story wait for what other processes do? By looking again and again, and giving up loudly; longer than elsewhere, for here whole processes start.
import { setTimeout as wait } from 'node:timers/promises'

const PATIENCE_MS = 40_000

export async function until (what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!await holds()) {
    if (performance.now() > deadline) throw new Error(`It never came true that ${what}.`)
    await wait(5)
  }
}

// May this connection cause one more request? A bucket of so many, refilled one by one, for each connection its own.
import { LRUCache } from 'lru-cache'

export interface Allowance {
  /** Takes one and returns true, or returns false when none is left. */
  spend (key: string): boolean
}

/** Takes how many may be spent at once and how long, in seconds, it takes for one to grow back. */
export function createAllowance (options: { now: () => Date, burst: number, everySeconds: number, max: number }): Allowance {
  const accounts = new LRUCache<string, { left: number, at: number }>({ max: options.max })
  return {
    spend (key) {
      const at = options.now().getTime() / 1000
      const account = accounts.get(key) ?? { left: options.burst, at }
      const grown = Math.max(0, at - account.at) / options.everySeconds
      const left = Math.min(options.burst, account.left + grown)
      const enough = left >= 1
      accounts.set(key, { left: enough ? left - 1 : left, at })
      return enough
    }
  }
}

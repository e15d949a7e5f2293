// What has expired and can go? In small batches, so that nobody waits for a lock.
export interface SweepNeeds {
  readonly expired: {
    /** Deletes at most `limit` rows of what ended before; returns how many. */
    removePendingAttempts (before: Date, limit: number): Promise<number>
    removeSignIns (before: Date, limit: number): Promise<number>
    removeTickets (before: Date, limit: number): Promise<number>
    removeAttempts (before: Date, limit: number): Promise<number>
  }
  readonly now: () => Date
  /** How long the stories of logins are kept, in seconds. */
  readonly attemptRetentionSeconds: number
}

export interface Swept {
  readonly pendingAttempts: number
  readonly signIns: number
  readonly tickets: number
  readonly attempts: number
}

const BATCH = 1_000
const MAX_BATCHES = 1_000

export function sweep (needs: SweepNeeds) {
  return async function (): Promise<Swept> {
    const now = needs.now()
    const old = new Date(now.getTime() - needs.attemptRetentionSeconds * 1000)
    return {
      pendingAttempts: await inBatches(limit => needs.expired.removePendingAttempts(now, limit)),
      signIns: await inBatches(limit => needs.expired.removeSignIns(now, limit)),
      tickets: await inBatches(limit => needs.expired.removeTickets(now, limit)),
      attempts: await inBatches(limit => needs.expired.removeAttempts(old, limit))
    }
  }
}

async function inBatches (remove: (limit: number) => Promise<number>): Promise<number> {
  let total = 0
  for (let batch = 0; batch < MAX_BATCHES; batch++) {
    const removed = await remove(BATCH)
    total += removed
    if (removed < BATCH) break
  }
  return total
}

// What has expired and can go? In small batches, so that nobody waits for a lock.
export interface SweepNeeds {
  readonly expired: {
    /** Deletes at most `limit` rows of what ended before; returns how many. */
    removePendingAttempts (before: Date, limit: number): Promise<number>
    removeSignIns (before: Date, limit: number): Promise<number>
    /** Ends of sign-ins that no living token can belong to. */
    removeEndedSignIns (before: Date, limit: number): Promise<number>
    removeTickets (before: Date, limit: number): Promise<number>
    removeAttempts (before: Date, limit: number): Promise<number>
    removeSetupSessions (before: Date, limit: number): Promise<number>
    removeSetupLinks (before: Date, limit: number): Promise<number>
  }
  readonly now: () => Date
  /** How long the stories of logins are kept, in seconds. */
  readonly attemptRetentionSeconds: number
}

export interface Swept {
  readonly pendingAttempts: number
  readonly signIns: number
  readonly endedSignIns: number
  readonly tickets: number
  readonly attempts: number
  readonly setupSessions: number
  readonly setupLinks: number
}

const BATCH = 1_000
const MAX_BATCHES = 1_000
// Twice what the longest token lives. They are dated by the database's clock and swept by ours.
const ENDED_SECONDS = 7_200
// So long a link that has expired can say so, and longer than the setup lives that it may have opened at its last moment.
const LINK_SECONDS = 30 * 86_400

export function sweep (needs: SweepNeeds) {
  return async function (): Promise<Swept> {
    const now = needs.now()
    const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000)
    return {
      pendingAttempts: await inBatches(limit => needs.expired.removePendingAttempts(now, limit)),
      signIns: await inBatches(limit => needs.expired.removeSignIns(now, limit)),
      endedSignIns: await inBatches(limit => needs.expired.removeEndedSignIns(ago(ENDED_SECONDS), limit)),
      tickets: await inBatches(limit => needs.expired.removeTickets(now, limit)),
      attempts: await inBatches(limit => needs.expired.removeAttempts(ago(needs.attemptRetentionSeconds), limit)),
      setupSessions: await inBatches(limit => needs.expired.removeSetupSessions(now, limit)),
      setupLinks: await inBatches(limit => needs.expired.removeSetupLinks(ago(LINK_SECONDS), limit))
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

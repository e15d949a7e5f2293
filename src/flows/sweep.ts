// What has expired and can go? In small batches, so that nobody waits for a lock.
/** Deletes at most `limit` rows of what ended before; returns how many. Two at the same moment get different rows. */
export type Remove = (before: Date, limit: number) => Promise<number>

export interface SweepNeeds {
  readonly expired: {
    readonly removePendingAttempts: Remove
    readonly removeSignIns: Remove
    /** Ends of sign-ins that no living token can belong to. */
    readonly removeEndedSignIns: Remove
    readonly removeTickets: Remove
    readonly removeAttempts: Remove
    readonly removeEvents: Remove
    readonly removeSetupSessions: Remove
    readonly removeSetupLinks: Remove
    readonly removeOperatorSessions: Remove
    readonly removeInvitations: Remove
    readonly removeIdentityConflicts: Remove
    readonly removeNotices: Remove
    readonly removeSigningKeys: Remove
  }
  readonly now: () => Date
  /** How long the stories of logins are kept, and what waits because of them, in seconds. */
  readonly attemptRetentionSeconds: number
  /** How long it is kept what was changed and by whom, in seconds. */
  readonly eventRetentionSeconds: number
}

export interface Swept {
  readonly pendingAttempts: number
  readonly signIns: number
  readonly endedSignIns: number
  readonly tickets: number
  readonly attempts: number
  readonly events: number
  readonly setupSessions: number
  readonly setupLinks: number
  readonly operatorSessions: number
  readonly invitations: number
  readonly identityConflicts: number
  readonly notices: number
  readonly signingKeys: number
  /** Whether nothing was left for want of batches. */
  readonly finished: boolean
}

const BATCH = 1_000
const MAX_BATCHES = 1_000
// Twice what the longest token lives. They are dated by the database's clock and swept by ours.
const ENDED_SECONDS = 7_200
// So long a link that has expired can say so, and longer than the setup lives that it may have opened at its last moment.
const LINK_SECONDS = 30 * 86_400
// Longer than a secret is warned of: the note that somebody was told is what keeps them from being told again.
const NOTICE_SECONDS = 60 * 86_400
// No token of theirs lives; so long an operator may ask which key signed what.
const KEY_SECONDS = 90 * 86_400

export function sweep (needs: SweepNeeds) {
  /** @param maxBatches of each kind; whoever has other things to do comes back for the rest. */
  return async function (maxBatches = MAX_BATCHES): Promise<Swept> {
    const now = needs.now()
    let finished = true
    const take = async (remove: Remove, seconds: number): Promise<number> => {
      const before = new Date(now.getTime() - seconds * 1000)
      let total = 0
      for (let batch = 0; batch < maxBatches; batch++) {
        const removed = await remove(before, BATCH)
        total += removed
        if (removed < BATCH) return total
      }
      finished = false
      return total
    }
    const { expired } = needs
    const counts = {
      pendingAttempts: await take(expired.removePendingAttempts, 0),
      signIns: await take(expired.removeSignIns, 0),
      endedSignIns: await take(expired.removeEndedSignIns, ENDED_SECONDS),
      tickets: await take(expired.removeTickets, 0),
      attempts: await take(expired.removeAttempts, needs.attemptRetentionSeconds),
      events: await take(expired.removeEvents, needs.eventRetentionSeconds),
      setupSessions: await take(expired.removeSetupSessions, 0),
      setupLinks: await take(expired.removeSetupLinks, LINK_SECONDS),
      operatorSessions: await take(expired.removeOperatorSessions, 0),
      invitations: await take(expired.removeInvitations, LINK_SECONDS),
      identityConflicts: await take(expired.removeIdentityConflicts, needs.attemptRetentionSeconds),
      notices: await take(expired.removeNotices, NOTICE_SECONDS),
      signingKeys: await take(expired.removeSigningKeys, KEY_SECONDS)
    }
    return { ...counts, finished }
  }
}

const HOUR_MS = 3_600_000
/** Of a thousand each: about a second. */
const BATCHES_AT_A_TIME = 20

/**
 * Sweeps when it is asked for the first time, and then once an hour; what is too much at once goes on at the next asking. Every replica may
 * do so: one that comes second finds nothing.
 */
export function sweepHourly (run: (maxBatches: number) => Promise<Swept>, now: () => Date) {
  let nextAt = -Infinity
  /** @returns null when it was not due. */
  return async function (): Promise<Swept | null> {
    const at = now().getTime()
    if (at < nextAt) return null
    const swept = await run(BATCHES_AT_A_TIME)
    if (swept.finished) nextAt = at + HOUR_MS
    return swept
  }
}

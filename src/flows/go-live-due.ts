// Whose moment to go live has come? Each connection goes once, however many replicas look at the clock.
import type { ConnectionState } from '../tenant/connection.ts'
import type { AuditEvent } from '../tenant/event.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'

export interface GoLiveDueNeeds {
  readonly rollOuts: {
    listDue (now: Date, limit: number): Promise<ReadonlyArray<{ readonly tenantId: TenantId, readonly id: ConnectionId }>>
  }
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    /** Null when another replica was quicker, or the plan was given up meanwhile. */
    readonly rollOuts: { goLiveIfDue (tenantId: TenantId, id: ConnectionId, now: Date): Promise<{ readonly before: ConnectionState, readonly plannedFor: Date } | null> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  readonly now: () => Date
}

const BATCH = 100

export function goLiveDue (needs: GoLiveDueNeeds) {
  /** @returns how many went live. */
  return async function (): Promise<number> {
    const now = needs.now()
    let count = 0
    for (const { tenantId, id } of await needs.rollOuts.listDue(now, BATCH)) {
      const went = await needs.together(async ({ rollOuts, events }) => {
        const moved = await rollOuts.goLiveIfDue(tenantId, id, now)
        if (moved === null) return false
        const details = { before: { state: moved.before }, after: { state: 'live' }, plannedFor: moved.plannedFor.toISOString() }
        await events.save({ type: 'connection.went-live', tenantId, actor: 'gatehouse', subject: id, details }, now)
        return true
      })
      if (went) count++
    }
    return count
  }
}

// Whose moment to go live has come? Each connection goes once, however many replicas look at the clock.
import type { ConnectionState } from '../tenant/connection.ts'
import type { AuditEvent } from '../tenant/event.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'

export interface GoLiveDueNeeds {
  readonly rollOuts: {
    listDue (now: Date, limit: number): Promise<ReadonlyArray<{ readonly tenantId: TenantId, readonly id: ConnectionId }>>
    /** Null when another replica was quicker, or the plan was given up meanwhile. */
    goLiveIfDue (tenantId: TenantId, id: ConnectionId, now: Date): Promise<{ readonly before: ConnectionState, readonly plannedFor: Date } | null>
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

const BATCH = 100

export function goLiveDue (needs: GoLiveDueNeeds) {
  /** @returns how many went live. */
  return async function (): Promise<number> {
    const now = needs.now()
    let count = 0
    for (const { tenantId, id } of await needs.rollOuts.listDue(now, BATCH)) {
      const moved = await needs.rollOuts.goLiveIfDue(tenantId, id, now)
      if (moved === null) continue
      count++
      const details = { before: { state: moved.before }, after: { state: 'live' }, plannedFor: moved.plannedFor.toISOString() }
      await needs.events.save({ type: 'connection.went-live', tenantId, actor: 'gatehouse', subject: id, details }, now)
    }
    return count
  }
}

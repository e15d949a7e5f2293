// Would people still get in tomorrow? What is live is looked at again every day, a few at a time, by one replica each.
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { isExpected } from './login-failure.ts'
import type { PreflightConnection } from './preflight-connection.ts'

export interface RecheckConnectionsNeeds {
  readonly health: { claimDue (before: Date, now: Date, limit: number): Promise<readonly { readonly tenantId: TenantId, readonly id: ConnectionId }[]> }
  readonly preflightConnection: PreflightConnection
  readonly now: () => Date
}

const EVERY_MS = 86_400_000
const BATCH = 10

/** @returns how many were looked at; none while the last round is still going on. What got worse is in the audit log. */
export function recheckConnections ({ health, preflightConnection, now }: RecheckConnectionsNeeds) {
  let busy = false
  return async function (): Promise<number> {
    if (busy) return 0
    busy = true
    try {
      const at = now()
      const due = await health.claimDue(new Date(at.getTime() - EVERY_MS), at, BATCH)
      for (const { tenantId, id } of due) {
        // One whose turn ended badly has its next tomorrow; the others need not wait for it.
        await preflightConnection(tenantId, id).catch((error: unknown) => {
          if (!isExpected(error)) throw error
        })
      }
      return due.length
    } finally {
      busy = false
    }
  }
}

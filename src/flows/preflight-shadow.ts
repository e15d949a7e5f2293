// Would a sign-in work with the settings that wait beside a live connection? Asked like any other, and kept apart from what is in use.
import type { KeptPreflight } from '../okta/preflight.ts'
import type { ConnectionWithProofs } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { examineConnection, type PreflightConnection, type PreflightConnectionNeeds } from './preflight-connection.ts'

/** The connection as it would be, and the edit that it is. */
export interface ShadowToCheck {
  readonly connection: ConnectionWithProofs
  readonly edit: number
  readonly clientSecretExpiresAt: Date | null
}

export interface PreflightShadowNeeds extends PreflightConnectionNeeds {
  readonly health: PreflightConnectionNeeds['health'] & {
    findShadowToCheck (tenantId: TenantId, id: ConnectionId): Promise<ShadowToCheck | null>
    saveShadowPreflight (tenantId: TenantId, id: ConnectionId, edit: number, report: KeptPreflight): Promise<void>
  }
}

/** @returns the report, which is kept beside that of the connection; null where nothing waits. It warns nobody: nobody depends on it. */
export function preflightShadow (needs: PreflightShadowNeeds): PreflightConnection {
  return async function (tenantId, connectionId) {
    const found = await needs.health.findShadowToCheck(tenantId, connectionId)
    if (found === null) return null
    const report = await examineConnection(needs, found.connection, found.clientSecretExpiresAt)
    await needs.health.saveShadowPreflight(tenantId, connectionId, found.edit, report)
    return report
  }
}

/** For whoever sets a connection up: what waits, where something does, and else what is in use. */
export function preflightNewest (checks: { readonly shadow: PreflightConnection, readonly connection: PreflightConnection }): PreflightConnection {
  return async (tenantId, connectionId) => await checks.shadow(tenantId, connectionId) ?? await checks.connection(tenantId, connectionId)
}

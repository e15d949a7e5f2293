// What is told of a connection on the operator's pages? How it stands, and what the last check has found.
import type { KeptPreflight } from '../../../okta/preflight.ts'
import type { ConnectionOnFile } from '../../../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import type { ConnectionCard } from '../../pages/operator/tenant.ts'

export interface CardNeeds {
  readonly health: { find (tenantId: TenantId, id: ConnectionId): Promise<{ readonly clientSecretExpiresAt: Date | null, readonly preflight: KeptPreflight | null } | null> }
}

export async function cardOf ({ health }: CardNeeds, { id, tenantId, issuer, state, testedAt, goLiveAt, shadow, pilotEmails }: ConnectionOnFile): Promise<ConnectionCard> {
  const found = await health.find(tenantId, id)
  return { id, host: new URL(issuer).host, state, testedAt, goLiveAt, waits: shadow !== null, pilot: pilotEmails.length, secretExpiresAt: found?.clientSecretExpiresAt ?? null, preflight: found?.preflight ?? null }
}

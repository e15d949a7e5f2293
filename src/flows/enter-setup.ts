// Whose setup goes on in this browser? Read anew with every request, so that a revoked link ends at once.
import type { ConnectionOnFile } from '../tenant/connection.ts'
import type { By } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkSetupSession, connectionToSetUp, type SetupLink, type SetupSession } from '../tenant/setup-link.ts'
import { applyShadow } from '../tenant/shadow.ts'
import type { Tenant } from '../tenant/tenant.ts'

export interface EnterSetupNeeds {
  readonly setupLinks: { findSession (idHash: string): Promise<{ readonly session: SetupSession, readonly link: SetupLink } | null> }
  readonly tenants: { find (tenant: string): Promise<Tenant | null> }
  readonly connections: { list (tenantId: TenantId): Promise<readonly ConnectionOnFile[]> }
  readonly now: () => Date
}

/** What a request of the setup may be about: everything in here is the tenant's own. */
export interface Setup {
  readonly tenant: Tenant
  /** The link, as whose admin the browser acts, and where that is. */
  readonly by: By
  readonly link: SetupLink
  readonly session: SetupSession
  /** With the settings that wait, where there are any. Null before an organization was chosen, and always for a link that is about the domains only. */
  readonly connection: ConnectionOnFile | null
}

export type EnterSetup = ReturnType<typeof enterSetup>

export function enterSetup (needs: EnterSetupNeeds) {
  /** @throws TenantRefusal `setup-session-over` */
  return async function (idHash: string | null, address: string): Promise<Setup> {
    const { session, link } = checkSetupSession(idHash === null ? null : await needs.setupLinks.findSession(idHash), needs.now())
    const tenant = await needs.tenants.find(link.tenantId)
    if (tenant === null) throw new TenantRefusal('setup-session-over', 'Ask for a new link.')
    // Another link of the same tenant may have made the connection meanwhile.
    const connection = link.part === 'all' ? connectionToSetUp(await needs.connections.list(tenant.id), session.connectionId ?? link.connectionId) : null
    const waits = connection?.shadow ?? null
    return { tenant, by: { actor: link.id, address }, link, session, connection: connection === null || waits === null ? connection : { ...applyShadow(connection, waits), testedAt: waits.testedAt } }
  }
}

// To whose Okta does somebody belong who stands before the sign-in page? By email, by tenant, or not at all.
import type { Connection } from '../tenant/connection.ts'
import { findEmail } from '../tenant/email.ts'
import { chooseConnection } from '../tenant/roll-out.ts'
import type { Tenant } from '../tenant/tenant.ts'

interface TenantDoors { readonly tenant: Tenant, readonly connections: readonly Connection[] }

export interface FindDoorNeeds {
  readonly doors: {
    findByDomain (domain: string): Promise<TenantDoors | null>
    findByTenant (idOrSlug: string): Promise<TenantDoors | null>
  }
}

export type FoundDoor =
  | { readonly kind: 'door', readonly tenant: Tenant, readonly connection: Connection }
  /** The customer is known, but nobody signs in through Okta there yet, or any more. */
  | { readonly kind: 'closed', readonly tenant: Tenant, readonly code: 'sso-not-entitled' | 'connection-not-live' | 'connection-retired' }
  | { readonly kind: 'unknown' }

export interface Visitor {
  /** As typed or hinted; null when nobody said. */
  readonly email: string | null
  /** Id or slug that the link named. */
  readonly tenant: string | null
}

export function findDoor (needs: FindDoorNeeds) {
  return async function ({ email, tenant }: Visitor): Promise<FoundDoor> {
    const address = email === null ? null : findEmail(email)
    const doors = await find(needs, tenant, address?.domain ?? null)
    if (doors === null) return { kind: 'unknown' }
    if (!doors.tenant.ssoEntitled) return { kind: 'closed', tenant: doors.tenant, code: 'sso-not-entitled' }
    const connection = chooseConnection(doors.connections, address?.address ?? null)
    if (connection !== null) return { kind: 'door', tenant: doors.tenant, connection }
    const retired = doors.connections.length > 0 && doors.connections.every(({ state }) => state === 'retired')
    return { kind: 'closed', tenant: doors.tenant, code: retired ? 'connection-retired' : 'connection-not-live' }
  }
}

async function find ({ doors }: FindDoorNeeds, tenant: string | null, domain: string | null): Promise<TenantDoors | null> {
  // A link that names the tenant means it, whatever address is hinted at: contractors sign in at customers with their own address.
  if (tenant !== null) return await doors.findByTenant(tenant)
  return domain === null ? null : await doors.findByDomain(domain)
}

export type FindDoor = ReturnType<typeof findDoor>

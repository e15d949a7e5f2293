// Which tenant and connection a visitor means, in memory.
import type { ConnectionDoor, Doors, TenantDoors } from '../../../src/postgres/doors.ts'
import type { TenantId } from '../../../src/tenant/id.ts'
import { type ConnectionRow, type Tables, tenantOf } from './tables.ts'

export function createDoorsDouble (tables: Tables): Doors {
  const doorsOf = (id: TenantId | undefined): TenantDoors | null => {
    const tenant = id === undefined ? undefined : tables.tenants.get(id)
    if (tenant === undefined) return null
    const connections = [...tables.connections.values()].filter(row => row.connection.tenantId === tenant.id)
      .sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
    return { tenant, connections: connections.map(row => row.connection) }
  }
  const doorOf = ({ connection }: ConnectionRow): ConnectionDoor => ({ tenant: tenantOf(tables, connection.tenantId), connection })

  return {
    async findByDomain (domain) {
      return doorsOf(tables.domains.find(row => row.domain === domain && row.verifiedAt !== null)?.tenantId)
    },
    async findByTenant (idOrSlug) {
      return doorsOf([...tables.tenants.values()].find(tenant => tenant.id === idOrSlug || tenant.slug === idOrSlug)?.id)
    },
    async findByConnection (id) {
      const row = tables.connections.get(id)
      return row === undefined ? null : doorOf(row)
    },
    async findOpenByIssuer (issuer, clientId) {
      return [...tables.connections.values()]
        .filter(({ connection }) => connection.state === 'live' || connection.state === 'pilot')
        .filter(({ connection }) => connection.issuer === issuer || connection.issuerAliases.includes(issuer))
        .filter(({ connection }) => clientId === null || connection.clientId === clientId)
        .slice(0, 2).map(doorOf)
    }
  }
}

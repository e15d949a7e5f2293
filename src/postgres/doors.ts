// Which tenant and connection does a visitor mean: by email domain, by tenant, by connection, by issuer? One statement each.
import { sql } from 'kysely'
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres'
import type { Connection } from '../tenant/connection.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { blank, compileOnce, findFirst } from './compiled.ts'
import type { Database } from './connect.ts'
import { connectionColumns, tenantColumns, toConnection, toTenant } from './rows.ts'

export interface TenantDoors {
  readonly tenant: Tenant
  /** Newest first; retired ones are among them. */
  readonly connections: readonly Connection[]
}

export interface ConnectionDoor {
  readonly tenant: Tenant
  readonly connection: Connection
}

export interface Doors {
  /** The tenant that has proven the domain. */
  findByDomain (domain: string): Promise<TenantDoors | null>
  findByTenant (idOrSlug: string): Promise<TenantDoors | null>
  findByConnection (id: string): Promise<ConnectionDoor | null>
  /** Open connections with this issuer, of whatever tenant; with a client id, only that one's. Two at most come back: more than one is too many. */
  findOpenByIssuer (issuer: string, clientId: string | null): Promise<readonly ConnectionDoor[]>
}

export function createDoors (db: Database): Doors {
  const tenants = db.selectFrom('tenants').select(tenantColumns).select(eb => jsonArrayFrom(
    eb.selectFrom('connections').select(connectionColumns).whereRef('connections.tenantId', '=', 'tenants.id').orderBy('connections.createdAt', 'desc')
  ).as('connections'))

  const connections = db.selectFrom('connections').select(connectionColumns).select(eb => jsonObjectFrom(
    eb.selectFrom('tenants').select(tenantColumns).whereRef('tenants.id', '=', 'connections.tenantId')
  ).$notNull().as('tenant'))

  const byDomain = compileOnce(() => tenants.where('tenants.id', '=', eb => eb.selectFrom('domains').select('domains.tenantId')
    .where('domains.domain', '=', blank<string>('domain')).where('domains.verifiedAt', 'is not', null)))

  return {
    async findByDomain (domain) {
      const row = await findFirst(db, byDomain({ domain }))
      return row === undefined ? null : { tenant: toTenant(row), connections: row.connections.map(toConnection) }
    },

    async findByTenant (idOrSlug) {
      const row = await tenants.where(eb => eb.or([eb('id', '=', idOrSlug), eb('slug', '=', idOrSlug)])).executeTakeFirst()
      return row === undefined ? null : { tenant: toTenant(row), connections: row.connections.map(toConnection) }
    },

    async findByConnection (id) {
      const row = await connections.where('connections.id', '=', id).executeTakeFirst()
      return row === undefined ? null : { tenant: toTenant(row.tenant), connection: toConnection(row) }
    },

    async findOpenByIssuer (issuer, clientId) {
      let query = connections.where('state', 'in', ['pilot', 'live'])
        // `any` says the same and reads every connection: no index answers it.
        .where(eb => eb.or([eb('issuer', '=', issuer), sql<boolean>`issuer_aliases @> array[${issuer}]::text[]`])).limit(2)
      if (clientId !== null) query = query.where('clientId', '=', clientId)
      return (await query.execute()).map(row => ({ tenant: toTenant(row.tenant), connection: toConnection(row) }))
    }
  }
}

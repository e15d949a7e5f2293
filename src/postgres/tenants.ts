// Which tenants are there?
import type { TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { Tenant } from '../tenant/tenant.ts'
import { type Database, findUniqueViolation } from './connect.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'
import { toTenant } from './rows.ts'

export type TenantChanges = Partial<Omit<Tenant, 'id'>>

export interface Tenants {
  save (tenant: Tenant, now: Date): Promise<void>
  /** By id or slug. */
  find (tenant: string): Promise<Tenant | null>
  change (id: TenantId, changes: TenantChanges, now: Date): Promise<Tenant | null>
  remove (id: TenantId): Promise<boolean>
  list (page: PageRequest): Promise<Page<Tenant>>
}

export function createTenants (db: Database): Tenants {
  return {
    async save (tenant, now) {
      await db.insertInto('tenants').values({ ...tenant, defaultRoles: [...tenant.defaultRoles], createdAt: now, updatedAt: now }).execute().catch(refuseTaken)
    },

    async find (tenant) {
      const row = await db.selectFrom('tenants').selectAll().where(eb => eb.or([eb('id', '=', tenant), eb('slug', '=', tenant)])).executeTakeFirst()
      return row === undefined ? null : toTenant(row)
    },

    async change (id, changes, now) {
      const { defaultRoles, ...rest } = changes
      const row = await db.updateTable('tenants')
        .set({ ...rest, ...(defaultRoles === undefined ? {} : { defaultRoles: [...defaultRoles] }), updatedAt: now })
        .where('id', '=', id).returningAll().executeTakeFirst().catch(refuseTaken)
      return row === undefined ? null : toTenant(row)
    },

    async remove (id) {
      const result = await db.deleteFrom('tenants').where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    async list ({ limit, cursor }) {
      const after = cursor === null ? null : readCursor(cursor)
      let query = db.selectFrom('tenants').selectAll().orderBy('createdAt').orderBy('id').limit(limit + 1)
      if (after !== null) query = query.where(eb => eb(eb.refTuple('createdAt', 'id'), '>', eb.tuple(after.at, after.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.createdAt, id: row.id }), toTenant)
    }
  }
}

function refuseTaken (error: unknown): never {
  if (findUniqueViolation(error) !== null) throw new TenantRefusal('already-exists', 'Another tenant has this slug.')
  throw error
}

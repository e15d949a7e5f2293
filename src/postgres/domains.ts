// Which email domains has a tenant claimed, and which has it proven?
import type { TenantDomain } from '../tenant/domain.ts'
import type { TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { type Database, findUniqueViolation } from './connect.ts'

export interface Domains {
  /** Claims a domain; claiming it again changes nothing. */
  save (tenantId: TenantId, domain: { domain: string, challenge: string }, now: Date): Promise<TenantDomain>
  find (tenantId: TenantId, domain: string): Promise<TenantDomain | null>
  list (tenantId: TenantId): Promise<readonly TenantDomain[]>
  /** @throws TenantRefusal `already-exists` when another tenant has proven it. */
  verify (tenantId: TenantId, domain: string, provenance: 'dns' | 'operator', now: Date): Promise<TenantDomain | null>
  remove (tenantId: TenantId, domain: string): Promise<boolean>
}

const columns = ['domain', 'challenge', 'verifiedAt', 'provenance'] as const

export function createDomains (db: Database): Domains {
  return {
    async save (tenantId, { domain, challenge }, now) {
      // `do update` of a column to itself, so that the row comes back whether it was there or not.
      return await db.insertInto('domains').values({ tenantId, domain, challenge, verifiedAt: null, provenance: null, createdAt: now })
        .onConflict(conflict => conflict.columns(['tenantId', 'domain']).doUpdateSet(eb => ({ challenge: eb.ref('domains.challenge') })))
        .returning(columns).executeTakeFirstOrThrow()
    },

    async find (tenantId, domain) {
      return await db.selectFrom('domains').select(columns).where('tenantId', '=', tenantId).where('domain', '=', domain).executeTakeFirst() ?? null
    },

    async list (tenantId) {
      return await db.selectFrom('domains').select(columns).where('tenantId', '=', tenantId).orderBy('domain').execute()
    },

    async verify (tenantId, domain, provenance, now) {
      try {
        return await db.updateTable('domains').set({ verifiedAt: now, provenance })
          .where('tenantId', '=', tenantId).where('domain', '=', domain).returning(columns).executeTakeFirst() ?? null
      } catch (error) {
        if (findUniqueViolation(error) === null) throw error
        throw new TenantRefusal('already-exists', 'Another tenant has proven this domain.', { cause: error })
      }
    },

    async remove (tenantId, domain) {
      const result = await db.deleteFrom('domains').where('tenantId', '=', tenantId).where('domain', '=', domain).executeTakeFirst()
      return result.numDeletedRows > 0n
    }
  }
}

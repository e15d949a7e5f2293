// Which email domains has a tenant claimed, and which has it proven?
import { sql } from 'kysely'
import type { ProvenDomain, TenantDomain } from '../tenant/domain.ts'
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
  /** Takes those proven in DNS that nobody has looked at since `before`; whoever asks at the same moment gets others. */
  takeDue (before: Date, now: Date, limit: number): Promise<readonly ProvenDomain[]>
  /** The record is there again. This and the next two are false when the domain was proven anew or given up since it was taken. */
  noteSeen (domain: ProvenDomain): Promise<boolean>
  noteMissing (domain: ProvenDomain, now: Date): Promise<boolean>
  /** The proof is lost; the claim stays, with its challenge. */
  unprove (domain: ProvenDomain): Promise<boolean>
}

// As in the index: where nothing is due, its first entry says so.
const lastLook = sql<Date>`coalesce(due.checked_at, '-infinity'::timestamptz)`

const columns = ['domain', 'challenge', 'verifiedAt', 'provenance'] as const

export function createDomains (db: Database): Domains {
  const changeTaken = async ({ tenantId, domain, verifiedAt, missingSince }: ProvenDomain, changes: { missingSince: Date | null } | { verifiedAt: null, provenance: null, missingSince: null }) => {
    const result = await db.updateTable('domains').set(changes).where('tenantId', '=', tenantId).where('domain', '=', domain)
      .where('provenance', '=', 'dns').where('verifiedAt', '=', verifiedAt).where('missingSince', 'is not distinct from', missingSince).executeTakeFirst()
    return result.numUpdatedRows > 0n
  }

  return {
    async save (tenantId, { domain, challenge }, now) {
      // `do update` of a column to itself, so that the row comes back whether it was there or not.
      return await db.insertInto('domains').values({ tenantId, domain, challenge, verifiedAt: null, provenance: null, checkedAt: null, missingSince: null, createdAt: now })
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
        return await db.updateTable('domains').set({ verifiedAt: now, provenance, checkedAt: now, missingSince: null })
          .where('tenantId', '=', tenantId).where('domain', '=', domain).returning(columns).executeTakeFirst() ?? null
      } catch (error) {
        if (findUniqueViolation(error) === null) throw error
        throw new TenantRefusal('already-exists', 'Another tenant has proven this domain.', { cause: error })
      }
    },

    async remove (tenantId, domain) {
      const result = await db.deleteFrom('domains').where('tenantId', '=', tenantId).where('domain', '=', domain).executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    async takeDue (before, now, limit) {
      const rows = await db.updateTable('domains').set({ checkedAt: now })
        .where(eb => eb(eb.refTuple('tenantId', 'domain'), 'in', eb.selectFrom('domains as due').select(['due.tenantId', 'due.domain'])
          .where('due.provenance', '=', 'dns').where(lastLook, '<', before).orderBy(lastLook).limit(limit).forUpdate().skipLocked().$asTuple('tenantId', 'domain')))
        .returning(['tenantId', 'domain', 'challenge', 'verifiedAt', 'missingSince']).execute()
      return rows.flatMap(({ tenantId, verifiedAt, ...row }) => verifiedAt === null ? [] : [{ ...row, tenantId: tenantId as TenantId, verifiedAt }])
    },

    noteSeen: async domain => await changeTaken(domain, { missingSince: null }),
    noteMissing: async (domain, now) => await changeTaken(domain, { missingSince: now }),
    unprove: async domain => await changeTaken(domain, { verifiedAt: null, provenance: null, missingSince: null })
  }
}

// Who are a tenant's people?
import type { MemberId, TenantId } from '../tenant/id.ts'
import type { Member } from '../tenant/member.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { type Database, findUniqueViolation } from './connect.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'
import { toMember } from './rows.ts'

export type MemberChanges = Partial<Pick<Member, 'email' | 'name' | 'roles' | 'status' | 'externalId'>>

export interface Members {
  save (member: Member, now: Date): Promise<void>
  find (tenantId: TenantId, id: string): Promise<Member | null>
  change (tenantId: TenantId, id: MemberId, changes: MemberChanges, now: Date): Promise<Member | null>
  remove (tenantId: TenantId, id: string): Promise<boolean>
  /** @param filter an email is in its compared form. */
  list (tenantId: TenantId, page: PageRequest, filter?: { readonly status?: Member['status'], readonly email?: string }): Promise<Page<Member>>
}

export function createMembers (db: Database): Members {
  return {
    async save (member, now) {
      await db.insertInto('members').values({ ...member, roles: [...member.roles], createdAt: now, updatedAt: now }).execute().catch(refuseTaken)
    },

    async find (tenantId, id) {
      const row = await db.selectFrom('members').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : toMember(row)
    },

    async change (tenantId, id, changes, now) {
      const { roles, ...rest } = changes
      const row = await db.updateTable('members').set({ ...rest, ...(roles === undefined ? {} : { roles: [...roles] }), updatedAt: now })
        .where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirst().catch(refuseTaken)
      return row === undefined ? null : toMember(row)
    },

    async remove (tenantId, id) {
      const result = await db.deleteFrom('members').where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    async list (tenantId, { limit, cursor }, { status, email } = {}) {
      const after = cursor === null ? null : readCursor(cursor)
      let query = db.selectFrom('members').selectAll().where('tenantId', '=', tenantId).orderBy('createdAt').orderBy('id').limit(limit + 1)
      if (status !== undefined) query = query.where('status', '=', status)
      if (email !== undefined) query = query.where('email', '=', email)
      if (after !== null) query = query.where(eb => eb(eb.refTuple('createdAt', 'id'), '>', eb.tuple(after.at, after.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.createdAt, id: row.id }), toMember)
    }
  }
}

function refuseTaken (error: unknown): never {
  if (findUniqueViolation(error) !== null) throw new TenantRefusal('already-exists', 'Another member of this tenant has this email or this externalId.')
  throw error
}

// Whose is an Okta account that claims a member's address? An operator says so: the member's, or nobody's who gets in.
import type { By } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import { isId } from '../tenant/id.ts'
import type { Identity } from '../tenant/identity.ts'
import type { IdentityConflict } from '../tenant/identity-conflict.ts'
import { TenantRefusal } from '../tenant/refusal.ts'

export interface ResolveConflictNeeds {
  /** Each writes its own audit event, together with what it changes. */
  readonly identityConflicts: {
    link (tenantId: TenantId, id: string, memberId: string | null, by: By, now: Date): Promise<IdentityConflict | null>
    dismiss (tenantId: TenantId, id: string, by: By, now: Date): Promise<IdentityConflict | null>
  }
  readonly now: () => Date
}

export function resolveConflict ({ identityConflicts, now }: ResolveConflictNeeds) {
  return {
    /**
     * The account signs the member in from now on, beside those that did.
     * @param memberId whom the operator saw that it waits for: it may have come with another member's address since. Null where they said nobody.
     * @throws TenantRefusal `not-found` when it does not wait any more, or not for that member
     */
    async link (tenantId: TenantId, id: string, memberId: string | null, by: By): Promise<{ readonly identity: Identity, readonly conflict: IdentityConflict }> {
      const at = now()
      const conflict = isId('idn', id) ? await identityConflicts.link(tenantId, id, memberId, by, at) : null
      if (conflict === null) throw gone()
      return { conflict, identity: { id: conflict.id, key: conflict.key, linkedBy: 'operator', createdAt: at } }
    },

    /** It waits no more, until it comes again. @throws TenantRefusal `not-found` */
    async dismiss (tenantId: TenantId, id: string, by: By): Promise<IdentityConflict> {
      const conflict = isId('idn', id) ? await identityConflicts.dismiss(tenantId, id, by, now()) : null
      if (conflict === null) throw gone()
      return conflict
    }
  }
}

function gone (): TenantRefusal {
  return new TenantRefusal('not-found', 'There is no such identity conflict: it was linked or dismissed, its member is gone, or it has come with another member\'s address since.')
}

export type ResolveConflict = ReturnType<typeof resolveConflict>

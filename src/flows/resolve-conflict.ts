// Whose is an Okta account that claims a member's address? An operator says so: the member's, or nobody's who gets in.
import type { AuditEvent, By } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import { isId } from '../tenant/id.ts'
import type { Identity } from '../tenant/identity.ts'
import type { IdentityConflict } from '../tenant/identity-conflict.ts'
import { TenantRefusal } from '../tenant/refusal.ts'

export interface ResolveConflictNeeds {
  readonly identityConflicts: {
    link (tenantId: TenantId, id: string, now: Date): Promise<IdentityConflict | null>
    dismiss (tenantId: TenantId, id: string): Promise<IdentityConflict | null>
  }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

export function resolveConflict ({ identityConflicts, events, now }: ResolveConflictNeeds) {
  const save = async (type: string, tenantId: TenantId, conflict: IdentityConflict, details: AuditEvent['details'], by: By, at: Date) => {
    await events.save({ type, tenantId, subject: conflict.member.id, reference: conflict.reference, ...by, details: { conflict: conflict.id, connection: conflict.key.connectionId, issuer: conflict.key.issuer, subject: conflict.key.subject, ...details } }, at)
  }

  return {
    /** The account signs the member in from now on, beside those that did. @throws TenantRefusal `not-found` when it does not wait any more */
    async link (tenantId: TenantId, id: string, by: By): Promise<{ readonly identity: Identity, readonly conflict: IdentityConflict }> {
      const at = now()
      const conflict = isId('idn', id) ? await identityConflicts.link(tenantId, id, at) : null
      if (conflict === null) throw gone()
      await save('identity.linked', tenantId, conflict, { linkedBy: 'operator' }, by, at)
      return { conflict, identity: { id: conflict.id, key: conflict.key, linkedBy: 'operator', createdAt: at } }
    },

    /** It waits no more, until it comes again. @throws TenantRefusal `not-found` */
    async dismiss (tenantId: TenantId, id: string, by: By): Promise<IdentityConflict> {
      const conflict = isId('idn', id) ? await identityConflicts.dismiss(tenantId, id) : null
      if (conflict === null) throw gone()
      await save('identity.dismissed', tenantId, conflict, { times: conflict.times }, by, now())
      return conflict
    }
  }
}

function gone (): TenantRefusal {
  return new TenantRefusal('not-found', 'There is no such identity conflict: it was linked or dismissed, or its member is gone.')
}

export type ResolveConflict = ReturnType<typeof resolveConflict>

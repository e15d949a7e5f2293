// How is a member changed? So that it counts at their next request, and is written down with what was there before.
import { difference } from '../tenant/difference.ts'
import type { AuditEvent, By } from '../tenant/event.ts'
import type { MemberId, TenantId } from '../tenant/id.ts'
import type { Member } from '../tenant/member.ts'
import { TenantRefusal } from '../tenant/refusal.ts'

export type MemberChanges = Partial<Omit<Member, 'id' | 'tenantId'>>

export interface ChangeMemberNeeds {
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly members: { change (tenantId: TenantId, id: MemberId, changes: MemberChanges, now: Date): Promise<Member | null> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  readonly now: () => Date
}

export function changeMember ({ together, now }: ChangeMemberNeeds) {
  /** @throws TenantRefusal `not-found` when they were deleted meanwhile, `already-exists` */
  return async function (before: Member, changes: MemberChanges, by: By): Promise<Member> {
    const at = now()
    return await together(async ({ members, events }) => {
      const after = await members.change(before.tenantId, before.id, changes, at)
      if (after === null) throw new TenantRefusal('not-found', 'There is no such member.')
      const details = difference(toldOfMember(before), toldOfMember(after))
      if (details !== null) await events.save({ type: 'member.changed', tenantId: after.tenantId, subject: after.id, ...by, details }, at)
      return after
    })
  }
}

/** What the events hold of a member. */
export function toldOfMember ({ email, name, roles, status, externalId }: Member) {
  return { email, name, roles: [...roles], status, externalId }
}

export type ChangeMember = ReturnType<typeof changeMember>

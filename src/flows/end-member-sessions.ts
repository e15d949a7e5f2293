// How is a member signed out everywhere? All their sign-ins end, on every host, and it is written down who wanted that.
import type { AuditEvent, By } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import type { Member } from '../tenant/member.ts'

export interface EndMemberSessionsNeeds {
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly sessions: { revokeMember (tenantId: TenantId, memberId: string): Promise<number> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  readonly now: () => Date
}

export function endMemberSessions ({ together, now }: EndMemberSessionsNeeds) {
  /** @returns how many sign-ins ended. */
  return async function ({ id, tenantId }: Pick<Member, 'id' | 'tenantId'>, by: By): Promise<number> {
    return await together(async ({ sessions, events }) => {
      const ended = await sessions.revokeMember(tenantId, id)
      await events.save({ type: 'member.sessions-ended', tenantId, subject: id, ...by, details: { ended } }, now())
      return ended
    })
  }
}

export type EndMemberSessions = ReturnType<typeof endMemberSessions>

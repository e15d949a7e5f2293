// How does somebody who was suspended come in again? As who they were: known by an account at Okta, or invited and not come yet.
import type { By } from '../tenant/event.ts'
import type { MemberId, TenantId } from '../tenant/id.ts'
import { type Member, restoredStatus } from '../tenant/member.ts'
import type { ChangeMember } from './change-member.ts'

export interface RestoreMemberNeeds {
  readonly memberIdentities: { list (tenantId: TenantId, memberId: MemberId): Promise<readonly unknown[]> }
  readonly changeMember: ChangeMember
}

export function restoreMember ({ memberIdentities, changeMember }: RestoreMemberNeeds) {
  /** Whoever is not suspended stays as they are. @throws TenantRefusal `not-found` when they were deleted meanwhile */
  return async function (member: Member, by: By): Promise<Member> {
    if (member.status !== 'suspended') return member
    // While they are suspended no account can be linked to them, so what is read here stays so.
    const identities = await memberIdentities.list(member.tenantId, member.id)
    return await changeMember(member, { status: restoredStatus(identities.length) }, by)
  }
}

export type RestoreMember = ReturnType<typeof restoreMember>

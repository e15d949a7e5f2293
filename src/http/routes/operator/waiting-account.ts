// What do the pages tell of an Okta account that waits for an operator?
import type { MemberId, TenantId } from '../../../tenant/id.ts'
import type { IdentityConflict } from '../../../tenant/identity-conflict.ts'
import type { WaitingAccount } from '../../pages/operator/waiting-accounts.ts'
import type { Page, PageRequest } from '../api/page.ts'

export interface ConflictsNeed { readonly identityConflicts: { list (tenantId: TenantId, page: PageRequest, memberId?: MemberId): Promise<Page<IdentityConflict>> } }

export function waitingAccount ({ id, key, email, member, reference, times, lastAt }: IdentityConflict): WaitingAccount {
  return { id, subject: key.subject, host: new URL(key.issuer).host, email, member, reference, times, lastAt }
}

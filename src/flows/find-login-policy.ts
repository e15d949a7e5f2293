// What should the product's own login form do with this address? Send it to Okta, offer Okta, or go on as ever.
import { parseEmail } from '../tenant/email.ts'
import type { Tenant } from '../tenant/tenant.ts'
import type { FindDoor } from './find-door.ts'

export interface LoginPolicy {
  readonly policy: 'sso-required' | 'sso-optional' | 'other'
  /** As it is compared. */
  readonly email: string
  /** Null where nobody has proven the domain. */
  readonly tenant: Tenant | null
}

export function findLoginPolicy (needs: { readonly findDoor: FindDoor }) {
  /** @throws TenantRefusal `email-malformed` */
  return async function (typed: string): Promise<LoginPolicy> {
    const email = parseEmail(typed).address
    const door = await needs.findDoor({ email, tenant: null })
    if (door.kind === 'unknown') return { policy: 'other', email, tenant: null }
    if (door.kind === 'closed') return { policy: 'other', email, tenant: door.tenant }
    return { policy: door.tenant.enforcement === 'required' ? 'sso-required' : 'sso-optional', email, tenant: door.tenant }
  }
}

export type FindLoginPolicy = ReturnType<typeof findLoginPolicy>

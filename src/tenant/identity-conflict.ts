// Which Okta account waits for an operator, and for which member does it speak? Nobody gets in by it before a human has said whose it is.
import type { IdentityId, MemberId } from './id.ts'
import type { IdentityKey } from './identity.ts'

/** An account that came with the address of a member who signs in by another one. */
export interface NewIdentityConflict {
  readonly key: IdentityKey
  /** Whose address it claims. */
  readonly memberId: MemberId
  /** Of the login that was refused. */
  readonly reference: string
}

export interface IdentityConflict {
  /** The id that the identity has once it is linked. */
  readonly id: IdentityId
  readonly key: IdentityKey
  readonly member: { readonly id: MemberId, readonly email: string, readonly name: string }
  /** The address that it claimed, in its compared form. */
  readonly email: string
  /** Of the latest login. */
  readonly reference: string
  readonly times: number
  readonly firstAt: Date
  readonly lastAt: Date
}

/** So long the same account that comes again is no news. */
export const CONFLICT_NEWS_SECONDS = 86_400

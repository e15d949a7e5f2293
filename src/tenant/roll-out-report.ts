// Who will find the door shut when a connection goes live? Counted, and named as far as an operator reads.
import type { MemberId } from './id.ts'

export interface Affected {
  readonly count: number
  /** The first hundred by address. */
  readonly first: readonly { readonly id: MemberId, readonly email: string, readonly name: string }[]
}

/** Of one tenant's members who are not suspended, as seen from one of its connections. */
export interface RollOutReport {
  readonly members: number
  /** Their address is in no domain that the tenant has proven, and they have not signed in here: only an invitation lets them in. */
  readonly outsideDomains: Affected
  /** They have signed in through none of the tenant's connections. */
  readonly neverSignedIn: Affected
  /** They have signed in through another connection and not through this one: only a fresh invitation links them here. */
  readonly linkedElsewhere: Affected
  /** Okta says another address of them than the vendor knows. They get in; what is mailed to them may not. */
  readonly otherEmailInOkta: Affected
  /** A member of another tenant has the same address. Which tenant is not told. */
  readonly inOtherTenants: Affected
}

/** How many of each are named. */
export const REPORT_NAMES = 100

// What does an operator look at first? Who could not sign in lately and where, and which connections are about to break.
import type { ConnectionState } from './connection.ts'
import type { ConnectionId, TenantId } from './id.ts'
import type { Member } from './member.ts'

/** How far back the first look goes, in seconds. */
export const TROUBLE_SECONDS = 86_400
/** How long before its end a secret is worth a look, in seconds. */
export const EXPIRY_NOTICE_SECONDS = 30 * 86_400

export interface TroubledTenant {
  readonly slug: string
  readonly name: string
  /** Logins that were refused or failed. */
  readonly ended: number
  readonly signedIn: number
  readonly lastAt: Date
}

export interface CountedCode {
  readonly code: string
  readonly times: number
  /** At how many tenants. */
  readonly tenants: number
}

/** A connection that somebody has to look after. */
export interface WeakConnection {
  readonly id: ConnectionId
  readonly tenant: { readonly id: TenantId, readonly slug: string, readonly name: string }
  readonly issuer: string
  readonly state: ConnectionState
  /** Whether its last preflight found something wrong. */
  readonly preflightFailed: boolean
  /** Null where it is not known, or far off. */
  readonly secretExpiresAt: Date | null
}

export interface FoundMember extends Member {
  readonly tenant: { readonly slug: string, readonly name: string }
}

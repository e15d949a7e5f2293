// What is told of a login afterwards? Its story, step by step, without anything that could sign anybody in.
import type { Issuer } from '../oidc/discovery.ts'
import type { ConnectionWithProofs } from './connection.ts'
import type { Hop } from './hop.ts'
import type { ConnectionId, InvitationId, MemberId, TenantId } from './id.ts'
import type { Tenant } from './tenant.ts'

/** Through which door the login came. */
export type Door = 'login' | 'initiate' | 'initiate-by-issuer' | 'setup' | 'invitation'

/** What a login is for. Only the first kind and the last can become a session; a test never can. */
export type Purpose =
  | { readonly kind: 'sign-in' }
  /** With `shadow`, of the settings that wait, in that edit. */
  | { readonly kind: 'test', readonly shadow?: number }
  | { readonly kind: 'invitation', readonly invitationId: InvitationId }

export type AttemptOutcome = 'started' | 'signed-in' | 'tested' | 'refused' | 'failed'

/** One thing that happened. `detail` holds short facts: hosts, codes, names of claims. Never a token, code, secret, cookie or state. */
export interface Step {
  readonly at: Date
  readonly name: StepName
  /** How long it took, where something was waited for. */
  readonly milliseconds?: number
  readonly detail?: Readonly<Record<string, string | number | boolean | readonly string[] | null>>
}

export type StepName =
  | 'asked' // somebody came to a door
  | 'connection-found'
  | 'provider-known' // discovery, from memory or fetched
  | 'sent-to-okta'
  | 'came-back'
  | 'callback-checked'
  | 'code-redeemed'
  | 'secret-promoted' // the first secret was refused and the second was not
  | 'id-token-verified'
  | 'userinfo-read'
  | 'member-known'
  | 'member-linked'
  | 'member-created'
  | 'groups-read' // where roles follow from groups: what came, and what it has changed
  | 'email-differs'
  | 'rehearsed' // a test: who it would have been, and what would have kept them out
  | 'return-to-dropped'
  | 'signed-in'
  | 'came-back-again'
  | 'refused'
  | 'failed'

export interface AttemptStory {
  readonly reference: string
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId | null
  readonly memberId: MemberId | null
  readonly door: Door
  readonly outcome: AttemptOutcome
  /** The code of the refusal or outage that ended it. */
  readonly code: string | null
  readonly loginHint: string | null
  readonly returnTo: string | null
  readonly steps: readonly Step[]
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

/** An attempt lives this long at most, in seconds: longer than a code (300 s at Okta) and a password reset in between. */
export const ATTEMPT_SECONDS = 600

/** What is kept of a login under way: hashes of what the browser holds, and where it began. */
export interface PendingLogin {
  readonly reference: string
  readonly connectionId: ConnectionId
  readonly connectionVersion: number
  readonly issuer: Issuer
  readonly redirectUri: string
  readonly nonceHash: string
  readonly codeChallenge: string
  readonly returnTo: string | null
  readonly purpose: Purpose
  /** Where the login began, if on an app's own host: the session is handed on to it. */
  readonly hop: Hop | null
  readonly startedAt: Date
  readonly expiresAt: Date
}

export interface NewAttempt {
  readonly tenantId: TenantId
  readonly stateHash: string
  readonly pending: PendingLogin
  readonly door: Door
  readonly loginHint: string | null
  readonly steps: readonly Step[]
}

/** A login that ended before the browser was sent anywhere. */
export interface FailedStart {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId | null
  readonly reference: string
  readonly door: Door
  readonly loginHint: string | null
  readonly outcome: 'refused' | 'failed'
  readonly code: string
  readonly steps: readonly Step[]
  readonly at: Date
}

export interface ConsumedAttempt {
  readonly pending: PendingLogin
  readonly tenant: Tenant
  readonly connection: ConnectionWithProofs
}

export interface Conclusion {
  readonly outcome: 'tested' | 'refused' | 'failed'
  /** Null where nothing went wrong. */
  readonly code: string | null
  readonly steps: readonly Step[]
  readonly at: Date
}

/** A login that is over, found again by the state of its callback. */
export interface SpentAttempt {
  readonly reference: string
  readonly connectionId: ConnectionId | null
  readonly returnTo: string | null
  readonly door: Door
}

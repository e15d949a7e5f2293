// What does a browser's sign-in consist of, and until when is it good?
import type { Secret } from '../secret.ts'
import type { Step } from './attempt.ts'
import type { ConnectionId, MemberId, SessionId, SignInId, TenantId } from './id.ts'
import type { Connection } from './connection.ts'
import type { Member } from './member.ts'
import type { Tenant } from './tenant.ts'

/** One authentication at Okta and what follows from it; its sessions, one a host, end together. */
export interface SignIn {
  readonly id: SignInId
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  readonly memberId: MemberId
  readonly authTime: Date
  readonly amr: readonly string[]
  readonly acr: string | null
  /** The absolute end; nothing moves it. */
  readonly expiresAt: Date
}

/** A session with everything that a door has to know, as of the last change to any of it. */
export interface LiveSession {
  readonly id: SessionId
  /** The host that the session counts on, as in the address bar. */
  readonly host: string
  readonly signIn: SignIn
  readonly member: Member
  readonly tenant: Tenant
  readonly connection: Pick<Connection, 'id' | 'state' | 'pilotEmails' | 'endsOktaSession'>
  readonly createdAt: Date
  readonly idleSeconds: number
  /** Moves while the session is used. */
  lastSeenAt: Date
  /** What `isSound` says, where it was worked out before. */
  readonly sound?: boolean
  /** What was issued for it, kept by whoever issues: it goes with the session, and a session that has changed is another object. */
  issued?: unknown
  /** What `endOf` says, where it is at hand. */
  readonly end?: number
}

/** By what a session is asked for. */
export interface SessionKey {
  /** Hash of its id. */
  readonly idHash: string
  /**
   * Whoever remembers a cookie keeps one key for it, and whoever finds the session leaves it here, to find it sooner the next time.
   * Nobody else looks at it: whether it may be believed is theirs to say.
   */
  left: unknown
}

type Ending = Pick<LiveSession, 'createdAt' | 'lastSeenAt' | 'idleSeconds' | 'signIn' | 'tenant' | 'end'>

/**
 * When the session ends: if nobody uses it, and at the latest. The tenant's limits count as they are now, so that a stricter policy
 * reaches those who are signed in already; a laxer one waits for their next sign-in.
 */
export function sessionEnd (session: Ending): Date {
  return new Date(endOf(session))
}

/** The same in milliseconds since the epoch: a check asks this thousands of times a second. */
export function endOf (session: Ending): number {
  return session.end ?? Math.min(session.lastSeenAt.getTime() + idleMsOf(session), latestEndOf(session))
}

/** For how many milliseconds a session may be left alone. It holds for as long as the tenant's limits do. */
export function idleMsOf ({ idleSeconds, tenant }: Pick<Ending, 'idleSeconds' | 'tenant'>): number {
  return Math.min(idleSeconds, tenant.sessionIdleSeconds ?? Infinity) * 1000
}

/** The absolute end in milliseconds since the epoch, however much the session is used. It holds for as long as the tenant's limits do. */
export function latestEndOf ({ createdAt, signIn, tenant }: Pick<Ending, 'createdAt' | 'signIn' | 'tenant'>): number {
  return Math.min(signIn.expiresAt.getTime(), createdAt.getTime() + (tenant.sessionLifetimeSeconds ?? Infinity) * 1000)
}

/** A sign-in that has just been admitted, with what is to be written down together with it. */
export interface NewSignIn {
  readonly signIn: SignIn
  readonly issuer: string
  readonly subject: string
  readonly providerSessionId: string | null
  /** Kept, sealed, only where sign-out goes on to Okta. */
  readonly idToken: Secret | null
  /** From where the browser came. */
  readonly address: string | null
  readonly reference: string
  readonly steps: readonly Step[]
  readonly createdAt: Date
}

export interface NewSession {
  readonly id: SessionId
  readonly host: string
  readonly idleSeconds: number
}

/** What the operator sees of a session. */
export interface SessionSummary {
  readonly id: SessionId
  readonly signInId: SignInId
  readonly tenantId: TenantId
  readonly memberId: MemberId
  readonly connectionId: ConnectionId
  readonly host: string
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly expiresAt: Date
}

export interface EndedSignIn {
  readonly tenantId: TenantId
  readonly memberId: MemberId
  readonly signInId: SignInId
  readonly connectionId: ConnectionId
  readonly idToken: Secret | null
}

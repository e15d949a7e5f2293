// How is a session kept in memory by the hundred thousand? Flat, its times as numbers, and what many of them say only once.
import { isSound } from '../tenant/access.ts'
import type { SessionId, SignInId } from '../tenant/id.ts'
import { latestEndOf, type LiveSession, type SignIn } from '../tenant/sign-in.ts'

/** What a session depends on. Many share one, so that a change to a tenant costs the same with one session and with a million. */
export interface Ground {
  firm: boolean
  holders: number
  /** What a session of it was read with last. The next one that was read with the same has no copy of its own. */
  read: unknown
}

export interface Grounds {
  readonly member: Ground
  readonly tenant: Ground
  readonly connection: Ground
}

type Shared = Pick<LiveSession, 'member' | 'tenant' | 'connection'>

/**
 * The same session in a third of the room: a `Date` weighs a hundred bytes, and every row that is read is full of fresh copies of the same texts.
 * A class, so that what is asked for rarely is put together when it is asked for.
 */
export class KeptSession implements LiveSession {
  readonly id: SessionId
  readonly host: string
  readonly member: LiveSession['member']
  readonly tenant: LiveSession['tenant']
  readonly connection: LiveSession['connection']
  readonly idleSeconds: number
  readonly latestEnd: number
  readonly sound: boolean
  issued: unknown = null
  /** When it was last written down that the session was used, in milliseconds since the epoch. */
  writtenAt: number
  readonly #memberGround: Ground
  readonly #tenantGround: Ground
  readonly #connectionGround: Ground
  readonly #signInId: SignInId
  // As the provider said it: in whole seconds.
  readonly #authTime: number
  readonly #amr: readonly string[]
  readonly #acr: string | null
  readonly #expiresAt: number
  readonly #createdAt: number
  #lastSeenAt: number
  #firmAt = -1

  /** @param shared of the session, or the like of it that others have already. */
  constructor (session: LiveSession, { member, tenant, connection }: Shared, grounds: Grounds) {
    const { signIn } = session
    this.id = session.id
    this.host = once(session.host)
    this.member = member
    this.tenant = tenant
    this.connection = connection
    this.idleSeconds = session.idleSeconds
    this.latestEnd = latestEndOf(session)
    this.sound = isSound({ member, tenant, connection })
    this.writtenAt = session.lastSeenAt.getTime()
    this.#memberGround = grounds.member
    this.#tenantGround = grounds.tenant
    this.#connectionGround = grounds.connection
    this.#signInId = signIn.id
    this.#authTime = Math.trunc(signIn.authTime.getTime() / 1000)
    this.#amr = listOnce(signIn.amr)
    this.#acr = signIn.acr === null ? null : once(signIn.acr)
    this.#expiresAt = signIn.expiresAt.getTime()
    this.#createdAt = session.createdAt.getTime()
    this.#lastSeenAt = session.lastSeenAt.getTime()
  }

  /**
   * Whether nothing that it stands on has changed since it was read.
   * @param told how often changes to any ground were told so far: while that is the same, the last answer is.
   */
  stands (told: number): boolean {
    if (this.#firmAt === told) return true
    if (!(this.#memberGround.firm && this.#tenantGround.firm && this.#connectionGround.firm)) return false
    this.#firmAt = told
    return true
  }

  get grounds (): Grounds {
    return { member: this.#memberGround, tenant: this.#tenantGround, connection: this.#connectionGround }
  }

  get signIn (): SignIn {
    const { tenant, connection, member } = this
    return { id: this.#signInId, tenantId: tenant.id, connectionId: connection.id, memberId: member.id, authTime: new Date(this.#authTime * 1000), amr: this.#amr, acr: this.#acr, expiresAt: new Date(this.#expiresAt) }
  }

  get createdAt (): Date {
    return new Date(this.#createdAt)
  }

  get lastSeenAt (): Date {
    return new Date(this.#lastSeenAt)
  }

  set lastSeenAt (at: Date) {
    this.#lastSeenAt = at.getTime()
  }

  /** The same in milliseconds since the epoch. */
  get seenAt (): number {
    return this.#lastSeenAt
  }
}

// Hosts and ways to authenticate are few. Should they ever be many, the next ones begin anew.
const MOST_TEXTS = 1_000
const texts = new Map<string, string>()
const lists = new Map<string, readonly string[]>()

function once (text: string): string {
  return keep(texts, text, text)
}

/** The list itself, or one that says the same. */
export function listOnce (list: readonly string[]): readonly string[] {
  return keep(lists, JSON.stringify(list), list)
}

function keep<Value> (kept: Map<string, Value>, key: string, value: Value): Value {
  const known = kept.get(key)
  if (known !== undefined) return known
  if (kept.size >= MOST_TEXTS) kept.clear()
  kept.set(key, value)
  return value
}

// How is a session kept in memory by the hundred thousand? Flat, its times as numbers, and what many of them say only once.
import { isSound } from '../tenant/access.ts'
import type { SessionId, SignInId } from '../tenant/id.ts'
import { idleMsOf, latestEndOf, type LiveSession, type SessionKey, type SignIn } from '../tenant/sign-in.ts'

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

// Times are counted from about now: so near they are small integers, which the engine keeps in the object itself. Any other number is an object of its own,
// and each new one in an old session is one more thing for the collector to look after.
const ORIGIN = Math.trunc(performance.timeOrigin)

/**
 * The same session in a third of the room: a `Date` weighs a hundred bytes, and every row that is read is full of fresh copies of the same texts.
 * A class, so that what is asked for rarely is put together when it is asked for. What every check reads comes first, side by side.
 */
export class KeptSession implements LiveSession {
  readonly host: string
  readonly sound: boolean
  issued: unknown = null
  #key: SessionKey | null = null
  #firmAt = -1
  #seenAt: number
  #writtenAt: number
  readonly #latestEnd: number
  readonly #idleMs: number
  readonly idleSeconds: number
  readonly id: SessionId
  readonly member: LiveSession['member']
  readonly tenant: LiveSession['tenant']
  readonly connection: LiveSession['connection']
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

  /** @param shared of the session, or the like of it that others have already. */
  constructor (session: LiveSession, { member, tenant, connection }: Shared, grounds: Grounds) {
    const { signIn } = session
    this.host = once(session.host)
    this.sound = isSound({ member, tenant, connection })
    this.#seenAt = session.lastSeenAt.getTime() - ORIGIN
    this.#writtenAt = this.#seenAt
    this.#latestEnd = latestEndOf(session) - ORIGIN
    this.#idleMs = idleMsOf(session)
    this.idleSeconds = session.idleSeconds
    this.id = session.id
    this.member = member
    this.tenant = tenant
    this.connection = connection
    this.#memberGround = grounds.member
    this.#tenantGround = grounds.tenant
    this.#connectionGround = grounds.connection
    this.#signInId = signIn.id
    this.#authTime = Math.trunc(signIn.authTime.getTime() / 1000)
    this.#amr = listOnce(signIn.amr)
    this.#acr = signIn.acr === null ? null : once(signIn.acr)
    this.#expiresAt = signIn.expiresAt.getTime() - ORIGIN
    this.#createdAt = session.createdAt.getTime() - ORIGIN
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

  /** What was left with this key, where nobody has taken it away since. */
  static leftWith (key: SessionKey): KeptSession | null {
    return key.left instanceof KeptSession && key.left.#key === key ? key.left : null
  }

  /** Leaves it with the key that it was asked for with: with one at a time, so that it can be taken away from everywhere. */
  leaveWith (key: SessionKey): void {
    this.takeAway()
    this.#key = key
    key.left = this
  }

  /** Whoever remembers a cookie for longer than its session lasts holds nothing of it then. */
  takeAway (): void {
    if (this.#key !== null) this.#key.left = null
    this.#key = null
  }

  get grounds (): Grounds {
    return { member: this.#memberGround, tenant: this.#tenantGround, connection: this.#connectionGround }
  }

  get signIn (): SignIn {
    const { tenant, connection, member } = this
    return { id: this.#signInId, tenantId: tenant.id, connectionId: connection.id, memberId: member.id, authTime: new Date(this.#authTime * 1000), amr: this.#amr, acr: this.#acr, expiresAt: dateOf(this.#expiresAt) }
  }

  get createdAt (): Date {
    return dateOf(this.#createdAt)
  }

  get lastSeenAt (): Date {
    return dateOf(this.#seenAt)
  }

  set lastSeenAt (at: Date) {
    this.#seenAt = at.getTime() - ORIGIN
  }

  get end (): number {
    return ORIGIN + Math.min(this.#seenAt + this.#idleMs, this.#latestEnd)
  }

  /**
   * Notes that it was used.
   * @returns whether that should be written down: it is not, until a good part of the idle time has passed since it last was.
   */
  noteUse (at: Date): boolean {
    const seenAt = at.getTime() - ORIGIN
    if (seenAt <= this.#seenAt) return false
    this.#seenAt = seenAt
    // Another replica reads what we write, so what is not written yet may only be a small part of the idle time.
    if (seenAt - this.#writtenAt < Math.min(60, this.idleSeconds / 4) * 1000) return false
    this.#writtenAt = seenAt
    return true
  }
}

function dateOf (sinceOrigin: number): Date {
  return new Date(ORIGIN + sinceOrigin)
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

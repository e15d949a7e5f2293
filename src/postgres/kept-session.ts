// How is a session kept in memory by the hundred thousand? Flat, its times as numbers, and what many of them say only once.
import type { SessionId, SignInId } from '../tenant/id.ts'
import { latestEndOf, type LiveSession, type SignIn } from '../tenant/sign-in.ts'

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
  readonly #signInId: SignInId
  readonly #authTime: number
  readonly #amr: readonly string[]
  readonly #acr: string | null
  readonly #expiresAt: number
  readonly #createdAt: number
  #lastSeenAt: number

  /** @param shared of the session, or the like of it that others have already. */
  constructor (session: LiveSession, { member, tenant, connection }: Shared) {
    const { signIn } = session
    this.id = session.id
    this.host = once(session.host)
    this.member = member
    this.tenant = tenant
    this.connection = connection
    this.idleSeconds = session.idleSeconds
    this.latestEnd = latestEndOf(session)
    this.#signInId = signIn.id
    this.#authTime = signIn.authTime.getTime()
    this.#amr = listOnce(signIn.amr)
    this.#acr = signIn.acr === null ? null : once(signIn.acr)
    this.#expiresAt = signIn.expiresAt.getTime()
    this.#createdAt = session.createdAt.getTime()
    this.#lastSeenAt = session.lastSeenAt.getTime()
  }

  get signIn (): SignIn {
    const { tenant, connection, member } = this
    return { id: this.#signInId, tenantId: tenant.id, connectionId: connection.id, memberId: member.id, authTime: new Date(this.#authTime), amr: this.#amr, acr: this.#acr, expiresAt: new Date(this.#expiresAt) }
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

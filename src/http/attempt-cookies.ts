// What does the browser hold while a login is under way? One cookie an attempt, five at most, so that tabs do not disturb each other.
import type { FastifyReply, FastifyRequest } from 'fastify'

export interface CookieScheme {
  /** `__Host-gatehouse` in production; without `__Host-` on plain http at localhost, where browsers refuse the prefix. */
  readonly sessionName: string
  readonly secure: boolean
}

export function cookieScheme (plainLocalhost: boolean): CookieScheme {
  return plainLocalhost ? { sessionName: 'gatehouse', secure: false } : { sessionName: '__Host-gatehouse', secure: true }
}

export interface HeldAttempt {
  readonly nonce: string
  readonly verifier: string
}

interface AttemptCookie {
  readonly name: string
  readonly startedAt: Date
  /** Null once the attempt is over: the cookie then only counts for the loop breaker. */
  readonly held: HeldAttempt | null
}

const MAX_COOKIES = 5
// Longer than the attempt: who comes too late shall hear that, and not that the browser is another.
const LIVES_SECONDS = 1_200
// RFC 6265 browsers send the whole lot with every request: a spent cookie is small and short-lived.
const SPENT_SECONDS = 60
// More are only there if somebody put them there; an answer that told all of them to go would be too large for a proxy.
const MAX_CLEARED = 10
const word = '[A-Za-z0-9_-]{43}'
const value = new RegExp(`^(\\d{10,12})\\.(?:(${word})\\.(${word})|spent)$`)

export function attemptCookies (scheme: CookieScheme) {
  const prefix = `${scheme.sessionName}-attempt-`
  const ours = new RegExp(`^${prefix}[A-Za-z0-9_-]{16}$`)
  const nameOf = (stateHash: string) => prefix + stateHash.slice(0, 16)
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure: scheme.secure } as const

  const readAll = (request: FastifyRequest): AttemptCookie[] => Object.entries(request.cookies)
    .filter(([name]) => ours.test(name))
    .map(([name, text]) => parse(name, text ?? ''))
    .sort((one, other) => one.startedAt.getTime() - other.startedAt.getTime())

  return {
    /** Hands the browser what it must bring back; the oldest attempts over the limit are forgotten. */
    set (request: FastifyRequest, reply: FastifyReply, attempt: HeldAttempt & { stateHash: string, startedAt: Date }): void {
      const others = readAll(request).filter(cookie => cookie.name !== nameOf(attempt.stateHash))
      for (const old of others.slice(0, Math.max(0, others.length - MAX_COOKIES + 1)).slice(0, MAX_CLEARED)) reply.clearCookie(old.name, options)
      const text = `${seconds(attempt.startedAt)}.${attempt.nonce}.${attempt.verifier}`
      reply.setCookie(nameOf(attempt.stateHash), text, { ...options, maxAge: LIVES_SECONDS })
    },

    /** What this browser holds for the attempt, or null. */
    read (request: FastifyRequest, stateHash: string): HeldAttempt | null {
      const name = nameOf(stateHash)
      return parse(name, request.cookies[name] ?? '').held
    },

    /** The attempt is over: its secrets leave the browser, its time stays for a minute. */
    spend (request: FastifyRequest, reply: FastifyReply, stateHash: string): void {
      const name = nameOf(stateHash)
      const cookie = parse(name, request.cookies[name] ?? '')
      if (cookie.held === null) return
      reply.setCookie(name, `${seconds(cookie.startedAt)}.spent`, { ...options, maxAge: SPENT_SECONDS })
    },

    /** How many logins this browser has begun since then, over or not. */
    countSince (request: FastifyRequest, since: Date): number {
      return readAll(request).filter(cookie => cookie.startedAt >= since).length
    }
  }
}

export type AttemptCookies = ReturnType<typeof attemptCookies>

function parse (name: string, text: string): AttemptCookie {
  const [, time, nonce, verifier] = value.exec(text) ?? []
  // Of a cookie that is not ours nothing is known but that it can go first.
  if (time === undefined) return { name, startedAt: new Date(0), held: null }
  return { name, startedAt: new Date(Number(time) * 1000), held: nonce === undefined || verifier === undefined ? null : { nonce, verifier } }
}

function seconds (date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

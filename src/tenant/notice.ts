// What is a customer's own administration told by mail? That single sign-on is live, that it was changed, that its secret is about to end.
import type { ConnectionState } from './connection.ts'
import type { AuditEvent } from './event.ts'
import type { ConnectionId, TenantId } from './id.ts'

/** What was done to a connection that people sign in through. */
export type LiveChange = 'edited' | 'settings-wait' | 'promoted' | 'rolled-back' | 'retired' | 'link-opened'

export type News =
  | { readonly about: 'live' }
  | { readonly about: 'live-changed', readonly change: LiveChange, readonly actor: string }
  | { readonly about: 'secret-expiry', readonly expiresAt: string }

export interface Notice {
  readonly tenantId: TenantId
  readonly connectionId: ConnectionId
  /** What makes it one and the same, however often and by whomever it is found: of one occasion is told once. */
  readonly occasion: string
  readonly news: News
  /** Whether it is news only while the connection is live: what was done to a draft concerns nobody. */
  readonly onlyIfLive: boolean
}

const changes: Readonly<Record<string, { readonly change: LiveChange, readonly onlyIfLive: boolean }>> = {
  'connection.changed': { change: 'edited', onlyIfLive: true },
  'connection.shadow-changed': { change: 'settings-wait', onlyIfLive: true },
  'connection.promoted': { change: 'promoted', onlyIfLive: true },
  'setup-link.opened': { change: 'link-opened', onlyIfLive: true },
  // These two leave it in another state, and say in which it was.
  'connection.rolled-back': { change: 'rolled-back', onlyIfLive: false },
  'connection.retired': { change: 'retired', onlyIfLive: false }
}

/** Takes an event, its id and its moment; returns what the tenant's administration hears of it, or null. */
export function noticeOf (event: AuditEvent, id: string, at: Date): Notice | null {
  const { type, tenantId, actor, subject, details = {} } = event
  if (tenantId === null) return null
  const connectionId = (type === 'setup-link.opened' ? details['connection'] : subject) as ConnectionId | null | undefined
  if (connectionId === null || connectionId === undefined) return null
  if (type === 'connection.went-live') return { tenantId, connectionId, occasion: id, news: { about: 'live' }, onlyIfLive: false }
  const known = changes[type]
  if (known === undefined || !isWorthTelling(type, details)) return null
  // Whoever tries several values one after the other is one piece of news a day.
  const occasion = known.change === 'settings-wait' ? `settings-wait ${at.toISOString().slice(0, 10)}` : id
  return { tenantId, connectionId, occasion, news: { about: 'live-changed', change: known.change, actor }, onlyIfLive: known.onlyIfLive }
}

function isWorthTelling (type: string, details: Readonly<Record<string, unknown>>): boolean {
  // A date that was written down is no change of anybody's sign-in.
  if (type === 'connection.changed') return 'after' in details || 'replaced' in details
  if (type !== 'connection.retired' && type !== 'connection.rolled-back') return true
  const { before } = details
  return typeof before === 'object' && before !== null && Reflect.get(before, 'state') === 'live'
}

/** Days before the end of a secret on which it is told of, the first of them first. */
const WARNING_DAYS = [30, 14, 7, 1] as const
export const FIRST_WARNING_DAYS = WARNING_DAYS[0]
const DAY_MS = 86_400_000

/** Takes when a secret ends, and the time; returns the warning that is due by now, or null. Each of the four has an occasion of its own. */
export function secretWarning (tenantId: TenantId, connectionId: ConnectionId, expiresAt: Date, now: Date): Notice | null {
  const left = (expiresAt.getTime() - now.getTime()) / DAY_MS
  // Only the latest of those that are due: a date that is written down ten days before its end has missed the first.
  const due = left <= 0 ? undefined : WARNING_DAYS.findLast(days => left <= days)
  if (due === undefined) return null
  const told = expiresAt.toISOString()
  return { tenantId, connectionId, occasion: `secret ${told} ${due}`, news: { about: 'secret-expiry', expiresAt: told }, onlyIfLive: true }
}

/** Takes news and the connection as it is now; returns whether it is overtaken: switched back meanwhile, or another secret. */
export function isStale (news: News, { state, clientSecretExpiresAt }: { readonly state: ConnectionState, readonly clientSecretExpiresAt: Date | null }): boolean {
  if (news.about === 'live-changed') return false
  return state !== 'live' || (news.about === 'secret-expiry' && clientSecretExpiresAt?.toISOString() !== news.expiresAt)
}

/** Whole days of the calendar until then, in UTC; 0 is today. */
export function daysUntil (at: Date, now: Date): number {
  return Math.floor(at.getTime() / DAY_MS) - Math.floor(now.getTime() / DAY_MS)
}

const RETRY_SECONDS = [60, 300, 1_800, 7_200, 21_600, 43_200, 86_400] as const
/** So long a mail server may be away before something is old news. */
const KEEP_TRYING_MS = 3 * DAY_MS

/** Takes how often it was tried, since when, and the time; returns when to try again, or null when it is too late for that. */
export function nextTry (tries: number, createdAt: Date, now: Date): Date | null {
  const at = new Date(now.getTime() + (RETRY_SECONDS[Math.min(tries, RETRY_SECONDS.length) - 1] ?? RETRY_SECONDS[0]) * 1000)
  return at.getTime() - createdAt.getTime() > KEEP_TRYING_MS ? null : at
}

// Of what is a customer's administration told, how often, and when is it old news?
import t from 'tap'
import type { ConnectionId, TenantId } from '../../src/tenant/id.ts'
import { daysUntil, isStale, nextTry, noticeOf, secretWarning } from '../../src/tenant/notice.ts'

const tenantId = 'tnt-acme' as TenantId
const connectionId = 'con-acme' as ConnectionId
const now = new Date('2026-11-21T09:00:00.000Z')
const inDays = (days: number): Date => new Date(now.getTime() + days * 86_400_000)
const told = (type: string, details: object = {}, subject: string | null = connectionId) => noticeOf({ type, tenantId, actor: 'operator', subject, details: { ...details } }, 'evt-1', now)

const news: ReadonlyArray<readonly [what: string, type: string, details: object, expected: object | null]> = [
  ['it goes live', 'connection.went-live', {}, { news: { about: 'live' }, onlyIfLive: false }],
  ['an edit', 'connection.changed', { before: {}, after: {} }, { news: { change: 'edited' }, onlyIfLive: true }],
  ['a second secret', 'connection.changed', { replaced: ['nextClientSecret'] }, { news: { change: 'edited' } }],
  ['only a date was written down', 'connection.changed', { clientSecretExpiresAt: null }, null],
  ['settings wait', 'connection.shadow-changed', {}, { news: { change: 'settings-wait' }, occasion: 'settings-wait 2026-11-21', onlyIfLive: true }],
  ['they are taken over', 'connection.promoted', {}, { news: { change: 'promoted' } }],
  ['a live one is rolled back', 'connection.rolled-back', { before: { state: 'live' } }, { news: { change: 'rolled-back' }, onlyIfLive: false }],
  ['a live one is retired', 'connection.retired', { before: { state: 'live' } }, { news: { change: 'retired' } }],
  ['a draft is retired', 'connection.retired', { before: { state: 'draft' } }, null],
  ['somebody signs in', 'member.signed-in', {}, null]
]

void t.test('the administration hears of what changes everybody\'s sign-in, and of nothing else', async t => {
  for (const [what, type, details, expected] of news) {
    if (expected === null) t.equal(told(type, details), null, what)
    else t.match(told(type, details), { tenantId, connectionId, ...expected }, what)
  }
})

void t.test('a setup link that is opened is news of the connection that it is about', async t => {
  t.match(told('setup-link.opened', { connection: connectionId }, 'lnk-1'), { connectionId, news: { change: 'link-opened' }, onlyIfLive: true })
  t.equal(told('setup-link.opened', { connection: null }, 'lnk-1'), null)
})

void t.test('a secret is told of 30, 14, 7 and 1 days before its end, each by an occasion of its own', async t => {
  const occasions = Array.from({ length: 34 }, (_, passed) => secretWarning(tenantId, connectionId, inDays(32), inDays(passed))?.occasion ?? null)
  const end = inDays(32).toISOString()
  const expected = [[2, null], [18 - 2, 30], [7, 14], [6, 7], [1, 1], [2, null]] as const
  t.strictSame(occasions, expected.flatMap(([count, days]) => Array.from({ length: count }, () => days === null ? null : `secret ${end} ${days}`)))
})

void t.test('a date that is written down late has missed the first warnings and gets the one that fits', async t => {
  t.equal(secretWarning(tenantId, connectionId, inDays(10), now)?.occasion, `secret ${inDays(10).toISOString()} 14`)
  t.equal(secretWarning(tenantId, connectionId, inDays(0), now), null, 'what has ended needs no warning')
})

void t.test('days are counted by the calendar', async t => {
  t.equal(daysUntil(new Date('2026-11-21T23:59:00Z'), now), 0)
  t.equal(daysUntil(new Date('2026-11-22T00:01:00Z'), now), 1)
})

void t.test('what is overtaken is not told: switched back meanwhile, or another secret', async t => {
  const expiry = { about: 'secret-expiry', expiresAt: inDays(7).toISOString() } as const
  t.equal(isStale({ about: 'live' }, { state: 'live', clientSecretExpiresAt: null }), false)
  t.equal(isStale({ about: 'live' }, { state: 'verified', clientSecretExpiresAt: null }), true)
  t.equal(isStale(expiry, { state: 'live', clientSecretExpiresAt: inDays(7) }), false)
  t.equal(isStale(expiry, { state: 'live', clientSecretExpiresAt: inDays(90) }), true)
  t.equal(isStale(expiry, { state: 'live', clientSecretExpiresAt: null }), true)
  t.equal(isStale({ about: 'live-changed', change: 'retired', actor: 'operator' }, { state: 'retired', clientSecretExpiresAt: null }), false)
})

void t.test('a mail that failed is tried again, ever more rarely, for three days', async t => {
  let [at, tries] = [now, 0]
  const waits: number[] = []
  for (let again: Date | null = now; again !== null; again = nextTry(++tries, now, at)) {
    waits.push((again.getTime() - at.getTime()) / 1000)
    at = again
  }
  t.strictSame(waits, [0, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400, 86_400])
  t.ok(at.getTime() - now.getTime() < 3 * 86_400_000)
})

// Is a service told the same of a sign-in as the door would say?
import t from 'tap'
import { findSignIn } from '../../src/flows/find-sign-in.ts'
import { openSession } from '../../src/flows/check-access.ts'
import type { SessionId } from '../../src/tenant/id.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import { acme, acmeOkta, after, bob, now } from '../contracts/cast.ts'
import { liveSession } from './live-session.ts'

const find = async (sessions: readonly LiveSession[], at = now) => await findSignIn({ sessions: { findAll: async () => sessions }, now: () => at })('sin-bob')

void t.test('no session, no sign-in', async t => {
  t.same(await find([]), { kind: 'ended' })
})

const closed: ReadonlyArray<readonly [string, Partial<LiveSession>, number, string]> = [
  ['nobody has used it for an hour', {}, 3_600, 'session-expired'],
  ['at its absolute end', { lastSeenAt: after(43_199) }, 43_200, 'session-expired'],
  ['suspended', { member: { ...bob, status: 'suspended' } }, 0, 'member-suspended'],
  ['no longer entitled', { tenant: { ...acme, ssoEntitled: false } }, 0, 'sso-not-entitled'],
  ['connection retired', { connection: { id: acmeOkta.id, state: 'retired', pilotEmails: [], endsOktaSession: false } }, 0, 'connection-retired'],
  ['connection taken back', { connection: { id: acmeOkta.id, state: 'verified', pilotEmails: [], endsOktaSession: false } }, 0, 'connection-not-live'],
  ['a pilot of others', { connection: { id: acmeOkta.id, state: 'pilot', pilotEmails: ['ada@acme.test'], endsOktaSession: false } }, 0, 'pilot-only']
]

void t.test('whatever a door refuses, the service is told', async t => {
  for (const [what, change, seconds, code] of closed) {
    const session = liveSession(change)
    t.same(await find([session], after(seconds)), { kind: 'closed', code }, what)
    const atTheDoor = openSession({ sessions: { find: () => session, touch: () => {}, reload: async () => session }, now: () => after(seconds) })
    t.same(await atTheDoor({ idHash: 'hash', host: session.host, touch: false }), { kind: 'closed', code }, `${what}: at the door`)
  }
})

void t.test('one session that opens is enough, and those that do not are not shown', async t => {
  const [busy, idle] = [liveSession({ lastSeenAt: after(3_000) }), liveSession({ id: 'ses-idle' as SessionId, host: 'orders.northwind.test' })]
  t.same(await find([busy, idle], after(3_599)), { kind: 'open', sessions: [busy, idle] })
  t.same(await find([busy, idle], after(3_600)), { kind: 'open', sessions: [busy] })
})

void t.test('a fault of ours is not hidden', async t => {
  const broken = liveSession()
  Object.defineProperty(broken, 'member', { get () { throw new TypeError('a fault') } })
  await t.rejects(find([broken]), /a fault/)
})

// Is a session that is kept small judged like the row that it was read from?
import t from 'tap'
import { type Ground, KeptSession } from '../../src/postgres/kept-session.ts'
import { checkSession } from '../../src/tenant/access.ts'
import { sessionEnd, type LiveSession } from '../../src/tenant/sign-in.ts'
import { TenantRefusal } from '../../src/tenant/refusal.ts'
import { acme, after, bob } from '../contracts/cast.ts'
import { liveSession } from '../flows/live-session.ts'

const ground = (): Ground => ({ firm: true, holders: 1, read: null })
const grounds = () => ({ member: ground(), tenant: ground(), connection: ground() })
const kept = (session: LiveSession, under = grounds()) => new KeptSession(session, session, under)

function judge (session: LiveSession, at: Date): string {
  try {
    checkSession(session, at)
    return 'good'
  } catch (error) {
    if (error instanceof TenantRefusal) return error.code
    throw error
  }
}

const { connection, signIn } = liveSession()
const sessions: Readonly<Record<string, LiveSession>> = {
  good: liveSession(),
  'past its end': liveSession({ signIn: { ...signIn, expiresAt: after(10) } }),
  idle: liveSession({ idleSeconds: 10 }),
  'idle by the tenant’s limit': liveSession({ tenant: { ...acme, sessionIdleSeconds: 10 } }),
  'old by the tenant’s limit': liveSession({ tenant: { ...acme, sessionLifetimeSeconds: 10 } }),
  suspended: liveSession({ member: { ...bob, status: 'suspended' } }),
  'not entitled': liveSession({ tenant: { ...acme, ssoEntitled: false } }),
  retired: liveSession({ connection: { ...connection, state: 'retired' } }),
  'not live': liveSession({ connection: { ...connection, state: 'draft' } }),
  'no pilot': liveSession({ connection: { ...connection, state: 'pilot', pilotEmails: ['ada@acme.test'] } }),
  'a pilot': liveSession({ connection: { ...connection, state: 'pilot', pilotEmails: [bob.email] } })
}

void t.test('at any time it is as good as the row, and not good for the same reason', t => {
  const said = new Set<string>()
  for (const [what, session] of Object.entries(sessions)) {
    for (const seconds of [0, 9, 10, 3_599, 3_600, 100_000]) {
      const verdict = judge(session, after(seconds))
      said.add(verdict)
      t.equal(judge(kept(session), after(seconds)), verdict, `${what} after ${seconds} s`)
    }
    t.strictSame(sessionEnd(kept(session)), sessionEnd(session), what)
  }
  t.strictSame([...said].sort(), ['connection-not-live', 'connection-retired', 'good', 'member-suspended', 'pilot-only', 'session-expired', 'sso-not-entitled'])
  t.end()
})

void t.test('it stands until one of its grounds is gone, whatever else is told of', t => {
  for (const name of ['member', 'tenant', 'connection'] as const) {
    const under = grounds()
    const session = kept(liveSession(), under)
    t.ok(session.stands(1))
    t.ok(session.stands(2), 'of somebody else')
    under[name].firm = false
    t.notOk(session.stands(3), name)
    t.notOk(session.stands(3), 'and not the next time')
  }
  t.end()
})

void t.test('what was issued for it goes with it alone: whoever makes a session of it begins without', t => {
  const session = kept(liveSession())
  session.issued = 'a token'
  t.equal(kept(session).issued, null)
  t.end()
})

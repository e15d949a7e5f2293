// Who passes a door, and is that asked afresh every time?
import t from 'tap'
import { checkAccess, openSession, type Knock } from '../../src/flows/check-access.ts'
import { Outage } from '../../src/outage.ts'
import { TenantRefusal, type TenantRefusalCode } from '../../src/tenant/refusal.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import { acme, after, bob } from '../contracts/cast.ts'
import { createClock } from '../world/clock.ts'
import type { IssuedToken } from '../../src/token/issued-token.ts'
import { liveSession, orders, tokenOf } from './live-session.ts'

const host = 'login.northwind.test'
const knock: Knock = { idHash: 'hash', host, touch: true }

function open (session: LiveSession | null, options: { inMemory?: boolean, reloaded?: LiveSession | null } = {}) {
  const clock = createClock('2026-11-21T09:00:00.000Z')
  const touched: Array<[string, Date]> = []
  const asked: string[] = []
  const opener = openSession({
    sessions: {
      find (idHash) {
        asked.push(`find ${idHash}`)
        return options.inMemory === true ? session : Promise.resolve(session)
      },
      touch: (idHash, _, now) => { touched.push([idHash, now]) },
      async reload (idHash) {
        asked.push(`reload ${idHash}`)
        return options.reloaded ?? session
      }
    },
    now: clock.now
  })
  return { clock, touched, asked, opener }
}

void t.test('a live session opens its own host', async t => {
  const session = liveSession()
  t.same(await open(session).opener(knock), { kind: 'open', session })
})

void t.test('a session in memory is answered at once, not promised', t => {
  t.notOk(open(liveSession(), { inMemory: true }).opener(knock) instanceof Promise)
  t.end()
})

void t.test('without a cookie nothing is looked up', async t => {
  const { opener, asked } = open(liveSession())
  t.same(await opener({ ...knock, idHash: null }), { kind: 'closed', code: 'not-signed-in' })
  t.same(asked, [])
})

void t.test('an unknown session, and one of another host, are no session', async t => {
  t.same(await open(null).opener(knock), { kind: 'closed', code: 'not-signed-in' })
  for (const other of ['app.northwind.test', 'LOGIN.northwind.test', 'login.northwind.test:443', '']) {
    t.same(await open(liveSession()).opener({ ...knock, host: other }), { kind: 'closed', code: 'not-signed-in' })
  }
})

const closed: Array<[TenantRefusalCode, string, Partial<LiveSession>]> = [
  ['member-suspended', 'its member is suspended', { member: { ...bob, status: 'suspended' } }],
  ['sso-not-entitled', 'its tenant is not entitled', { tenant: { ...acme, ssoEntitled: false } }],
  ['connection-retired', 'its connection is retired', { connection: { ...liveSession().connection, state: 'retired' } }],
  ['connection-not-live', 'going live was undone', { connection: { ...liveSession().connection, state: 'verified' } }],
  ['pilot-only', 'its member is not in the pilot', { connection: { ...liveSession().connection, state: 'pilot', pilotEmails: ['ada@acme.test'] } }],
  ['session-expired', 'nobody has used it for too long', { lastSeenAt: after(-3600) }],
  ['session-expired', 'its absolute end has come', { signIn: { ...liveSession().signIn, expiresAt: after(0) } }]
]
for (const [code, when, change] of closed) {
  void t.test(`${code}: a session does not open where ${when}, and that counts as no use`, async t => {
    for (const inMemory of [true, false]) {
      const { opener, touched } = open(liveSession(change), { inMemory })
      t.same(await opener(knock), { kind: 'closed', code })
      t.same(touched, [])
    }
  })
}

void t.test('in a pilot the sessions of its people go on', async t => {
  t.match(await open(liveSession({ connection: { ...liveSession().connection, state: 'pilot', pilotEmails: [bob.email] } })).opener(knock), { kind: 'open' })
})

void t.test('a session opens until the last moment', async t => {
  t.match(await open(liveSession({ lastSeenAt: new Date(after(-3600).getTime() + 1) })).opener(knock), { kind: 'open' })
  t.match(await open(liveSession({ signIn: { ...liveSession().signIn, expiresAt: new Date(after(0).getTime() + 1) } })).opener(knock), { kind: 'open' })
})

void t.test('use is noted where it is meant as use, and not otherwise', async t => {
  const { opener, touched } = open(liveSession())
  await opener({ ...knock, touch: false })
  t.same(touched, [])
  await opener(knock)
  t.same(touched, [['hash', after(0)]])
})

void t.test('before somebody idle is turned away the table is asked: another replica may have seen them', async t => {
  const { opener, asked, touched } = open(liveSession({ lastSeenAt: after(-3600) }), { inMemory: true, reloaded: liveSession({ lastSeenAt: after(-5) }) })
  t.match(await opener(knock), { kind: 'open', session: { lastSeenAt: after(-5).toISOString() } })
  t.same(asked, ['find hash', 'reload hash'])
  t.same(touched, [['hash', after(0)]])
})

void t.test('past its absolute end no table is asked again', async t => {
  const { opener, asked } = open(liveSession({ signIn: { ...liveSession().signIn, expiresAt: after(-1) }, lastSeenAt: after(-1) }), { inMemory: true })
  t.same(await opener(knock), { kind: 'closed', code: 'session-expired' })
  t.same(asked, ['find hash'])
})

void t.test('a table that is away is an outage, and nobody passes', async t => {
  const opener = openSession({
    sessions: { find: async () => { throw new Outage('database-unavailable') }, touch: () => {}, reload: async () => null },
    now: () => after(0)
  })
  await t.rejects(async () => await opener(knock), { code: 'database-unavailable' })
})

const token = tokenOf(liveSession())
const question = { ...knock, app: orders, constraints: { roles: [], tenant: null } }

function doorOf (session: LiveSession | null, issue: () => IssuedToken | Promise<IssuedToken> = () => token) {
  return checkAccess({ openSession: open(session, { inMemory: true }).opener, openBearer: async () => ({ kind: 'closed', code: 'not-signed-in' }), issueToken: issue })
}

void t.test('who may pass gets a token for the app, at once where both are at hand', async t => {
  const session = liveSession()
  const access = doorOf(session)(question)
  t.notOk(access instanceof Promise)
  t.same(access, { kind: 'allowed', session, issued: token })
  t.same(await doorOf(session, async () => token)(question), { kind: 'allowed', session, issued: token })
})

void t.test('one of the roles is enough, and none of them is not', async t => {
  const check = async (roles: string[]) => await doorOf(liveSession())({ ...question, constraints: { roles, tenant: null } })
  t.match(await check(['owner', 'editor']), { kind: 'allowed' })
  t.same(await check(['owner', 'Editor', 'edit']), { kind: 'refused', code: 'role-missing' })
})

void t.test('a tenant is meant by its id or its slug, and another one does not pass', async t => {
  const check = async (tenant: string) => await doorOf(liveSession())({ ...question, constraints: { roles: [], tenant } })
  for (const tenant of ['acme', 'tnt-acme']) t.match(await check(tenant), { kind: 'allowed' })
  for (const tenant of ['globex', 'ACME', '']) t.same(await check(tenant), { kind: 'refused', code: 'tenant-mismatch' })
})

void t.test('who is not signed in, or must not be, gets no token', async t => {
  const never = () => { throw new Error('no token is asked for') }
  t.same(await doorOf(null, never)(question), { kind: 'refused', code: 'not-signed-in' })
  t.same(await doorOf(liveSession({ member: { ...bob, status: 'suspended' } }), never)(question), { kind: 'refused', code: 'member-suspended' })
  t.same(await doorOf(liveSession(), never)({ ...question, constraints: { roles: ['owner'], tenant: null } }), { kind: 'refused', code: 'role-missing' })
})

void t.test('a session that ends before a token could be used is over', async t => {
  const access = await doorOf(liveSession(), async () => { throw new TenantRefusal('session-expired') })(question)
  t.same(access, { kind: 'refused', code: 'session-expired' })
})

void t.test('a fault of ours is not told as a refusal', async t => {
  await t.rejects(async () => await doorOf(liveSession(), async () => { throw new TypeError('a fault') })(question), /a fault/)
})

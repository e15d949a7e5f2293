// Does a test show an admin what a sign-in would do, without ever being one?
import { inspect } from 'node:util'
import t from 'tap'
import { startTest } from '../../src/flows/test-connection.ts'
import type { ConnectionId } from '../../src/tenant/id.ts'
import { acme, acmeOkta, ada, identityAt, now } from '../contracts/cast.ts'
import { failingNth } from '../world/failing-nth.ts'
import { openLoginWorld, type LoginWorld } from './login-world.ts'

const draft = 'con-draft' as ConnectionId

/** A world with a draft that nobody signs in through yet, and a browser that comes back from a test of it. */
async function openTest (arrange: (world: LoginWorld) => unknown = () => {}) {
  const world = await openLoginWorld()
  await world.stores.connections.save({ ...acmeOkta, id: draft, clientId: '0oa2acme5northwind5d7' }, now)
  await arrange(world)
  const connection = async () => {
    const found = await world.stores.connections.find(acme.id, draft)
    if (found === null) throw new Error('no draft')
    return found
  }
  return {
    world,
    connection,
    start: async () => await startTest(world.needs)({ tenant: acme, connection: await connection(), reference: 'test-1' }),
    async begin () {
      const started = await this.start()
      if (started.kind !== 'started') throw started.error
      const { stateHash, nonce, verifier } = started.attempt
      return { query: world.okta.signIn(started.location), browserHolds: (hash: string) => hash === stateHash ? { nonce, verifier } : null }
    },
    async test (meddled = world.needs) {
      return await world.comeBack(await this.begin(), { connectionId: draft }, meddled)
    }
  }
}

/** Nothing but the story and the mark on the connection may differ after a test. */
function traces ({ stores: { tables } }: LoginWorld): string {
  return inspect([tables.members, tables.identities, tables.signIns, tables.sessions, tables.events], { depth: 9 })
}

void t.test('a test of a draft says whom it would sign in, where the claims came from, and leaves no trace but its story', async t => {
  const one = await openTest()
  const { world, connection } = one
  const before = traces(world)
  const done = await one.test()
  t.match(done, { kind: 'tested', reference: 'test-1', tenant: { id: acme.id }, connection: { id: draft }, would: { kind: 'link', member: { id: ada.id } }, obstacle: null, missing: { length: 0 } })
  if (done.kind !== 'tested') return
  t.match(done.claims.find(({ name }) => name === 'email'), { value: 'ada@acme.test', from: 'id-token' })
  t.match(done.claims.find(({ name }) => name === 'amr'), { value: '["mfa","pwd"]', from: 'id-token' })
  t.equal(traces(world), before)
  t.match(await world.story('test-1'), { outcome: 'tested', code: null, door: 'setup', memberId: null })
  t.notMatch(inspect(await world.story('test-1'), { depth: 9 }), /ada@acme|Ada Alder|00u1ada/, 'the story names claims and no values')
  t.match(await connection(), { state: 'draft', testedAt: now.toISOString() })
})

void t.test('a thin ID token: what userinfo filled in is told as such', async t => {
  const one = await openTest(({ okta }) => { okta.spoiled = { claims: { email: undefined, name: undefined } } })
  const done = await one.test()
  t.match(done, { kind: 'tested', would: { kind: 'link' } })
  if (done.kind === 'tested') t.match(done.claims.filter(({ from }) => from === 'userinfo').map(({ name }) => name).sort(), ['email', 'name'])
})

const obstacles: ReadonlyArray<readonly [what: string, claims: Record<string, unknown>, userinfo: Record<string, unknown>, obstacle: string]> = [
  ['nobody said the email', { email: undefined }, { sub: '00u1ada' }, 'email-missing'],
  ['the email is outside the proven domains', { email: 'ada@elsewhere.test' }, {}, 'email-domain-unverified'],
  ['the person is suspended', { email: 'eve@acme.test', sub: '00u1eve' }, {}, 'member-suspended'],
  ['the person is unknown, and the tenant invites', { email: 'zoe@acme.test', sub: '00u1zoe' }, {}, 'member-unknown']
]

for (const [what, claims, userinfo, obstacle] of obstacles) {
  void t.test(`what would keep the person out is a result and no failure: ${what}`, async t => {
    const one = await openTest(async world => {
      await world.changeTenant({ admission: 'invited' })
      world.okta.spoiled = { claims, userinfo: { status: 200, contentType: 'application/json', headers: {}, body: JSON.stringify(userinfo) } }
    })
    t.match(await one.test(), { kind: 'tested', would: null, obstacle })
    t.match((await one.connection()).testedAt, now.toISOString(), 'the connection itself works')
  })
}

void t.test('a known person and somebody new are told apart', async t => {
  const known = await openTest(async ({ stores }) => await stores.identities.link(acme.id, { ...identityAt(acmeOkta, '00u1ada'), connectionId: draft }, ada.id, now))
  t.match(await known.test(), { would: { kind: 'known', member: { id: ada.id } } })
  const fresh = await openTest(({ okta }) => { okta.spoiled = { claims: { email: 'zoe@acme.test', name: 'Zoe', sub: '00u1zoe' } } })
  t.match(await fresh.test(), { would: { kind: 'create', email: 'zoe@acme.test', roles: ['reader'] } })
  t.equal(fresh.world.stores.tables.members.size, 4, 'and nobody was made')
})

void t.test('a test of any state but retired begins, and one that lacks its client id says so', async t => {
  for (const [moves, code] of [[['verify'], null], [['verify', 'pilot'], null], [['verify', 'go-live'], null], [['retire'], 'connection-retired']] as const) {
    const one = await openTest()
    for (const move of moves) await one.world.stores.connections.move(acme.id, draft, { move, ...(move === 'verify' ? { provenance: 'operator' } : {}) }, now)
    t.match(await one.start(), code === null ? { kind: 'started' } : { kind: 'ended', code, purpose: 'test' }, moves.join())
  }
  const bare = await openTest(async ({ stores }) => await stores.connections.change(acme.id, draft, { clientId: '' }, now))
  t.match(await bare.start(), { kind: 'ended', code: 'connection-incomplete' })
  const closed = await openTest(async world => await world.changeTenant({ ssoEntitled: false }))
  t.match(await closed.test(), { kind: 'ended', code: 'sso-not-entitled', purpose: 'test' })
})

void t.test('a connection that is retired or edited while the admin stands at Okta has passed nothing', async t => {
  const retired = await openTest()
  const browser = await retired.begin()
  await retired.world.stores.connections.move(acme.id, draft, { move: 'retire' }, now)
  t.match(await retired.world.comeBack(browser, { connectionId: draft }), { kind: 'ended', code: 'connection-retired' })

  const edited = await openTest()
  const other = await edited.begin()
  await edited.world.stores.connections.change(acme.id, draft, { scopes: ['openid'] }, now)
  t.match(await edited.world.comeBack(other, { connectionId: draft }), { kind: 'ended', code: 'attempt-connection-changed', purpose: 'test' })
  t.equal((await edited.connection()).testedAt, null)

  // In the last moment: after the checks, before the mark.
  const late = await openTest()
  const { world } = late
  const done = await late.test({
    ...world.needs,
    identities: {
      ...world.needs.identities,
      find: async (...args) => {
        await world.stores.connections.change(acme.id, draft, { scopes: ['openid'] }, now)
        return await world.needs.identities.find(...args)
      }
    }
  })
  t.match(done, { kind: 'ended', code: 'attempt-connection-changed' })
  t.equal((await late.connection()).testedAt, null)
})

void t.test('a test that the provider spoils is refused as every login is, and marks nothing', async t => {
  for (const [spoiled, code] of [[{ signedBy: 'a stranger' }, 'id-token-signature'], [{ claims: { nonce: 'another' } }, 'id-token-nonce'], [{ claims: { aud: '0oaother' } }, 'id-token-audience']] as const) {
    const one = await openTest(({ okta }) => { okta.spoiled = spoiled })
    t.match(await one.test(), { kind: 'ended', code, purpose: 'test' })
    t.equal((await one.connection()).testedAt, null)
    t.match(await one.world.story('test-1'), { outcome: 'refused', code })
  }
})

void t.test('what a login is for is not guessed: a kind that nobody knows signs nobody in', async t => {
  const one = await openTest()
  const browser = await one.begin()
  for (const row of one.world.stores.tables.pending.values()) Object.assign(row, { pending: { ...row.pending, purpose: { kind: 'impersonation' } } })
  await one.world.stores.connections.move(acme.id, draft, { move: 'verify', provenance: 'operator' }, now)
  await one.world.stores.connections.move(acme.id, draft, { move: 'go-live' }, now)
  t.match(await one.world.comeBack(browser, { connectionId: draft }), { kind: 'ended', code: 'attempt-unknown' })
  t.equal(one.world.stores.tables.identities.length, 0)
})

void t.test('a test whose callback comes again is spent, and says that it was one', async t => {
  const one = await openTest()
  const browser = await one.begin()
  await one.world.comeBack(browser, { connectionId: draft })
  t.match(await one.world.comeBack(browser, { connectionId: draft }), { kind: 'spent', door: 'setup', reference: 'test-1' })
})

void t.test('a test of which any call fails signs nobody in, shows no report, and marks the connection only after the protocol has held', async t => {
  const calls = await failingNth(async failure => {
    const one = await openTest()
    const before = traces(one.world)
    const done = await one.test(failure.meddle(one.world.needs)).catch((error: unknown) => ({ thrown: error }))
    t.equal(traces(one.world), before, `${failure.failed()} ${failure.moment}`)
    if (failure.failed() === null) {
      t.match(done, { kind: 'tested' })
      return
    }
    t.notMatch(done, { kind: 'signed-in' })
    t.notMatch(done, { kind: 'tested' }, `${failure.failed()} ${failure.moment}`)
    const marked = (await one.connection()).testedAt !== null
    t.ok(!marked || /passTest|conclude/.test(failure.failed() ?? ''), `${failure.failed()} ${failure.moment}`)
  })
  t.same(calls, ['attempts.consume', 'idp.metadata', 'idp.redeem', 'idp.keys', 'idp.keys()', 'identities.find', 'connections.passTest', 'attempts.conclude'])
})

// Can an operator see who is signed in, and end it?
import t from 'tap'
import { openOperator } from './operator.ts'
import { settle, signIn } from './signed-in.ts'

void t.test('Sessions are listed latest first, with what belongs to them and without what opens them', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const first = await signIn(operator, acme, 'ada')
  operator.clock.advance(60)
  const second = await signIn(operator, acme, 'ada again')
  const answer = await operator.ask('GET', '/tenants/acme/sessions')
  t.equal(answer.at('items.0.id'), second.session)
  t.strictSame(answer.at('items.1'), {
    id: first.session,
    signInId: first.signIn,
    tenantId: acme.tenant,
    memberId: acme.member,
    connectionId: acme.connection,
    host: 'login.northwind.test',
    createdAt: '2026-11-21T09:00:00.000Z',
    lastSeenAt: '2026-11-21T09:00:00.000Z',
    expiresAt: '2026-11-21T21:00:00.000Z'
  })
  const page = await operator.ask('GET', '/tenants/acme/sessions?limit=1')
  t.equal((await operator.ask('GET', `/tenants/acme/sessions?limit=1&cursor=${String(page.at('next'))}`)).at('items.0.id'), first.session)
  for (const text of operator.said) t.notMatch(text, /id-token-that-nobody/)
})

void t.test('A sign-in is ended by the id of any of its sessions or by its own, once, and that is written down', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const [one, other] = [await signIn(operator, acme, 'one'), await signIn(operator, acme, 'other')]
  t.equal((await operator.ask('DELETE', `/sessions/${one.session}`)).status, 204)
  t.equal(await operator.stores.sessions.find(one.idHash), null)
  t.not(await operator.stores.sessions.find(other.idHash), null)
  t.equal((await operator.ask('DELETE', `/sessions/${other.signIn}`)).status, 204)
  t.equal(await operator.stores.sessions.find(other.idHash), null)
  const ended = (await operator.events()).filter(event => event['type'] === 'sign-in.ended')
  t.same(new Set(ended.map(event => event['subject'])), new Set([one.signIn, other.signIn]))
  t.match(ended[0], { tenant_id: acme.tenant, actor: 'operator', details: { member: acme.member } })
  for (const id of [one.session, other.signIn, acme.member, 'ses-', '%00', one.idHash]) t.equal((await operator.ask('DELETE', `/sessions/${id}`)).status, 404, id)
})

void t.test('A member, or a whole tenant, is signed out at once, and nobody else', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const globex = await settle(operator, 'globex', 'gus@globex.test')
  const bob = { ...acme, member: String((await operator.make('/tenants/acme/members', { email: 'bob@acme.test' })).at('id')) }
  const [ada1, ada2, bobs, guss] = [await signIn(operator, acme, 'ada'), await signIn(operator, acme, 'ada 2'), await signIn(operator, bob, 'bob'), await signIn(operator, globex, 'gus')]
  const alive = async (session: { idHash: string }) => await operator.stores.sessions.find(session.idHash) !== null

  t.strictSame((await operator.ask('DELETE', `/tenants/acme/members/${acme.member}/sessions`)).body, { ended: 2 })
  t.strictSame([await alive(ada1), await alive(ada2), await alive(bobs), await alive(guss)], [false, false, true, true])
  t.strictSame((await operator.ask('DELETE', '/tenants/acme/sessions')).body, { ended: 1 })
  t.strictSame([await alive(bobs), await alive(guss)], [false, true])
  t.strictSame((await operator.ask('DELETE', '/tenants/acme/sessions')).body, { ended: 0 })
  const types = (await operator.events()).map(event => event['type'])
  t.ok(types.includes('member.sessions-ended'))
  t.ok(types.includes('tenant.sessions-ended'))
})

void t.test('A service that holds a token asks by its sid, and gets 200 only while a door would open', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const { signIn: sid, session } = await signIn(operator, acme, 'ada')
  for (const id of [sid, session]) {
    const answer = await operator.ask('GET', `/sessions/${id}`)
    t.equal(answer.status, 200, id)
    t.equal(answer.headers['cache-control'], 'no-store')
    t.strictSame(answer.body, {
      signInId: sid,
      tenant: { id: acme.tenant, slug: 'acme', name: 'acme' },
      member: { id: acme.member, email: 'ada@acme.test', name: 'ada@acme.test', status: 'invited', roles: ['editor'], externalId: null },
      connectionId: acme.connection,
      authTime: '2026-11-21T09:00:00.000Z',
      amr: ['pwd'],
      lastSeenAt: '2026-11-21T09:00:00.000Z',
      idleExpiresAt: '2026-11-21T10:00:00.000Z',
      expiresAt: '2026-11-21T21:00:00.000Z',
      hosts: ['login.northwind.test'],
      sessions: [{ id: session, host: 'login.northwind.test', createdAt: '2026-11-21T09:00:00.000Z', lastSeenAt: '2026-11-21T09:00:00.000Z', idleExpiresAt: '2026-11-21T10:00:00.000Z' }]
    })
  }
  const member = `/tenants/acme/members/${acme.member}`
  const doors: ReadonlyArray<readonly [path: string, closed: object, open: object, code: string]> = [
    [member, { status: 'suspended' }, { status: 'active' }, 'member-suspended'],
    ['/tenants/acme', { ssoEntitled: false }, { ssoEntitled: true }, 'sso-not-entitled']
  ]
  for (const [path, closed, open, code] of doors) {
    await operator.ask('PATCH', path, closed)
    const answer = await operator.ask('GET', `/sessions/${sid}`)
    t.equal(answer.status, 404, code)
    t.match(answer.body, { code: 'not-found', detail: `The sign-in is there and opens nothing: ${code}.` })
    await operator.ask('PATCH', path, open)
    t.equal((await operator.ask('GET', `/sessions/${sid}`)).status, 200)
  }
  operator.clock.advance(3_600)
  t.match((await operator.ask('GET', `/sessions/${sid}`)).body, { status: 404, detail: /session-expired/ })
  await operator.ask('DELETE', `/sessions/${sid}`)
  t.match((await operator.ask('GET', `/sessions/${sid}`)).body, { status: 404, detail: 'There is no such session.' })
  for (const text of operator.said) t.notMatch(text, /id-token-that-nobody/)
})

void t.test('Everybody of every tenant is signed out only by who says that this is meant', async t => {
  const operator = await openOperator(t)
  const people = [await settle(operator, 'acme', 'ada@acme.test'), await settle(operator, 'globex', 'gus@globex.test')]
  const sessions = [await signIn(operator, people[0] ?? { tenant: '', connection: '', member: '' }, 'ada'), await signIn(operator, people[1] ?? { tenant: '', connection: '', member: '' }, 'gus')]
  for (const query of ['', '?confirm=', '?confirm=yes', '?confirm=acme', '?confirm=all&tenant=acme', '?confirm=all&confirm=all']) {
    const answer = await operator.ask('DELETE', `/sessions${query}`)
    t.equal(answer.status, 400, query)
    t.equal(answer.at('code'), 'validation-failed')
  }
  t.equal((await operator.ask('DELETE', '/sessions', { confirm: 'all' })).status, 400, 'not in a body, which a proxy may drop')
  for (const { idHash } of sessions) t.not(await operator.stores.sessions.find(idHash), null)
  t.strictSame((await operator.ask('DELETE', '/sessions?confirm=all')).body, { ended: 2 })
  for (const { idHash } of sessions) t.equal(await operator.stores.sessions.find(idHash), null)
  t.match((await operator.events()).filter(event => event['type'] === 'gateway.sessions-ended'), [{ actor: 'operator', tenant_id: null, subject: null, details: { ended: 2 } }])
})

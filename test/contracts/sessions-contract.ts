// What do a browser's cookie and every door rely on?
import type { Test } from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import type { Page } from '../../src/postgres/pages.ts'
import type { SessionId } from '../../src/tenant/id.ts'
import type { SessionSummary } from '../../src/tenant/sign-in.ts'
import { acme, acmeOkta, ada, after, attemptOf, bob, globex, globexOkta, gus, now, signInOf } from './cast.ts'
import type { LoginStores } from '../world/doubles/memory-stores.ts'
import type { OpenStores } from './stand-ins.ts'

async function signIn ({ sessions }: LoginStores, name: string, ...rest: Parameters<typeof signInOf> extends [string, ...infer Rest] ? Rest : never): Promise<string> {
  const made = signInOf(name, ...rest)
  await sessions.save(made.idHash, made.session, made.signIn)
  return made.idHash
}

export function sessionsContract (t: Test, open: OpenStores): void {
  void t.test('a session comes with everything that a door has to know', async t => {
    const stores = await open(t)
    const idHash = await signIn(stores, 'one')
    const made = signInOf('one')
    t.same(await stores.sessions.find(idHash), {
      ...made.session,
      signIn: made.signIn.signIn,
      member: bob,
      tenant: acme,
      connection: { id: acmeOkta.id, state: 'live', pilotEmails: [], endsOktaSession: false },
      createdAt: now,
      lastSeenAt: now
    })
    t.equal(await stores.sessions.find(hashOf('never ours')), null)
  })

  void t.test('a session shows its person, tenant and connection as they are now', async t => {
    const stores = await open(t)
    const idHash = await signIn(stores, 'one')
    await stores.members.change(acme.id, bob.id, { roles: ['owner'], status: 'suspended' }, now)
    await stores.tenants.change(acme.id, { ssoEntitled: false }, now)
    await stores.connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)
    t.match(await stores.sessions.find(idHash), { member: { roles: ['owner'], status: 'suspended' }, tenant: { ssoEntitled: false }, connection: { state: 'retired' } })
  })

  void t.test('signing in ends the story of the login and writes the audit event', async t => {
    const stores = await open(t)
    await stores.attempts.save(attemptOf('one'))
    await signIn(stores, 'one')
    t.match(await stores.attempts.find('one'), { outcome: 'signed-in', memberId: bob.id, finishedAt: now.toISOString(), steps: [{ name: 'asked' }, { name: 'signed-in' }] })
  })

  void t.test("a sign-in of one tenant cannot point at another's member or connection", async t => {
    const stores = await open(t)
    await stores.attempts.save(attemptOf('one'))
    const foreign = [signInOf('one', { ...gus, tenantId: acme.id }), signInOf('one', bob, globexOkta)]
    for (const made of foreign) {
      await t.rejects(stores.sessions.save(made.idHash, made.session, made.signIn), { name: 'TenantRefusal', code: 'member-unknown' }, 'as for one that was deleted on the way')
      t.equal(await stores.sessions.find(made.idHash), null)
    }
    t.match(await stores.attempts.find('one'), { outcome: 'started' }, 'and no story says that somebody is signed in')
  })

  void t.test('a session id is used once', async t => {
    const stores = await open(t)
    await signIn(stores, 'one')
    const { session, signIn: other } = signInOf('other', gus, globexOkta)
    await t.rejects(stores.sessions.save(signInOf('one').idHash, session, other))
    t.match(await stores.sessions.find(signInOf('one').idHash), { member: { id: bob.id } })
  })

  void t.test('ending a session ends the sign-in, once, and gives back what Okta needs to end its own', async t => {
    const stores = await open(t)
    const [idHash, other] = [await signIn(stores, 'one'), await signIn(stores, 'other', gus, globexOkta)]
    const ended = await stores.sessions.revoke(idHash)
    t.match(ended, { tenantId: acme.id, memberId: bob.id, signInId: 'sin-one', connectionId: acmeOkta.id })
    t.equal(ended?.idToken?.reveal(), 'id-token-of-one')
    t.equal(await stores.sessions.find(idHash), null)
    t.equal(await stores.sessions.revoke(idHash), null)
    t.not(await stores.sessions.find(other), null)
  })

  void t.test('of twenty who end a session at once, one has ended it', async t => {
    const stores = await open(t)
    const idHash = await signIn(stores, 'one')
    const ended = await Promise.all(Array.from({ length: 20 }, async () => await stores.sessions.revoke(idHash)))
    t.equal(ended.filter(one => one !== null).length, 1)
  })

  void t.test('a session is ended by its own id or by that of its sign-in, and by no hash', async t => {
    const stores = await open(t)
    const [one, other] = [await signIn(stores, 'one'), await signIn(stores, 'other')]
    t.match(await stores.sessions.revokeById('ses-one'), { signInId: 'sin-one' })
    t.match(await stores.sessions.revokeById('sin-other'), { signInId: 'sin-other' })
    t.equal(await stores.sessions.find(one), null)
    t.equal(await stores.sessions.find(other), null)
    t.equal(await stores.sessions.revokeById(await signIn(stores, 'third')), null)
  })

  void t.test("all sessions of a tenant or of a member end together, and nobody else's", async t => {
    const stores = await open(t)
    for (const name of ['one', 'two']) await signIn(stores, name)
    const [adas, gusAtGlobex] = [await signIn(stores, 'ada', ada), await signIn(stores, 'gus', gus, globexOkta)]
    t.equal(await stores.sessions.revokeMember(globex.id, bob.id), 0)
    t.equal(await stores.sessions.revokeMember(acme.id, bob.id), 2)
    t.not(await stores.sessions.find(adas), null)
    t.equal(await stores.sessions.revokeTenant(acme.id), 1)
    t.equal(await stores.sessions.find(adas), null)
    t.not(await stores.sessions.find(gusAtGlobex), null)
  })

  void t.test('everybody can be signed out at once', async t => {
    const stores = await open(t)
    const everybody = [await signIn(stores, 'bob'), await signIn(stores, 'gus', gus, globexOkta)]
    t.equal(await stores.sessions.revokeAll(), 2)
    for (const idHash of everybody) t.equal(await stores.sessions.find(idHash), null)
    t.equal(await stores.sessions.revokeAll(), 0)
  })

  void t.test('the sessions of a sign-in are found by its id or their own, and by nothing else', async t => {
    const stores = await open(t)
    const idHash = await signIn(stores, 'one')
    await signIn(stores, 'other')
    for (const id of ['sin-one', 'ses-one']) t.match(await stores.sessions.findAll(id), [{ id: 'ses-one', signIn: { id: 'sin-one' }, member: bob, tenant: acme }], id)
    for (const id of [idHash, bob.id, 'sin-nobody', '']) t.same(await stores.sessions.findAll(id), [], id)
  })

  void t.test('a session goes with its member, its connection and its tenant', async t => {
    const stores = await open(t)
    const [bobs, adas, gusAtGlobex] = [await signIn(stores, 'bob'), await signIn(stores, 'ada', ada), await signIn(stores, 'gus', gus, globexOkta)]
    await stores.members.remove(acme.id, bob.id)
    t.equal(await stores.sessions.find(bobs), null)
    await stores.connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)
    t.equal(await stores.connections.remove(acme.id, acmeOkta.id), true)
    t.equal(await stores.sessions.find(adas), null)
    await stores.tenants.remove(globex.id)
    t.equal(await stores.sessions.find(gusAtGlobex), null)
  })

  void t.test('the time of last use moves forward and never back', async t => {
    const stores = await open(t)
    const [one, other] = [await signIn(stores, 'one'), await signIn(stores, 'other')]
    await stores.sessions.touch(new Map([[one, after(60)], [hashOf('gone meanwhile'), after(60)]]))
    t.same((await stores.sessions.find(one))?.lastSeenAt, after(60))
    t.same((await stores.sessions.find(other))?.lastSeenAt, now)
    await stores.sessions.touch(new Map([[one, after(30)], [other, after(90)]]))
    t.same((await stores.sessions.find(one))?.lastSeenAt, after(60))
    t.same((await stores.sessions.find(other))?.lastSeenAt, after(90))
  })

  void t.test("a tenant's sessions come newest first, page by page, also where many began at the same moment", async t => {
    const stores = await open(t)
    for (const name of ['b', 'd', 'a', 'c']) await signIn(stores, name)
    await signIn(stores, 'late', ada, acmeOkta, after(60))
    await signIn(stores, 'foreign', gus, globexOkta)
    const seen: SessionId[] = []
    let page: Page<SessionSummary> = await stores.sessions.list(acme.id, { limit: 2, cursor: null })
    t.same(page.items[0], { id: 'ses-late', signInId: 'sin-late', tenantId: acme.id, memberId: ada.id, connectionId: acmeOkta.id, host: 'login.northwind.test', createdAt: after(60), lastSeenAt: after(60), expiresAt: after(43_260) })
    for (;;) {
      seen.push(...page.items.map(one => one.id))
      if (page.next === null) break
      page = await stores.sessions.list(acme.id, { limit: 2, cursor: page.next })
    }
    t.same(seen, ['ses-late', 'ses-d', 'ses-c', 'ses-b', 'ses-a'])
  })
}

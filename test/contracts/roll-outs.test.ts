// What do a plan to go live, and the report before it, rely on?
import t from 'tap'
import { createConnections } from '../../src/postgres/connections.ts'
import { createRollOuts } from '../../src/postgres/roll-outs.ts'
import type { ConnectionId, MemberId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, acmePreview, ada, after, attemptOf, bob, globex, globexOkta, gus, identityAt, now, setTheScene, signInOf } from './cast.ts'

const plannedId = 'con-planned' as ConnectionId

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  const connections = createConnections(database.db, database.seal)
  await connections.save({ ...acmeOkta, id: plannedId, clientId: '0oa2acme5northwind5d7' }, after(9))
  return { ...stores, ...database, connections, rollOuts: createRollOuts(database.db), verify: async () => await connections.move(acme.id, plannedId, { move: 'verify', provenance: 'operator' }, now) }
}

void t.test('a plan is kept until it is due, then carried out once, and can be undone like every go-live', async t => {
  const { rollOuts, connections, verify, raw } = await open(t)
  await verify()
  t.match(await rollOuts.schedule(acme.id, plannedId, after(60), now), { state: 'verified', goLiveAt: after(60).toISOString() })
  t.same(await rollOuts.listDue(after(59), 10), [])
  t.equal(await rollOuts.goLiveIfDue(acme.id, plannedId, after(59)), null)
  t.same(await rollOuts.listDue(after(60), 10), [{ tenantId: acme.id, id: plannedId }])
  const done = await Promise.all([1, 2, 3].map(async () => await rollOuts.goLiveIfDue(acme.id, plannedId, after(61))))
  t.same(done.filter(one => one !== null), [{ before: 'verified', plannedFor: after(60) }], 'of three replicas one is the one')
  t.match(await connections.find(acme.id, plannedId), { state: 'live', goLiveAt: null })
  t.same(await raw("select went_live_at from connections where id = 'con-planned'"), [{ went_live_at: after(61) }])
  t.same(await rollOuts.listDue(after(99), 10), [])
  t.match(await connections.move(acme.id, plannedId, { move: 'rollback' }, now), { connection: { state: 'verified' } })
})

void t.test('only what could go live now can be planned, and only by its own tenant', async t => {
  const { rollOuts, verify, connections } = await open(t)
  await t.rejects(rollOuts.schedule(acme.id, plannedId, after(60), now), { code: 'connection-state', detail: 'A connection that is draft cannot be scheduled to go live.' })
  await t.rejects(rollOuts.schedule(acme.id, acmeOkta.id, after(60), now), { code: 'connection-state' })
  await verify()
  t.equal(await rollOuts.schedule(globex.id, plannedId, after(60), now), null)
  t.match(await connections.find(acme.id, plannedId), { goLiveAt: null })
})

void t.test('a plan is given up by saying so, by any other move, and by an edit that makes it another connection', async t => {
  const { rollOuts, verify, connections } = await open(t)
  await verify()
  const plan = async () => await rollOuts.schedule(acme.id, plannedId, after(60), now)
  const goLiveAt = async () => (await connections.find(acme.id, plannedId))?.goLiveAt
  await plan()
  await rollOuts.schedule(acme.id, plannedId, null, now)
  t.equal(await goLiveAt(), null)
  await plan()
  await connections.move(acme.id, plannedId, { move: 'pilot', pilotEmails: ['ada@acme.test'] }, now)
  t.equal(await goLiveAt(), null)
  await plan()
  await connections.change(acme.id, plannedId, { scopes: ['openid'] }, now)
  t.same(await goLiveAt(), after(60), 'what does not matter to whether it works leaves the plan alone')
  await connections.change(acme.id, plannedId, { clientId: '0oaother' }, now)
  t.match(await connections.find(acme.id, plannedId), { state: 'draft', goLiveAt: null })
  t.equal(await rollOuts.goLiveIfDue(acme.id, plannedId, after(99)), null)
})

void t.test('an admin has signed in when they have an identity on a connection that is live', async t => {
  const { rollOuts, members, identities, connections } = await open(t)
  t.equal(await rollOuts.hasSignedIn(acme.id, 'admin'), false)
  await members.change(acme.id, ada.id, { roles: ['reader', 'admin'] }, now)
  t.equal(await rollOuts.hasSignedIn(acme.id, 'admin'), false, 'being one is not enough')
  await identities.link(acme.id, identityAt(acmeOkta, '00u1bob'), bob.id, now)
  t.equal(await rollOuts.hasSignedIn(acme.id, 'admin'), false, 'nor is another person who has')
  await identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), ada.id, now)
  t.equal(await rollOuts.hasSignedIn(acme.id, 'admin'), true)
  t.equal(await rollOuts.hasSignedIn(globex.id, 'admin'), false)
  await members.change(acme.id, ada.id, { status: 'suspended' }, now)
  t.equal(await rollOuts.hasSignedIn(acme.id, 'admin'), false)
  await members.change(acme.id, ada.id, { status: 'active' }, now)
  await connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)
  t.equal(await rollOuts.hasSignedIn(acme.id, 'admin'), false)
})

void t.test('the report counts who will find the door shut, and tells nothing of other tenants', async t => {
  const { rollOuts, members, identities, attempts, sessions } = await open(t)
  const kim = { ...bob, id: 'mem-kim' as MemberId, email: 'kim@elsewhere.test', name: 'Kim' }
  await members.save(kim, now)
  await members.save({ ...gus, id: 'mem-kim-too' as MemberId, email: 'kim@elsewhere.test' }, now)
  await members.save({ ...bob, id: 'mem-below' as MemberId, email: 'zoe@sub.acme.test', status: 'invited' }, now)
  await identities.link(acme.id, identityAt(acmePreview, '00u1bob'), bob.id, now)
  const seen = signInOf('differs', bob, acmePreview)
  await attempts.save(attemptOf('differs', acmePreview))
  await sessions.save(seen.idHash, seen.session, { ...seen.signIn, steps: [{ at: now, name: 'email-differs' }] })

  const report = await rollOuts.report(acme.id, acmeOkta.id)
  t.equal(report.members, 4, 'without eve, who is suspended')
  const told = Object.fromEntries(Object.entries(report).flatMap(([name, group]) => typeof group === 'number' ? [] : [[name, [group.count, ...group.first.map((one: { email: string }) => one.email)]]]))
  t.same(told, {
    outsideDomains: [2, 'kim@elsewhere.test', 'zoe@sub.acme.test'],
    neverSignedIn: [3, 'ada@acme.test', 'kim@elsewhere.test', 'zoe@sub.acme.test'],
    linkedElsewhere: [1, 'bob@acme.test'],
    otherEmailInOkta: [0],
    inOtherTenants: [1, 'kim@elsewhere.test']
  })
  t.match((await rollOuts.report(acme.id, acmePreview.id)).otherEmailInOkta, { count: 1, first: [{ id: bob.id }] })
  t.notMatch(JSON.stringify(report), /globex|mem-kim-too|eve@/)
  t.same((await rollOuts.report(globex.id, globexOkta.id)).inOtherTenants.first.map(({ id }) => id), ['mem-kim-too'])
})

void t.test('many are counted, and a hundred are named', async t => {
  const { rollOuts, raw } = await open(t)
  await raw("insert into members (id, tenant_id, email, name, created_at, updated_at) select 'mem-' || n, 'tnt-acme', 'p' || lpad(n::text, 3, '0') || '@elsewhere.test', 'P', now(), now() from generate_series(1, 150) n")
  const { outsideDomains } = await rollOuts.report(acme.id, acmeOkta.id)
  t.match(outsideDomains, { count: 150 })
  t.equal(outsideDomains.first.length, 100)
  t.match(outsideDomains.first[0], { email: 'p001@elsewhere.test' })
})

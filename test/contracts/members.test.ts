// What do operators rely on when they keep a tenant's people?
import t from 'tap'
import { createMembers } from '../../src/postgres/members.ts'
import type { MemberId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, ada, after, bob, eve, globex, gus, now, setTheScene } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  await setTheScene(openStores(database))
  return createMembers(database.db)
}

void t.test('a member comes back as they were kept', async t => {
  const members = await open(t)
  const zoe = { ...ada, id: 'mem-zoe' as MemberId, email: 'zoe@acme.test', name: "Zoë O'Neil", roles: ['a', 'b'], externalId: '42' }
  await members.save(zoe, now)
  t.same(await members.find(acme.id, zoe.id), zoe)
})

void t.test("a tenant sees, changes and removes its own people only, and makes none in another's name", async t => {
  const members = await open(t)
  t.equal(await members.find(acme.id, gus.id), null)
  t.equal(await members.change(acme.id, gus.id, { status: 'suspended' }, now), null)
  t.equal(await members.remove(acme.id, gus.id), false)
  t.same(await members.find(globex.id, gus.id), gus)
  await t.rejects(members.save({ ...gus, tenantId: acme.id, email: 'gus2@acme.test' }, now), 'an id is used once, in whatever tenant')
})

void t.test('an email and an external id belong to one member of a tenant, and may be used by another tenant', async t => {
  const members = await open(t)
  const double = { ...ada, id: 'mem-double' as MemberId }
  await t.rejects(members.save(double, now), { code: 'already-exists' })
  await t.rejects(members.change(acme.id, bob.id, { email: ada.email }, now), { code: 'already-exists' })
  await members.change(acme.id, ada.id, { externalId: '7' }, now)
  await t.rejects(members.change(acme.id, bob.id, { externalId: '7' }, now), { code: 'already-exists' })
  await members.save({ ...double, tenantId: globex.id, externalId: '7' }, now)
  t.match(await members.find(globex.id, double.id), { email: ada.email, externalId: '7' })
})

void t.test('a change changes what it names and nothing else', async t => {
  const members = await open(t)
  t.same(await members.change(acme.id, ada.id, { roles: ['owner'], status: 'suspended' }, now), { ...ada, roles: ['owner'], status: 'suspended' })
  t.same(await members.find(acme.id, bob.id), bob)
})

void t.test('people come oldest first, page by page, also where many were made at the same moment', async t => {
  const members = await open(t)
  await members.save({ ...ada, id: 'mem-aaa' as MemberId, email: 'aaa@acme.test' }, after(1))
  const first = await members.list(acme.id, { limit: 2, cursor: null })
  t.same(first.items.map(member => member.id), [ada.id, bob.id])
  const second = await members.list(acme.id, { limit: 2, cursor: first.next })
  t.same(second.items.map(member => member.id), [eve.id, 'mem-aaa'])
  t.equal(second.next, null)
})

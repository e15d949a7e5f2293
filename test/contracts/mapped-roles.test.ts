// What does a sign-in rely on that changes somebody's roles, on PostgreSQL and in the double?
import t, { type Test } from 'tap'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { createMemoryStores, type LoginStores } from '../world/doubles/memory-stores.ts'
import { acme, after, bob, globex, now, setTheScene } from './cast.ts'

const change = { before: ['editor'], after: ['editor', 'admin'], reference: 'brave-otter-k7q2m', details: { claim: 'groups', groups: ['Admins'] } }

function mappedRolesContract (t: Test, open: (t: Test) => Promise<{ stores: LoginStores, events: () => Promise<unknown[]> }>): void {
  void t.test('the roles and the event that tells of them are written together', async t => {
    const { stores, events } = await open(t)
    t.equal(await stores.mappedRoles.change(acme.id, bob.id, change, after(1)), true)
    t.match(await stores.members.find(acme.id, bob.id), { roles: ['editor', 'admin'], status: 'active' })
    t.same(await events(), [{
      type: 'member.roles-changed',
      tenantId: acme.id,
      actor: 'gatehouse',
      address: null,
      subject: bob.id,
      reference: 'brave-otter-k7q2m',
      details: { before: { roles: ['editor'] }, after: { roles: ['editor', 'admin'] }, claim: 'groups', groups: ['Admins'] },
      at: after(1)
    }])
  })

  void t.test('over roles that somebody else has changed meanwhile nothing is written, and nothing is told', async t => {
    const { stores, events } = await open(t)
    await stores.members.change(acme.id, bob.id, { roles: ['reader'] }, now)
    t.equal(await stores.mappedRoles.change(acme.id, bob.id, change, now), false)
    t.equal(await stores.mappedRoles.change(globex.id, bob.id, { ...change, before: ['reader'] }, now), false, 'nor by another tenant')
    t.match(await stores.members.find(acme.id, bob.id), { roles: ['reader'] })
    t.same(await events(), [])
  })

  void t.test('all roles may go, and come', async t => {
    const { stores } = await open(t)
    t.equal(await stores.mappedRoles.change(acme.id, bob.id, { ...change, after: [] }, now), true)
    t.equal(await stores.mappedRoles.change(acme.id, bob.id, { ...change, before: [], after: ['a"b', '{c}'] }, now), true)
    t.match(await stores.members.find(acme.id, bob.id), { roles: ['a"b', '{c}'] })
  })
}

void t.test('on PostgreSQL', async t => {
  mappedRolesContract(t, async test => {
    const database = await openFreshDatabase(test)
    const stores = openStores(database)
    await setTheScene(stores)
    return { stores, events: async () => await database.raw('select type, tenant_id as "tenantId", actor, address, subject, reference, details, at from events') }
  })
})

void t.test('in memory', async t => {
  mappedRolesContract(t, async () => {
    const stores = createMemoryStores()
    await setTheScene(stores)
    return { stores, events: async () => stores.tables.events }
  })
})

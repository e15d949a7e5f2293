// Is everything that happened written down as it happened, on PostgreSQL and in the double?
import t from 'tap'
import type { Test } from 'tap'
import { GATEHOUSE } from '../../src/tenant/event.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { createMemoryStores, type LoginStores } from '../world/doubles/memory-stores.ts'
import { acme, after, attemptOf, bob, now, setTheScene, signInOf } from './cast.ts'

interface Written { stores: LoginStores, read: () => Promise<unknown[]> }

function eventsContract (t: Test, open: (t: Test) => Promise<Written>): void {
  void t.test('an event is kept as it was told', async t => {
    const { stores, read } = await open(t)
    await stores.events.save({ type: 'signing-key.created', tenantId: null, ...GATEHOUSE, subject: 'key-one', details: { wish: 'when-due' } }, now)
    await stores.events.save({ type: 'member.signed-out', tenantId: acme.id, actor: bob.id, address: '192.0.2.7', subject: 'sin-one' }, after(1))
    t.same(await read(), [
      { type: 'signing-key.created', tenant: null, actor: 'gatehouse', address: null, subject: 'key-one', reference: null, details: { wish: 'when-due' }, at: now },
      { type: 'member.signed-out', tenant: acme.id, actor: bob.id, address: '192.0.2.7', subject: 'sin-one', reference: null, details: {}, at: after(1) }
    ])
  })

  void t.test('a session and the event that tells of it are written together or not at all', async t => {
    const { stores, read } = await open(t)
    await setTheScene(stores)
    await stores.attempts.save(attemptOf('one'))
    const { idHash, session, signIn } = signInOf('one')
    await t.rejects(stores.sessions.save(idHash, session, { ...signIn, signIn: { ...signIn.signIn, connectionId: 'con-globex' as typeof signIn.signIn.connectionId } }))
    t.same(await read(), [])
    await stores.sessions.save(idHash, session, signIn)
    t.same(await read(), [{
      type: 'member.signed-in',
      tenant: acme.id,
      actor: bob.id,
      address: '192.0.2.7',
      subject: 'sin-one',
      reference: 'one',
      details: { connection: 'con-acme', host: 'login.northwind.test', amr: ['pwd', 'mfa'] },
      at: now
    }])
  })

  void t.test('events outlive the tenant that they tell of', async t => {
    const { stores, read } = await open(t)
    await setTheScene(stores)
    await stores.events.save({ type: 'tenant.removed', tenantId: acme.id, actor: 'operator', subject: acme.id }, now)
    await stores.tenants.remove(acme.id)
    t.match(await read(), [{ type: 'tenant.removed', tenant: acme.id }])
  })
}

void t.test('on PostgreSQL', async t => {
  eventsContract(t, async test => {
    const database = await openFreshDatabase(test)
    return {
      stores: openStores(database),
      read: async () => await database.raw('select type, tenant_id as tenant, actor, address, subject, reference, details, at from events order by at, id')
    }
  })
})

void t.test('in memory', async t => {
  eventsContract(t, async () => {
    const stores = createMemoryStores()
    return { stores, read: async () => stores.tables.events.map(({ tenantId: tenant, ...event }) => ({ ...event, tenant })) }
  })
})

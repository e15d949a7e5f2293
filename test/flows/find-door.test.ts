// To whose Okta does somebody belong who stands before the sign-in page?
import t from 'tap'
import { findDoor } from '../../src/flows/find-door.ts'
import { acme, acmeOkta, acmePreview, globex, globexOkta, now, setTheScene } from '../contracts/cast.ts'
import { createMemoryStores } from '../world/doubles/memory-stores.ts'

async function open () {
  const stores = createMemoryStores()
  await setTheScene(stores)
  return { ...stores, find: findDoor(stores) }
}

void t.test('an email leads to the live connection of the tenant that has proven its domain, the newest of several', async t => {
  const { find } = await open()
  t.match(await find({ email: ' Gus@GLOBEX.test ', tenant: null }), { kind: 'door', tenant: { id: globex.id }, connection: { id: globexOkta.id } })
  t.match(await find({ email: 'anybody@acme.test', tenant: null }), { kind: 'door', connection: { id: acmePreview.id } })
})

void t.test('a tenant that is named is meant, whatever the address', async t => {
  const { find } = await open()
  for (const tenant of ['globex', globex.id]) t.match(await find({ email: 'ada@acme.test', tenant }), { kind: 'door', tenant: { id: globex.id } })
  t.match(await find({ email: null, tenant: 'globex' }), { kind: 'door', tenant: { id: globex.id } })
})

void t.test('a pilot\'s people go through the pilot, everybody else through the live connection', async t => {
  const { find, connections } = await open()
  await connections.move(acme.id, acmePreview.id, { move: 'rollback' }, now)
  await connections.move(acme.id, acmePreview.id, { move: 'pilot', pilotEmails: ['ada@acme.test'] }, now)
  t.match(await find({ email: 'ADA@acme.test', tenant: null }), { connection: { id: acmePreview.id } })
  t.match(await find({ email: 'bob@acme.test', tenant: null }), { connection: { id: acmeOkta.id } })
})

for (const visitor of [{ email: 'ada@nowhere.test', tenant: null }, { email: 'nonsense', tenant: null }, { email: null, tenant: null }, { email: 'ada@acme.test', tenant: 'nobody' }]) {
  void t.test(`nobody is found for ${JSON.stringify(visitor)}`, async t => {
    t.same(await (await open()).find(visitor), { kind: 'unknown' })
  })
}

void t.test('a customer through whose Okta nobody signs in is told from a stranger, with the reason', async t => {
  const { find, connections, tenants } = await open()
  await connections.move(globex.id, globexOkta.id, { move: 'rollback' }, now)
  t.match(await find({ email: null, tenant: 'globex' }), { kind: 'closed', code: 'connection-not-live', tenant: { id: globex.id } })
  await connections.move(globex.id, globexOkta.id, { move: 'retire' }, now)
  t.match(await find({ email: null, tenant: 'globex' }), { kind: 'closed', code: 'connection-retired' })
  await connections.remove(globex.id, globexOkta.id)
  t.match(await find({ email: null, tenant: 'globex' }), { kind: 'closed', code: 'connection-not-live' })
  await tenants.change(acme.id, { ssoEntitled: false }, now)
  t.match(await find({ email: 'ada@acme.test', tenant: null }), { kind: 'closed', code: 'sso-not-entitled' })
})

// What do operators rely on when they keep the vendor's apps?
import t from 'tap'
import { createApps } from '../../src/postgres/apps.ts'
import type { App } from '../../src/tenant/app.ts'
import type { AppId } from '../../src/tenant/id.ts'
import { openFreshDatabase } from '../postgres/fresh-database.ts'
import { after, now } from './cast.ts'

const orders: App = {
  id: 'app-orders' as AppId,
  slug: 'orders',
  name: 'Orders',
  audience: 'https://orders.northwind.test',
  hosts: ['orders.northwind.test', 'orders.northwind.test:8443'],
  returnTo: ['https://orders.northwind.test/'],
  homeUrl: 'https://orders.northwind.test/home',
  tokenLifetimeSeconds: 120,
  upstream: 'http://10.0.0.7:3000'
}
const stock: App = { ...orders, id: 'app-stock' as AppId, slug: 'stock', audience: 'stock', homeUrl: null, tokenLifetimeSeconds: null, upstream: null }

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const apps = createApps((await openFreshDatabase(test)).db)
  await apps.save(orders, after(1))
  await apps.save(stock, now)
  return apps
}

void t.test('an app comes back as it was kept, by id or slug; all of them oldest first', async t => {
  const apps = await open(t)
  t.same(await apps.find('orders'), orders)
  t.same(await apps.find('app-stock'), stock)
  t.equal(await apps.find('nothing'), null)
  t.same(await apps.list(), [stock, orders])
})

void t.test('a slug and an audience belong to one app', async t => {
  const apps = await open(t)
  await t.rejects(apps.save({ ...orders, id: 'app-x' as AppId, slug: 'x' }, now), { code: 'already-exists' })
  await t.rejects(apps.save({ ...orders, id: 'app-x' as AppId, audience: 'x' }, now), { code: 'already-exists' })
  await t.rejects(apps.change('stock', { audience: orders.audience }, now), { code: 'already-exists' })
})

void t.test('a change changes what it names and nothing else', async t => {
  const apps = await open(t)
  const changes = { hosts: ['new.northwind.test'], returnTo: ['https://new.northwind.test/'], homeUrl: null, tokenLifetimeSeconds: 60 }
  t.same(await apps.change('orders', changes, now), { ...orders, ...changes })
  t.same(await apps.find('stock'), stock)
  t.equal(await apps.change('nothing', { name: 'x' }, now), null)
})

void t.test('an app is removed once', async t => {
  const apps = await open(t)
  t.equal(await apps.remove('orders'), true)
  t.equal(await apps.remove('orders'), false)
  t.same(await apps.list(), [stock])
})

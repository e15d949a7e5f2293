// What do operators rely on when they keep tenants?
import t from 'tap'
import { createTenants } from '../../src/postgres/tenants.ts'
import type { TenantId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, after, globex, now, setTheScene } from './cast.ts'

void t.test('a tenant comes back as it was kept, by id or slug', async t => {
  const tenants = createTenants((await openFreshDatabase(t)).db)
  const whole = { ...acme, homeUrl: 'https://app.northwind.test/', fallbackLoginUrl: 'https://app.northwind.test/login', sessionIdleSeconds: 900, sessionLifetimeSeconds: 3600, defaultRoles: ['reader', 'a"b,{c}'] }
  await tenants.save(whole, now)
  t.same(await tenants.find('tnt-acme'), whole)
  t.same(await tenants.find('acme'), whole)
  t.equal(await tenants.find('globex'), null)
  t.equal(await tenants.find('\0'), null)
})

void t.test('a slug belongs to one tenant', async t => {
  const tenants = createTenants((await openFreshDatabase(t)).db)
  await tenants.save(acme, now)
  await tenants.save(globex, now)
  await t.rejects(tenants.save({ ...acme, id: 'tnt-other' as TenantId }, now), { code: 'already-exists' })
  await t.rejects(tenants.change(globex.id, { slug: 'acme' }, now), { code: 'already-exists' })
})

void t.test('a change changes what it names and nothing else', async t => {
  const tenants = createTenants((await openFreshDatabase(t)).db)
  await tenants.save(acme, now)
  await tenants.save(globex, now)
  t.same(await tenants.change(acme.id, { name: 'Acme Corp', defaultRoles: ['writer'], ssoEntitled: false }, after(1)), { ...acme, name: 'Acme Corp', defaultRoles: ['writer'], ssoEntitled: false })
  t.same(await tenants.find(globex.id), globex)
  t.same(await tenants.change(globex.id, {}, after(1)), globex)
  t.equal(await tenants.change('tnt-nobody' as TenantId, { name: 'Nobody' }, now), null)
})

void t.test('with a tenant goes everything that is theirs, and nothing that is not', async t => {
  const database = await openFreshDatabase(t)
  const stores = openStores(database)
  await setTheScene(stores)
  t.equal(await stores.tenants.remove(acme.id), true)
  t.equal(await stores.tenants.remove(acme.id), false)
  for (const table of ['domains', 'connections', 'members']) {
    const rows = await database.raw(`select tenant_id from ${table}`)
    t.same(rows, [{ tenant_id: globex.id }], table)
  }
})

void t.test('tenants come oldest first, page by page, also where many were made at the same moment', async t => {
  const tenants = createTenants((await openFreshDatabase(t)).db)
  for (const slug of ['late', 'c', 'a', 'e', 'b', 'd']) await tenants.save({ ...acme, id: `tnt-${slug}` as TenantId, slug }, slug === 'late' ? after(1) : now)
  const seen: string[] = []
  for (let cursor: string | null = null, first = true; first || cursor !== null; first = false) {
    const page: Awaited<ReturnType<typeof tenants.list>> = await tenants.list({ limit: 2, cursor })
    seen.push(...page.items.map(tenant => tenant.slug))
    cursor = page.next
  }
  t.same(seen, ['a', 'b', 'c', 'd', 'e', 'late'])
})

void t.test('a cursor that is none of ours breaks nothing', async t => {
  const tenants = createTenants((await openFreshDatabase(t)).db)
  await tenants.save(acme, now)
  for (const cursor of ['', '%', 'a', Buffer.from('yesterday x').toString('base64url'), Buffer.from(`${now.toISOString()} a\0b`).toString('base64url')]) {
    t.equal((await tenants.list({ limit: 1, cursor })).items.length, 1)
  }
})

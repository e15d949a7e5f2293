// What does the sign-in page rely on when it asks whose domain this is?
import t from 'tap'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { createDomains } from '../../src/postgres/domains.ts'
import { acme, after, globex, now, setTheScene } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  return { ...stores, domains: createDomains(database.db) }
}

void t.test('claiming a domain again changes nothing, so that the record which an admin has published goes on to count', async t => {
  const { domains } = await open(t)
  const first = await domains.save(acme.id, { domain: 'new.example', challenge: 'first' }, now)
  t.same(first, { domain: 'new.example', challenge: 'first', verifiedAt: null, provenance: null })
  t.same(await domains.save(acme.id, { domain: 'new.example', challenge: 'second' }, after(1)), first)
  await domains.verify(acme.id, 'new.example', 'dns', after(2))
  t.same(await domains.save(acme.id, { domain: 'new.example', challenge: 'third' }, after(3)), { ...first, verifiedAt: after(2), provenance: 'dns' })
})

void t.test('many may claim a domain, and one can have proven it', async t => {
  const { domains } = await open(t)
  for (const tenant of [acme, globex]) await domains.save(tenant.id, { domain: 'both.example', challenge: tenant.slug }, now)
  t.match(await domains.verify(globex.id, 'both.example', 'dns', now), { verifiedAt: now, provenance: 'dns' })
  await t.rejects(domains.verify(acme.id, 'both.example', 'operator', now), { code: 'already-exists' })
  t.match(await domains.find(acme.id, 'both.example'), { verifiedAt: null, challenge: 'acme' })
  t.equal(await domains.remove(globex.id, 'both.example'), true)
  t.match(await domains.verify(acme.id, 'both.example', 'operator', now), { provenance: 'operator' })
})

void t.test('of two tenants that prove a domain at once, one owns it', async t => {
  const { domains } = await open(t)
  for (const tenant of [acme, globex]) await domains.save(tenant.id, { domain: 'both.example', challenge: 'c' }, now)
  const results = await Promise.allSettled([acme, globex].map(async tenant => await domains.verify(tenant.id, 'both.example', 'dns', now)))
  t.same(results.map(result => result.status).sort(), ['fulfilled', 'rejected'])
})

void t.test('a tenant sees, proves and removes its own domains only', async t => {
  const { domains } = await open(t)
  t.same((await domains.list(acme.id)).map(one => one.domain), ['acme.test'])
  t.equal(await domains.find(acme.id, 'globex.test'), null)
  t.equal(await domains.verify(acme.id, 'globex.test', 'operator', now), null)
  t.equal(await domains.remove(acme.id, 'globex.test'), false)
  t.match(await domains.find(globex.id, 'globex.test'), { provenance: 'operator' })
})

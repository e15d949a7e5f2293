// What does the sign-in page rely on when it asks whose domain this is?
import t from 'tap'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { openOtherReplica } from '../postgres/other-replica.ts'
import { createDomains } from '../../src/postgres/domains.ts'
import { acme, after, globex, now, setTheScene } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  return { ...stores, database, domains: createDomains(database.db) }
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
  t.strictSame(await domains.verify(globex.id, 'both.example', 'dns', now), { domain: 'both.example', challenge: 'globex', verifiedAt: now, provenance: 'dns' })
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

void t.test('a proof by DNS is taken for a look once a day, by one replica; an operator\'s word and a mere claim never', async t => {
  const { domains } = await open(t)
  for (const [name, seconds] of [['one.example', 0], ['two.example', 10]] as const) {
    await domains.save(acme.id, { domain: name, challenge: 'c' }, now)
    await domains.verify(acme.id, name, 'dns', after(seconds))
  }
  await domains.save(acme.id, { domain: 'claimed.example', challenge: 'c' }, now)
  t.same(await domains.takeDue(now, after(20), 10), [], 'it was looked at when it was proven')
  t.same((await domains.takeDue(after(5), after(20), 10)).map(({ domain }) => domain), ['one.example'])
  const both = await Promise.all([1, 2].map(async () => await domains.takeDue(after(99), after(100), 1)))
  t.same(both.flat().map(({ domain }) => domain).sort(), ['one.example', 'two.example'], 'two who ask at once get different ones')
  t.same(await domains.takeDue(after(99), after(101), 10), [])
})

void t.test('what nobody has looked at for longest is taken first', async t => {
  const { domains } = await open(t)
  for (const [name, seconds] of [['one.example', 20], ['two.example', 10], ['three.example', 30]] as const) {
    await domains.save(acme.id, { domain: name, challenge: 'c' }, now)
    await domains.verify(acme.id, name, 'dns', after(seconds))
  }
  const order: string[] = []
  for (const seconds of [100, 101, 102]) order.push(...(await domains.takeDue(after(99), after(seconds), 1)).map(({ domain }) => domain))
  t.strictSame(order, ['two.example', 'one.example', 'three.example'])
})

void t.test('a domain that another replica is about to look at is passed over, without waiting for it', async t => {
  const { domains, database } = await open(t)
  for (const [seconds, name] of ['one.example', 'two.example'].entries()) {
    await domains.save(acme.id, { domain: name, challenge: 'c' }, now)
    await domains.verify(acme.id, name, 'dns', after(seconds))
  }
  const other = await openOtherReplica(t, database)
  await other.raw("select from domains where domain = 'one.example' for update")
  t.strictSame((await domains.takeDue(after(99), after(100), 1)).map(({ domain }) => domain), ['two.example'])
  await other.commit()
  t.strictSame((await domains.takeDue(after(99), after(100), 10)).map(({ domain }) => domain), ['one.example'])
})

void t.test('what a look has found is written down only while the proof is the one that was looked at', async t => {
  const { domains, doors } = await open(t)
  for (const domain of ['one.example', 'two.example']) await domains.save(acme.id, { domain, challenge: 'c' }, now)
  await domains.verify(acme.id, 'one.example', 'dns', now)
  const take = async (seconds: number) => (await domains.takeDue(after(seconds), after(seconds), 10))[0]
  const first = await take(10)
  if (first === undefined) throw new Error('nothing was due')
  t.same(first, { tenantId: acme.id, domain: 'one.example', challenge: 'c', verifiedAt: now, missingSince: null })
  t.equal(await domains.noteMissing(first, after(11)), true)
  t.equal(await domains.noteMissing(first, after(12)), false, 'one of two looks')
  const second = await take(20)
  if (second === undefined) throw new Error('nothing was due')
  t.strictSame(second.missingSince, after(11))
  t.equal(await domains.noteSeen(second), true)
  t.equal(await domains.unprove(second), false, 'it has come back')
  const third = await take(30)
  if (third === undefined) throw new Error('nothing was due')
  await domains.verify(acme.id, 'one.example', 'operator', now)
  t.equal(await domains.unprove(third), false, 'an operator has given their word meanwhile, at whatever moment')
  await domains.verify(acme.id, 'one.example', 'dns', after(32))
  t.equal(await domains.unprove(third), false, 'proven anew')
  const fourth = await take(40)
  if (fourth === undefined) throw new Error('nothing was due')
  t.equal(await domains.noteMissing(fourth, after(41)), true)
  for (const domain of ['one.example', 'two.example']) await domains.verify(acme.id, domain, 'dns', after(42))
  const last = (await domains.takeDue(after(50), after(50), 10)).find(({ domain }) => domain === 'one.example')
  if (last === undefined) throw new Error('nothing was due')
  t.equal(last.missingSince, null, 'proven anew, its week begins anew')
  t.equal(await domains.unprove(last), true)
  t.match(await domains.find(acme.id, 'one.example'), { verifiedAt: null, provenance: null, challenge: 'c' })
  t.equal(await doors.findByDomain('one.example'), null)
  t.match(await domains.find(acme.id, 'two.example'), { provenance: 'dns' }, 'another that was proven at the same moments keeps its proof')
})

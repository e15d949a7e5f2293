// What does telling a customer's administration rely on? One row for each occasion, written with its event, taken by one at a time.
import t from 'tap'
import { createConnectionHealth } from '../../src/postgres/connection-health.ts'
import { openProofs } from '../../src/postgres/client-proofs.ts'
import { createNotices } from '../../src/postgres/notices.ts'
import type { ConnectionId, MemberId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { openOtherReplica } from '../postgres/other-replica.ts'
import { acme, acmeOkta, acmePreview, ada, after, bob, eve, globex, globexOkta, gus, now, setTheScene } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  const tell = async (type: string, subject: string = acmeOkta.id, details: object = {}, at = now) => {
    await stores.events.save({ type, tenantId: subject === globexOkta.id ? globex.id : acme.id, actor: 'operator', subject, details: { ...details } }, at)
  }
  return { ...stores, ...database, database, notices: createNotices(database.db), health: createConnectionHealth(database.db, openProofs(database.seal)), tell }
}

void t.test('a notice is written with its event, whole, and is taken with everything that a mail needs', async t => {
  const { notices, tell, connections, members, raw } = await open(t)
  await members.change(acme.id, bob.id, { roles: ['editor', 'admin'] }, now)
  await members.change(acme.id, ada.id, { roles: ['admin'] }, now)
  await members.change(acme.id, eve.id, { roles: ['admin'] }, now)
  await members.change(globex.id, gus.id, { roles: ['admin'] }, now)
  await tell('connection.promoted')
  const [event] = await raw('select id from events')
  t.strictSame(await notices.take(now, after(60)), {
    tenantId: acme.id,
    connectionId: acmeOkta.id,
    occasion: event?.['id'],
    news: { about: 'live-changed', change: 'promoted', actor: 'operator' },
    createdAt: now,
    told: [],
    tries: 1,
    company: acme.name,
    slug: acme.slug,
    issuer: acmeOkta.issuer,
    state: 'live',
    clientSecretExpiresAt: null,
    admins: [{ id: ada.id, email: ada.email }, { id: bob.id, email: bob.email }]
  }, 'the administration of this tenant, without whoever is suspended')
  t.equal(await notices.take(now, after(60)), null)
  await connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)
  await connections.remove(acme.id, acmeOkta.id)
  t.same(await raw('select * from notices'), [], 'it goes with its connection')
})

void t.test('what is done to a connection that nobody signs in through is no news, and its event is written all the same', async t => {
  const { notices, tell, connections, raw } = await open(t)
  await connections.move(acme.id, acmePreview.id, { move: 'retire' }, now)
  await tell('connection.changed', acmePreview.id, { after: {} })
  await tell('connection.changed', 'con-gone' as ConnectionId, { after: {} })
  await tell('connection.changed', globexOkta.id.replace('globex', 'acme-preview'), { after: {} })
  t.equal(await notices.take(now, after(60)), null)
  t.same(await raw('select count(*)::integer from events'), [{ count: 3 }])
})

void t.test('a connection of another tenant is not told of, whatever an event says', async t => {
  const { notices, events } = await open(t)
  await events.save({ type: 'connection.went-live', tenantId: acme.id, actor: 'operator', subject: globexOkta.id }, now)
  t.equal(await notices.take(now, after(60)), null)
})

void t.test('settings that wait are told of once a day, however often they are edited', async t => {
  const { notices, tell } = await open(t)
  for (const at of [now, after(60), after(120)]) await tell('connection.shadow-changed', acmeOkta.id, {}, at)
  await tell('connection.shadow-changed', acmeOkta.id, {}, after(86_400))
  t.not(await notices.take(after(86_400), after(99_999)), null)
  t.not(await notices.take(after(86_400), after(99_999)), null)
  t.equal(await notices.take(after(86_400), after(99_999)), null)
})

void t.test('of several that ask at once each gets another, and one that was left lying comes again', async t => {
  const { notices, tell } = await open(t)
  await tell('connection.promoted')
  await tell('connection.promoted', globexOkta.id)
  const taken = await Promise.all([1, 2, 3, 4].map(async () => await notices.take(now, after(60))))
  t.strictSame(taken.flatMap(one => one === null ? [] : [one.connectionId]).sort(), [acmeOkta.id, globexOkta.id])
  t.equal(await notices.take(after(59), after(60)), null)
  t.match(await notices.take(after(60), after(120)), { tries: 2 })
})

void t.test('what another replica is about to take is passed over, without waiting for it', async t => {
  const { notices, tell, database } = await open(t)
  await tell('connection.promoted')
  const other = await openOtherReplica(t, database)
  t.equal((await other.raw('select from notices where connection_id = $1 for update', [acmeOkta.id])).length, 1)
  // Whoever waited would never come back: the other one ends after these.
  t.equal(await notices.take(now, after(60)), null)
  await tell('connection.promoted', globexOkta.id, {}, after(1))
  t.match(await notices.take(after(1), after(60)), { connectionId: globexOkta.id, tries: 1 }, 'the next one, although the other is due for longer')
  t.equal(await notices.take(after(1), after(60)), null)
  await other.commit()
  t.match(await notices.take(after(1), after(60)), { connectionId: acmeOkta.id, tries: 1 }, 'and what was let go is there for anybody')
})

void t.test('what has been due for longest is taken first, whenever it was written', async t => {
  const { notices, tell } = await open(t)
  await tell('connection.promoted')
  await tell('connection.promoted', globexOkta.id, {}, after(1))
  const first = await notices.take(now, after(60))
  if (first === null) throw new Error('no notice')
  await notices.postpone(first, after(5))
  const order = [await notices.take(after(9), after(99)), await notices.take(after(9), after(99))]
  t.strictSame(order.map(one => one?.connectionId), [globexOkta.id, acmeOkta.id])
})

void t.test('whom a mail has reached is remembered, and a notice ends once', async t => {
  const { notices, tell } = await open(t)
  await tell('connection.promoted')
  const notice = await notices.take(now, after(60))
  if (notice === null) throw new Error('no notice')
  await notices.noteTold(notice, ada.id)
  await notices.postpone(notice, after(10))
  t.match(await notices.take(after(10), after(60)), { told: [ada.id] as readonly MemberId[], tries: 2 })
  t.strictSame(await Promise.all([notices.finish(notice), notices.finish(notice)]).then(ended => ended.toSorted()), [false, true])
  await notices.postpone(notice, after(10))
  t.equal(await notices.take(after(9_999), after(99_999)), null)
})

void t.test('secrets that end are found while people sign in with them, each warning once', async t => {
  const { notices, health, connections, raw } = await open(t)
  const day = 86_400
  await health.saveSecretExpiry(acme.id, acmeOkta.id, after(20 * day))
  await health.saveSecretExpiry(globex.id, globexOkta.id, after(40 * day))
  await health.saveSecretExpiry(acme.id, acmePreview.id, after(3 * day))
  await connections.change(acme.id, acmePreview.id, { clientAuthentication: 'private_key_jwt' }, now)
  await Promise.all([notices.noteExpiringSecrets(now), notices.noteExpiringSecrets(now)])
  await notices.noteExpiringSecrets(after(day))
  t.same(await raw('select connection_id as id, occasion from notices'), [{ id: acmeOkta.id, occasion: `secret ${after(20 * day).toISOString()} 30` }], 'by keys nothing ends')
  await notices.noteExpiringSecrets(after(15 * day))
  t.equal((await raw('select * from notices')).length, 3, 'the second of Acme, the first of Globex')
  await connections.move(globex.id, globexOkta.id, { move: 'retire' }, now)
  await notices.noteExpiringSecrets(after(35 * day))
  t.equal((await raw('select * from notices')).length, 3)
})

// Is a live connection changed beside itself, for tests alone, and then all at once or not at all?
import t from 'tap'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import { createConnections } from '../../src/postgres/connections.ts'
import { createShadows } from '../../src/postgres/shadows.ts'
import { Secret } from '../../src/secret.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, after, attemptOf, clientSecret, globex, now, setTheScene } from './cast.ts'

const wanted = { issuer: parseIssuer('https://id.acme.test'), issuerAliases: ['https://acme.okta.com'], clientId: '0oanew', clientSecret: new Secret('the-new-secret') }

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  const connections = createConnections(database.db, database.seal)
  const find = async () => await connections.find(acme.id, acmeOkta.id)
  /** What a login that begins now would be completed with; with an edit, a test of it. */
  const consumed = async (name: string, shadow?: number) => {
    const attempt = attemptOf(name)
    await stores.attempts.save(shadow === undefined ? attempt : { ...attempt, pending: { ...attempt.pending, purpose: { kind: 'test', shadow } } })
    const { connection, pending } = await stores.attempts.consume(attempt.stateHash) ?? {}
    return { issuer: connection?.issuer, clientId: connection?.clientId, version: connection?.version, secret: connection?.proofs.clientSecret?.reveal(), next: connection?.proofs.nextClientSecret?.reveal(), purpose: pending?.purpose }
  }
  return { ...stores, ...database, connections, shadows: createShadows(database.db, database.seal), find, consumed }
}

const old = { issuer: acmeOkta.issuer, clientId: acmeOkta.clientId, secret: clientSecret }
const fresh = { issuer: wanted.issuer, clientId: wanted.clientId, secret: 'the-new-secret' }

void t.test('what waits is seen by a test of it and by nobody else', async t => {
  const { shadows, connections, find, consumed, raw } = await open(t)
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: new Secret('next') }, now)
  t.match(await shadows.save(acme.id, acmeOkta.id, wanted, now), { ...acmeOkta, clientSecret: undefined, version: 2, shadow: { clientId: '0oanew', edit: 1, testedAt: null, replacesSecret: true } })
  t.match(await consumed('ordinary'), { ...old, next: 'next', version: 2, purpose: { kind: 'sign-in' } })
  t.match(await consumed('test', 1), { ...fresh, next: undefined, version: 2, purpose: { kind: 'test', shadow: 1 } })
  t.match(await find(), { issuer: acmeOkta.issuer, state: 'live', version: 2 }, 'logins under way go on')
  t.notMatch(JSON.stringify(await raw('select * from connections')), /the-new-secret/)
})

void t.test('a test of an edit that does not wait any more is a test of nothing', async t => {
  const { shadows, connections, consumed } = await open(t)
  await shadows.save(acme.id, acmeOkta.id, wanted, now)
  await shadows.save(acme.id, acmeOkta.id, { clientId: '0oanewer' }, now)
  t.match(await consumed('old edit', 1), { clientId: acmeOkta.clientId, version: NaN })
  t.equal(await connections.passTest(acme.id, acmeOkta.id, 1, now, 1), false)
  t.match(await consumed('new edit', 2), { ...fresh, clientId: '0oanewer' }, 'an edit adds to what waits')
  await shadows.drop(acme.id, acmeOkta.id, now)
  t.match(await consumed('dropped', 2), { version: NaN })
  await shadows.save(acme.id, acmeOkta.id, wanted, now)
  t.equal(await connections.passTest(acme.id, acmeOkta.id, 1, now, 1), false, 'the count goes on when what waited was dropped')
})

void t.test('it is promoted when a test has passed with it, whole, and then the old is gone', async t => {
  const { shadows, connections, find, consumed } = await open(t)
  await t.rejects(shadows.promote(acme.id, acmeOkta.id, now), { code: 'connection-state', detail: /No settings are waiting/ })
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: new Secret('next') }, now)
  await shadows.save(acme.id, acmeOkta.id, { ...wanted, secretExpiresAt: after(99) }, now)
  await t.rejects(shadows.promote(acme.id, acmeOkta.id, now), { code: 'connection-state', detail: /No test sign-in has passed/ })
  await connections.passTest(acme.id, acmeOkta.id, 2, after(1))
  await t.rejects(shadows.promote(acme.id, acmeOkta.id, now), { code: 'connection-state' }, 'a test of what is live proves nothing of what waits')
  t.equal(await connections.passTest(globex.id, acmeOkta.id, 2, now, 1), false)
  t.equal(await connections.passTest(acme.id, acmeOkta.id, 2, after(5), 1), true)
  t.match(await find(), { shadow: { testedAt: after(5).toISOString() } })
  t.equal(await shadows.promote(globex.id, acmeOkta.id, now), null)
  t.match(await shadows.promote(acme.id, acmeOkta.id, now), { before: { clientId: acmeOkta.clientId }, connection: { clientId: '0oanew', issuerAliases: ['https://acme.okta.com'], state: 'live', version: 3, testedAt: after(5).toISOString(), shadow: null } })
  t.match(await consumed('after'), { ...fresh, next: undefined, version: 3 })
  await t.rejects(shadows.promote(acme.id, acmeOkta.id, now), { code: 'connection-state' }, 'once')
})

void t.test('an edit after the test waits for another one', async t => {
  const { shadows, connections } = await open(t)
  await shadows.save(acme.id, acmeOkta.id, wanted, now)
  await connections.passTest(acme.id, acmeOkta.id, 1, now, 1)
  await shadows.save(acme.id, acmeOkta.id, { clientId: '0oaother' }, now)
  await t.rejects(shadows.promote(acme.id, acmeOkta.id, now), { code: 'connection-state' })
})

void t.test('without a secret of its own it goes on with the one that is there', async t => {
  const { shadows, connections, consumed } = await open(t)
  await shadows.save(acme.id, acmeOkta.id, { clientAuthentication: 'client_secret_post' }, now)
  t.match(await consumed('test', 1), old)
  await connections.passTest(acme.id, acmeOkta.id, 1, now, 1)
  t.match(await shadows.promote(acme.id, acmeOkta.id, now), { connection: { clientAuthentication: 'client_secret_post' } })
  t.match(await consumed('after'), old)
})

void t.test('only a live connection has settings that wait; a move, or an edit of the same things in front of everybody, drops them', async t => {
  const { shadows, connections, find } = await open(t)
  const wait = async () => await shadows.save(acme.id, acmeOkta.id, wanted, now)
  const waits = async () => (await find())?.shadow !== null
  await wait()
  await connections.change(acme.id, acmeOkta.id, { groupsClaim: 'groups' }, now)
  t.ok(await waits())
  for (const changes of [{ clientId: '0oaelse' }, { clientSecret: new Secret('else') }]) {
    await wait()
    await connections.change(acme.id, acmeOkta.id, changes, now)
    t.notOk(await waits())
  }
  await wait()
  await connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now)
  t.notOk(await waits())
  await t.rejects(wait(), { code: 'connection-state' })
  t.equal(await shadows.save(globex.id, acmeOkta.id, wanted, now), null)
  t.equal(await shadows.drop(acme.id, acmeOkta.id, now), false)
})

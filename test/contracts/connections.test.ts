// What do operators rely on when they keep the connections of a tenant?
import t from 'tap'
import { createConnections } from '../../src/postgres/connections.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import { generateKey } from '../../src/postgres/signing-keys.ts'
import { Secret } from '../../src/secret.ts'
import type { ConnectionId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, after, attemptOf, bob, clientSecret, globex, globexOkta, identityAt, now, setTheScene } from './cast.ts'

const draftId = 'con-draft' as ConnectionId
const draftClientId = '0oa2acme5northwind5d7'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  const connections = createConnections(database.db, database.seal)
  await connections.save({ ...acmeOkta, id: draftId, clientId: draftClientId }, after(9))
  return { ...stores, ...database, connections }
}

void t.test('a new connection is a draft of version 1 with no pilot, whatever else is said of it', async t => {
  const { connections } = await open(t)
  const { clientSecret: _, ...given } = acmeOkta
  t.same(await connections.find(acme.id, draftId), { ...given, id: draftId, clientId: draftClientId, state: 'draft', version: 1, issuerAliases: [], groupRoles: [], pilotEmails: [], testedAt: null, goLiveAt: null, shadow: null })
  t.same((await connections.list(acme.id)).map(one => one.id), ['con-acme', 'con-acme-preview', 'con-draft'])
})

void t.test("a tenant sees, changes, moves and removes its own connections only, and none is made in another's name", async t => {
  const { connections } = await open(t)
  t.equal(await connections.find(globex.id, acmeOkta.id), null)
  t.equal(await connections.change(globex.id, acmeOkta.id, { clientId: 'stolen' }, now), null)
  t.equal(await connections.move(globex.id, acmeOkta.id, { move: 'retire' }, now), null)
  t.equal(await connections.remove(globex.id, acmeOkta.id), false)
  t.match(await connections.find(acme.id, acmeOkta.id), { clientId: acmeOkta.clientId, state: 'live', version: 1 })
  await t.rejects(connections.save({ ...globexOkta, id: acmeOkta.id }, now), 'an id is used once, in whatever tenant')
})

void t.test('every change moves the version, and a move of the state does not', async t => {
  const { connections } = await open(t)
  t.match(await connections.change(acme.id, acmeOkta.id, { scopes: ['groups'], groupsClaim: 'groups', endsOktaSession: true, issuer: parseIssuer('https://acme2.okta.com') }, now),
    { version: 2, scopes: ['groups'], groupsClaim: 'groups', endsOktaSession: true, issuer: 'https://acme2.okta.com', clientId: acmeOkta.clientId })
  t.match(await connections.change(acme.id, acmeOkta.id, { clientSecret: new Secret('another') }, now), { version: 3 })
  t.match(await connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now), { before: 'live', connection: { state: 'retired', version: 3 } })
})

void t.test('of many changes at once none is lost', async t => {
  const { connections } = await open(t)
  await Promise.all(Array.from({ length: 8 }, async (_, number) => await connections.change(acme.id, acmeOkta.id, { clientId: `c${number}` }, now)))
  t.match(await connections.find(acme.id, acmeOkta.id), { version: 9 })
})

void t.test('a connection goes from draft to live and back to what it was before', async t => {
  const { connections } = await open(t)
  const move = async (...args: Parameters<typeof connections.move> extends [unknown, unknown, infer Move, unknown] ? [Move] : never) =>
    (await connections.move(acme.id, draftId, args[0], now))?.connection.state
  t.equal(await move({ move: 'verify', provenance: 'operator' }), 'verified')
  t.equal(await move({ move: 'go-live' }), 'live')
  t.equal(await move({ move: 'rollback' }), 'verified')
  t.equal(await move({ move: 'pilot', pilotEmails: ['ada@acme.test'] }), 'pilot')
  t.equal(await move({ move: 'pilot', pilotEmails: ['ada@acme.test', 'bob@acme.test'] }), 'pilot', 'which is how its people change')
  t.same((await connections.find(acme.id, draftId))?.pilotEmails, ['ada@acme.test', 'bob@acme.test'])
  t.equal(await move({ move: 'go-live' }), 'live')
  t.equal(await move({ move: 'rollback' }), 'pilot')
  t.same((await connections.find(acme.id, draftId))?.pilotEmails, ['ada@acme.test', 'bob@acme.test'], 'with the people that it had')
  t.equal(await move({ move: 'retire' }), 'retired')
})

void t.test('an illegal move is refused and changes nothing', async t => {
  const { connections } = await open(t)
  for (const move of ['pilot', 'go-live', 'rollback'] as const) await t.rejects(connections.move(acme.id, draftId, { move, pilotEmails: ['eve@acme.test'] }, now), { code: 'connection-state' })
  t.match(await connections.find(acme.id, draftId), { state: 'draft', pilotEmails: { length: 0 } })
  await connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now)
  await t.rejects(connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now), { code: 'connection-state' }, 'one go-live is undone once')
})

void t.test('of two who move a connection at once, the second sees what the first has done', async t => {
  const { connections } = await open(t)
  const results = await Promise.allSettled([1, 2].map(async () => await connections.move(acme.id, draftId, { move: 'verify', provenance: 'operator' }, now)))
  t.same(results.map(result => result.status).sort(), ['fulfilled', 'rejected'])
})

void t.test('a connection is taken for good on a test that its settings have passed, and on no other', async t => {
  const { connections, raw } = await open(t)
  await t.rejects(connections.move(acme.id, draftId, { move: 'verify' }, now), { code: 'connection-state', detail: /No test sign-in has passed/ })
  t.equal(await connections.passTest(globex.id, draftId, 1, now), false, 'another tenant passes nothing here')
  t.equal(await connections.passTest(acme.id, draftId, 2, now), false)
  t.equal(await connections.passTest(acme.id, draftId, 1, after(5)), true)
  t.match(await connections.find(acme.id, draftId), { testedAt: after(5).toISOString(), version: 1 })
  await connections.change(acme.id, draftId, { scopes: ['openid', 'groups'] }, now)
  t.match(await connections.find(acme.id, draftId), { testedAt: null }, 'an edit is another connection')
  await t.rejects(connections.move(acme.id, draftId, { move: 'verify' }, now), { code: 'connection-state' })
  await connections.passTest(acme.id, draftId, 2, after(9))
  t.match(await connections.move(acme.id, draftId, { move: 'verify' }, now), { before: 'draft', connection: { state: 'verified', testedAt: after(9).toISOString() } })
  t.same(await raw("select verified_provenance from connections where id = 'con-draft'"), [{ verified_provenance: 'test-sign-in' }])
})

void t.test('nobody takes a connection for good whose app in Okta is not known yet', async t => {
  const { connections } = await open(t)
  await connections.change(acme.id, draftId, { clientId: '' }, now)
  await t.rejects(connections.move(acme.id, draftId, { move: 'verify', provenance: 'operator' }, now), { code: 'connection-incomplete' })
})

void t.test('an edit that leads elsewhere makes a verified connection a draft; one that does not, and one of a live one, does not', async t => {
  const { connections } = await open(t)
  const state = async () => (await connections.find(acme.id, draftId))?.state
  for (const [changes, expected] of [
    [{ issuer: parseIssuer('https://acme9.okta.com') }, 'draft'],
    [{ clientId: '0oanew' }, 'draft'],
    [{ clientAuthentication: 'private_key_jwt' }, 'draft'],
    [{ clientId: '0oanew' }, 'verified'],
    [{ scopes: ['openid'], groupsClaim: 'groups', clientSecret: new Secret('rotated') }, 'verified']
  ] as const) {
    if (await state() === 'draft') await connections.move(acme.id, draftId, { move: 'verify', provenance: 'operator' }, now)
    t.match(await connections.change(acme.id, draftId, changes, now), { state: expected }, JSON.stringify(changes))
  }
  await connections.move(acme.id, draftId, { move: 'pilot', pilotEmails: ['ada@acme.test'] }, now)
  t.match(await connections.change(acme.id, draftId, { clientId: '0oaother' }, now), { state: 'draft' })
  t.match(await connections.change(acme.id, acmeOkta.id, { clientId: '0oaother' }, now), { state: 'live' })
})

void t.test('client secrets are sealed: no row holds them, and they open in their own row only', async t => {
  const { connections, attempts, raw } = await open(t)
  const next = 'northwind-at-acme-next_0123456789abcdefghij'
  await connections.change(acme.id, draftId, { nextClientSecret: new Secret(next) }, now)
  const rows = JSON.stringify(await raw('select * from connections'))
  t.notMatch(rows, clientSecret)
  t.notMatch(rows, next)
  t.notMatch(rows, Buffer.from(clientSecret).toString('base64url'))
  await connections.change(globex.id, globexOkta.id, { clientSecret: new Secret('of globex') }, now)
  await raw("update connections set client_secret_sealed = (select client_secret_sealed from connections where id = 'con-globex') where id = 'con-acme'")
  await attempts.save(attemptOf('one'))
  await t.rejects(attempts.consume(attemptOf('one').stateHash), { name: 'SealBroken' }, "another tenant's secret does not open here")
})

void t.test('a secret that is changed is the one that is used; one that is taken back is gone', async t => {
  const { connections, attempts, raw } = await open(t)
  await connections.change(acme.id, acmeOkta.id, { clientSecret: new Secret('changed'), nextClientSecret: new Secret('next') }, now)
  await attempts.save(attemptOf('one'))
  t.equal((await attempts.consume(attemptOf('one').stateHash))?.connection.proofs.clientSecret?.reveal(), 'changed')
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: null }, now)
  t.same(await raw("select next_client_secret_sealed from connections where id = 'con-acme'"), [{ next_client_secret_sealed: null }])
})

void t.test('a connection that was never given a secret has none', async t => {
  const { connections, attempts } = await open(t)
  const id = 'con-bare' as ConnectionId
  await connections.save({ ...acmeOkta, id, clientId: '0oa3acme5northwind5d7', clientSecret: null }, now)
  await attempts.save(attemptOf('one', { ...acmeOkta, id }))
  t.strictSame((await attempts.consume(attemptOf('one').stateHash))?.connection.proofs, { clientSecret: null, nextClientSecret: null, clientKey: null })
})

void t.test('what signs people in is retired before it is removed', async t => {
  const { connections } = await open(t)
  t.equal(await connections.remove(acme.id, acmeOkta.id), false)
  t.match(await connections.find(acme.id, acmeOkta.id), { state: 'live' })
  await connections.move(acme.id, draftId, { move: 'verify', provenance: 'operator' }, now)
  await connections.move(acme.id, draftId, { move: 'pilot', pilotEmails: [] }, now)
  t.equal(await connections.remove(acme.id, draftId), false)
})

void t.test('with a connection go the identities that it brought', async t => {
  const { connections, identities } = await open(t)
  await connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)
  await identities.link(acme.id, identityAt(acmeOkta, '00u1'), bob.id, now)
  t.equal(await connections.remove(acme.id, acmeOkta.id), true)
  t.equal(await connections.remove(acme.id, acmeOkta.id), false)
  t.equal((await identities.find(acme.id, identityAt(acmeOkta, '00u1'), null)).known, null)
})

void t.test('a connection has one key pair, whose private half opens in its own row only', async t => {
  const { connections, attempts, raw } = await open(t)
  await connections.saveClientKey(acme.id, acmeOkta.id, await generateKey('key-one'), now)
  await connections.saveClientKey(acme.id, acmeOkta.id, await generateKey('key-two'), now)
  const [published] = await connections.findClientKeys(acmeOkta.id) ?? []
  t.match(published, { kid: 'key-one', kty: 'EC', alg: 'ES256', use: 'sig' })
  t.notMatch(JSON.stringify(await raw('select * from client_keys')), /"d"/)
  await attempts.save(attemptOf('one'))
  t.equal((await attempts.consume(attemptOf('one').stateHash))?.connection.proofs.clientKey?.kid, 'key-one')
  await connections.saveClientKey(globex.id, globexOkta.id, await generateKey('key-one'), now)
  await raw("update client_keys set private_jwk_sealed = (select private_jwk_sealed from client_keys where connection_id = 'con-globex') where connection_id = 'con-acme'")
  await attempts.save(attemptOf('two'))
  await t.rejects(attempts.consume(attemptOf('two').stateHash), { name: 'SealBroken' }, "another tenant's key does not open here")
  t.equal(await connections.findClientKeys('con-nobody'), null)
  await t.rejects(connections.saveClientKey(globex.id, acmeOkta.id, await generateKey('key-three'), now), 'and no tenant gives a key to another\'s connection')
})

void t.test('the second secret becomes the first, once, and logins under way go on', async t => {
  const { connections, attempts } = await open(t)
  t.equal(await connections.promoteSecret(acme.id, acmeOkta.id, now), false, 'there is none')
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: new Secret('next') }, now)
  const before = await connections.find(acme.id, acmeOkta.id)
  t.equal(await connections.promoteSecret(globex.id, acmeOkta.id, now), false, 'not by another tenant')
  t.same(await Promise.all([connections.promoteSecret(acme.id, acmeOkta.id, now), connections.promoteSecret(acme.id, acmeOkta.id, now)]).then(done => done.filter(Boolean).length), 1)
  t.equal((await connections.find(acme.id, acmeOkta.id))?.version, before?.version)
  await attempts.save(attemptOf('one'))
  t.match((await attempts.consume(attemptOf('one').stateHash))?.connection.proofs, { clientSecret: { reveal: Function }, nextClientSecret: null })
})

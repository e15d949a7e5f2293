// What does the daily look at the connections rely on?
import t from 'tap'
import { openProofs } from '../../src/postgres/client-proofs.ts'
import { createConnectionHealth } from '../../src/postgres/connection-health.ts'
import { createConnections } from '../../src/postgres/connections.ts'
import { createShadows } from '../../src/postgres/shadows.ts'
import { generateKey } from '../../src/postgres/signing-keys.ts'
import { Secret } from '../../src/secret.ts'
import type { KeptPreflight } from '../../src/okta/preflight.ts'
import type { ConnectionId } from '../../src/tenant/id.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { openOtherReplica } from '../postgres/other-replica.ts'
import { acme, acmeOkta, acmePreview, after, clientSecret, globex, globexOkta, now, setTheScene } from './cast.ts'

const report = (at: Date): KeptPreflight => ({ passed: false, at, findings: [{ check: 'credentials', outcome: 'failed', code: 'client-secret-wrong', message: 'Okta did not accept it.', remedy: null }] })

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  await setTheScene(openStores(database))
  return { ...database, database, connections: createConnections(database.db, database.seal), health: createConnectionHealth(database.db, openProofs(database.seal)), shadows: createShadows(database.db, database.seal) }
}

void t.test('a report is read as it was saved, by its own tenant, and is no change of the connection', async t => {
  const { health, connections } = await open(t)
  t.strictSame(await health.find(acme.id, acmeOkta.id), { clientSecretExpiresAt: null, preflight: null, shadowPreflight: null })
  const before = await connections.find(acme.id, acmeOkta.id)
  await health.savePreflight(acme.id, acmeOkta.id, report(now))
  await health.savePreflight(globex.id, acmeOkta.id, report(after(1)))
  await health.saveSecretExpiry(acme.id, acmeOkta.id, after(86_400))
  await health.saveSecretExpiry(globex.id, acmeOkta.id, null)
  t.strictSame(await health.find(acme.id, acmeOkta.id), { clientSecretExpiresAt: after(86_400), preflight: report(now), shadowPreflight: null })
  t.equal(await health.find(globex.id, acmeOkta.id), null)
  t.equal(await health.findToCheck(globex.id, acmeOkta.id), null)
  t.strictSame(await connections.find(acme.id, acmeOkta.id), before, 'logins under way go on')
})

void t.test('what is to be checked comes with everything that it proves itself by', async t => {
  const { health, connections } = await open(t)
  t.match(await health.findToCheck(acme.id, acmeOkta.id), { connection: { id: acmeOkta.id, state: 'live', proofs: { nextClientSecret: null, clientKey: null } } })
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: new Secret('the next one') }, now)
  await connections.saveClientKey(acme.id, acmeOkta.id, await generateKey('key-acme'), now)
  const found = await health.findToCheck(acme.id, acmeOkta.id)
  t.equal(found?.connection.proofs.clientSecret?.reveal(), clientSecret)
  t.equal(found?.connection.proofs.nextClientSecret?.reveal(), 'the next one')
  t.equal(found?.connection.proofs.clientKey?.kid, 'key-acme')
})

void t.test('what waits is checked with what it would prove itself by, and its report counts for that edit alone', async t => {
  const { health, shadows, connections } = await open(t)
  t.equal(await health.findShadowToCheck(acme.id, acmeOkta.id), null)
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: new Secret('the next one') }, now)
  await health.saveSecretExpiry(acme.id, acmeOkta.id, after(9))
  await shadows.save(acme.id, acmeOkta.id, { clientId: '0oaother' }, now)
  const first = await health.findShadowToCheck(acme.id, acmeOkta.id)
  t.match(first, { connection: { id: acmeOkta.id, clientId: '0oaother', issuer: acmeOkta.issuer, proofs: { nextClientSecret: null, clientKey: null } }, edit: 1 })
  t.strictSame(first?.clientSecretExpiresAt, after(9), 'with its date')
  t.equal(first?.connection.proofs.clientSecret?.reveal(), clientSecret, 'without a new secret it is the old one')
  t.equal(await health.findShadowToCheck(globex.id, acmeOkta.id), null)

  await health.saveShadowPreflight(acme.id, acmeOkta.id, 1, report(now))
  await health.saveShadowPreflight(globex.id, acmeOkta.id, 1, report(after(1)))
  t.strictSame(await health.find(acme.id, acmeOkta.id), { clientSecretExpiresAt: after(9), preflight: null, shadowPreflight: report(now) })
  await shadows.save(acme.id, acmeOkta.id, { clientSecret: new Secret('another one'), secretExpiresAt: after(99) }, now)
  await connections.saveClientKey(acme.id, acmeOkta.id, await generateKey('key-acme'), now)
  const second = await health.findShadowToCheck(acme.id, acmeOkta.id)
  t.equal(second?.edit, 2)
  t.strictSame(second?.clientSecretExpiresAt, after(99))
  t.equal(second?.connection.proofs.clientSecret?.reveal(), 'another one')
  t.equal(second?.connection.proofs.clientKey?.kid, 'key-acme')
  t.match(await health.find(acme.id, acmeOkta.id), { shadowPreflight: null })
  await health.saveShadowPreflight(acme.id, acmeOkta.id, 1, report(now))
  t.match(await health.find(acme.id, acmeOkta.id), { shadowPreflight: null }, 'one that took too long says nothing of what came after')
  await health.saveShadowPreflight(acme.id, acmeOkta.id, 2, report(now))
  await health.saveShadowPreflight(acme.id, acmeOkta.id, 1, report(after(3)))
  t.strictSame((await health.find(acme.id, acmeOkta.id))?.shadowPreflight, report(now), 'nor does it take the place of what was found of that')
  await shadows.drop(acme.id, acmeOkta.id, now)
  t.match(await health.find(acme.id, acmeOkta.id), { shadowPreflight: null })
})

void t.test('the date belongs to the first secret: with another, entered or promoted, it is gone', async t => {
  const { health, connections } = await open(t)
  const date = async () => (await health.find(acme.id, acmeOkta.id))?.clientSecretExpiresAt
  await health.saveSecretExpiry(acme.id, acmeOkta.id, after(9))
  await connections.change(acme.id, acmeOkta.id, { nextClientSecret: new Secret('the next one') }, now)
  t.strictSame(await date(), after(9))
  await connections.promoteSecret(acme.id, acmeOkta.id, now)
  t.equal(await date(), null)
  await health.saveSecretExpiry(acme.id, acmeOkta.id, after(9))
  await connections.change(acme.id, acmeOkta.id, { clientSecret: new Secret('another one') }, now)
  t.equal(await date(), null)
})

void t.test('live connections are due a day after the last look, longest ago first, and others never', async t => {
  const { health, connections } = await open(t)
  await connections.save({ ...acmeOkta, id: 'con-draft' as ConnectionId, clientId: '0oa2acme5northwind5d7' }, now)
  await health.savePreflight(acme.id, acmeOkta.id, report(after(-200)))
  await health.savePreflight(acme.id, acmePreview.id, report(after(-50)))
  const ids = async (before: Date, limit = 10) => (await health.claimDue(before, now, limit)).map(({ id }) => id).sort()
  t.strictSame(await ids(after(-100), 1), [globexOkta.id], 'never looked at')
  t.strictSame(await ids(after(-100)), [acmeOkta.id])
  t.strictSame(await ids(after(-100)), [], 'all taken')
  t.strictSame((await health.find(acme.id, acmeOkta.id))?.preflight?.at, after(-200), 'the report says when it was made')
})

void t.test('what another replica is about to look at is passed over, without waiting for it', async t => {
  const { health, database } = await open(t)
  const other = await openOtherReplica(t, database)
  await other.raw('select from connections where id = $1 for update', [acmeOkta.id])
  t.strictSame((await health.claimDue(after(-100), now, 10)).map(({ id }) => id).sort(), [acmePreview.id, globexOkta.id].sort())
  await other.commit()
  t.strictSame(await health.claimDue(after(-100), now, 10), [{ tenantId: acme.id, id: acmeOkta.id }])
})

void t.test('replicas that ask at once get different ones', async t => {
  const { health } = await open(t)
  const claimed = (await Promise.all(Array.from({ length: 6 }, async () => await health.claimDue(after(-100), now, 1)))).flat().map(({ id }) => id)
  t.equal(new Set(claimed).size, claimed.length)
  const rest = await health.claimDue(after(-100), now, 10)
  t.strictSame([...claimed, ...rest.map(({ id }) => id)].sort(), [acmeOkta.id, acmePreview.id, globexOkta.id].sort())
})

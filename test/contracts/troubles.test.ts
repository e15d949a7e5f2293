// What does an operator rely on who looks for somebody that cannot sign in?
import t from 'tap'
import { createConnectionHealth } from '../../src/postgres/connection-health.ts'
import { openProofs } from '../../src/postgres/client-proofs.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import { createTroubles } from '../../src/postgres/troubles.ts'
import type { FailedStart } from '../../src/tenant/attempt.ts'
import { openFreshDatabase, openStores, sealingKey } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, acmePreview, ada, after, attemptOf, bob, globex, globexOkta, gus, now, setTheScene, signInOf } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  return { ...stores, troubles: createTroubles(database.db), health: createConnectionHealth(database.db, openProofs(createSeal([sealingKey]))) }
}

const failed = (reference: string, more: Partial<FailedStart> = {}): FailedStart => ({ tenantId: acme.id, connectionId: acmeOkta.id, reference, door: 'login', loginHint: 'ada@acme.test', outcome: 'refused', code: 'user-not-assigned', steps: [], at: now, ...more })

void t.test('tenants with logins that ended badly lately come first, the latest first; tests of a setup and what is older do not count', async t => {
  const { attempts, sessions, troubles } = await open(t)
  await attempts.saveFailedStart(failed('old', { at: after(-90_000) }))
  await attempts.saveFailedStart(failed('test', { door: 'setup' }))
  t.strictSame(await troubles.listTenants(after(-86_400), 10), [])
  await attempts.saveFailedStart(failed('a', { at: after(10) }))
  await attempts.saveFailedStart(failed('b', { at: after(20), outcome: 'failed', code: 'provider-timeout' }))
  await attempts.saveFailedStart(failed('c', { at: after(30), tenantId: globex.id, connectionId: globexOkta.id }))
  await attempts.save(attemptOf('good'))
  const { idHash, session, signIn } = signInOf('good')
  await sessions.save(idHash, session, signIn)
  t.strictSame(await troubles.listTenants(after(-86_400), 10), [
    { slug: 'globex', name: 'Globex', ended: 1, signedIn: 0, lastAt: after(30) },
    { slug: 'acme', name: 'Acme', ended: 2, signedIn: 1, lastAt: after(20) }
  ])
  t.match(await troubles.listTenants(after(-86_400), 1), { length: 1 })
  t.strictSame(await troubles.countCodes(after(-86_400)), [{ code: 'user-not-assigned', times: 2, tenants: 2 }, { code: 'provider-timeout', times: 1, tenants: 1 }])
})

void t.test('a connection needs a look when people use it and its check has failed, or when its secret ends soon', async t => {
  const { health, connections, troubles } = await open(t)
  t.strictSame(await troubles.listConnections(after(1000), 10), [])
  const report = { passed: false, findings: [], at: now }
  await health.savePreflight(acme.id, acmeOkta.id, report)
  await health.savePreflight(globex.id, globexOkta.id, { ...report, passed: true })
  await health.saveSecretExpiry(globex.id, globexOkta.id, after(999))
  await health.saveSecretExpiry(acme.id, acmeOkta.id, after(1001))
  t.match(await troubles.listConnections(after(1000), 10), [
    { id: globexOkta.id, tenant: { slug: 'globex', name: 'Globex' }, issuer: globexOkta.issuer, state: 'live', preflightFailed: false, secretExpiresAt: after(999).toISOString() },
    { id: acmeOkta.id, tenant: { slug: 'acme' }, preflightFailed: true, secretExpiresAt: null }
  ])
  await health.savePreflight(acme.id, acmePreview.id, report)
  for (const { tenantId, id } of [acmeOkta, acmePreview, globexOkta]) await connections.move(tenantId, id, { move: 'retire' }, now)
  t.strictSame(await troubles.listConnections(after(1000), 10), [], 'nobody depends on what is retired')
})

void t.test('somebody is found by their address, at whichever tenant, with the logins at which it was typed', async t => {
  const { attempts, members, troubles } = await open(t)
  await members.change(globex.id, gus.id, { email: ada.email }, now)
  await attempts.saveFailedStart(failed('a', { at: after(1) }))
  await attempts.saveFailedStart(failed('b', { at: after(2), tenantId: globex.id, connectionId: null }))
  await attempts.saveFailedStart(failed('c', { loginHint: 'bob@acme.test' }))
  t.match(await troubles.findMembers(ada.email, 10), [{ id: ada.id, tenant: { slug: 'acme', name: 'Acme' } }, { id: gus.id, tenant: { slug: 'globex' } }])
  t.match((await troubles.findAttempts(ada.email, 10)).map(({ reference }) => reference), ['b', 'a'])
  t.strictSame(await troubles.findMembers('nobody@acme.test', 10), [])
})

void t.test('the logins of a member are those that were theirs and those at which their address was typed, of their tenant alone', async t => {
  const { attempts, sessions, troubles } = await open(t)
  await attempts.save({ ...attemptOf('tile'), loginHint: null })
  const { idHash, session, signIn } = signInOf('tile', bob)
  await sessions.save(idHash, session, signIn)
  await attempts.saveFailedStart(failed('typed', { loginHint: bob.email, at: after(5) }))
  await attempts.saveFailedStart(failed('elsewhere', { loginHint: bob.email, tenantId: globex.id, connectionId: globexOkta.id }))
  await attempts.saveFailedStart(failed('of-ada'))
  t.strictSame((await troubles.listAttemptsOf(acme.id, bob, 10)).map(({ reference }) => reference), ['typed', 'tile'])
})

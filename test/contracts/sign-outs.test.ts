// Do PostgreSQL and its double keep the contract of sign-outs?
import t from 'tap'
import { createSignOuts } from '../../src/postgres/sign-outs.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import { Secret } from '../../src/secret.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, after, bob, now, setTheScene, signInOf } from './cast.ts'
import { signOutsContract } from './sign-outs-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(signOutsContract)

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  for (const name of ['one', 'other']) {
    const { idHash, session, signIn } = signInOf(name)
    await stores.sessions.save(idHash, session, signIn)
  }
  await database.raw('delete from events')
  return { ...database, ...stores }
}

const [one, other] = [signInOf('one').idHash, signInOf('other').idHash]

void t.test('the audit event is written in the statement that ends the sign-in: both or neither', async t => {
  const { signOuts, sessions, raw, statements } = await open(t)
  const before = statements.length
  await signOuts.save(one, after(1), '192.0.2.7')
  t.equal(statements.length, before + 1)
  const events = await raw('select * from events')
  t.equal(events.length, 1)
  t.match(events, [{ at: after(1).toISOString(), type: 'member.signed-out', tenant_id: acme.id, actor: bob.id, address: '192.0.2.7', subject: 'sin-one', reference: null }])
  t.strictSame(events[0]?.['details'], {})
  await signOuts.save(one, after(2), '192.0.2.7')
  t.equal((await raw('select * from events')).length, 1, 'and for nothing, nothing')
  await raw('alter table events add check (false) not valid')
  await t.rejects(signOuts.save(other, after(3), '192.0.2.7'))
  await t.rejects(signOuts.saveEverywhere(other, after(3), '192.0.2.7'))
  t.not(await sessions.find(other), null)
})

void t.test('one event says how many ended everywhere', async t => {
  const { signOuts, raw, statements } = await open(t)
  const before = statements.length
  await signOuts.saveEverywhere(one, after(1), '192.0.2.7')
  t.equal(statements.length, before + 1)
  t.match(await raw('select * from events'), [{ at: after(1).toISOString(), type: 'member.signed-out-everywhere', tenant_id: acme.id, actor: bob.id, address: '192.0.2.7', subject: bob.id, details: { ended: 2 } }])
})

void t.test('a sealing key that is lost does not keep anybody signed in', async t => {
  const { db, sessions } = await open(t)
  const withoutKey = createSignOuts(db, createSeal([{ id: 'two', key: new Secret(Buffer.alloc(32, 7).toString('base64')) }]), () => 'evt-one')
  t.match(await withoutKey.save(one, now, null), { signInId: 'sin-one', idToken: null })
  t.equal(await sessions.find(one), null)
})

// Who steals the tables: do they hold anything that opens a door? Only hashes of states and session ids, and sealed ID tokens.
import t from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import { createSessions } from '../../src/postgres/sessions.ts'
import { openFreshDatabase, openStores, sealingKey } from '../postgres/fresh-database.ts'
import { attemptOf, setTheScene, signInOf } from './cast.ts'

const tables = ['tenants', 'domains', 'connections', 'members', 'identities', 'pending_attempts', 'attempts', 'sign_ins', 'sessions', 'events']

void t.test('no state, nonce, verifier, session id or ID token is in any table, and their hashes are', async t => {
  const database = await openFreshDatabase(t)
  const stores = openStores(database)
  await setTheScene(stores)
  await stores.attempts.save(attemptOf('one'))
  await stores.attempts.save(attemptOf('two'))
  const { idHash, session, signIn } = signInOf('one')
  await stores.sessions.save(idHash, session, signIn)
  const everything = JSON.stringify(await Promise.all(tables.map(async table => await database.raw(`select * from ${table}`))))
  for (const secret of ['state of one', 'nonce of one', 'verifier of one', 'session of one', 'id-token-of-one']) {
    t.notMatch(everything, secret)
    t.notMatch(everything, Buffer.from(secret).toString('base64url'))
  }
  for (const hash of [hashOf('state of one'), hashOf('session of one')]) t.match(everything, hash)
})

void t.test('an ID token opens in its own row only, and a key that is lost costs the way on to Okta and not the sign-out', async t => {
  const database = await openFreshDatabase(t)
  const stores = openStores(database)
  await setTheScene(stores)
  for (const name of ['one', 'other', 'third']) {
    const { idHash, session, signIn } = signInOf(name)
    await stores.sessions.save(idHash, session, signIn)
  }
  await database.raw("update sign_ins set id_token_sealed = (select id_token_sealed from sign_ins where id = 'sin-one') where id = 'sin-other'")
  t.match(await stores.sessions.revoke(signInOf('other').idHash), { signInId: 'sin-other', idToken: null })
  const withoutKey = createSessions(database.db, createSeal([{ ...sealingKey, id: 'new' }]), () => 'evt-one')
  t.match(await withoutKey.revoke(signInOf('third').idHash), { signInId: 'sin-third', idToken: null })
  t.equal((await stores.sessions.revoke(signInOf('one').idHash))?.idToken?.reveal(), 'id-token-of-one')
})

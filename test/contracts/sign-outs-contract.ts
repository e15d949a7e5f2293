// What does everybody who signs people out rely on?
import type { Test } from 'tap'
import type { Member } from '../../src/tenant/member.ts'
import { acme, acmeOkta, ada, after, bob, globexOkta, gus, now, signInOf } from './cast.ts'
import type { OpenStores } from './stand-ins.ts'
import type { LoginStores } from '../world/doubles/memory-stores.ts'

async function signIn (stores: LoginStores, name: string, member?: Member, connection = acmeOkta): Promise<string> {
  const made = signInOf(name, member, connection)
  await stores.sessions.save(made.idHash, made.session, made.signIn)
  return made.idHash
}

export function signOutsContract (t: Test, open: OpenStores): void {
  void t.test('signing out ends the sign-in of that browser alone, once, and gives back what Okta needs to end its own', async t => {
    const stores = await open(t)
    const [idHash, elsewhere] = [await signIn(stores, 'one'), await signIn(stores, 'elsewhere')]
    const ended = await stores.signOuts.save(idHash, after(60), '192.0.2.7')
    t.match(ended, { tenantId: acme.id, memberId: bob.id, signInId: 'sin-one', connectionId: acmeOkta.id })
    t.equal(ended?.idToken?.reveal(), 'id-token-of-one')
    t.equal(await stores.sessions.find(idHash), null)
    t.not(await stores.sessions.find(elsewhere), null)
    t.equal(await stores.signOuts.save(idHash, now, '192.0.2.7'), null)
    t.equal(await stores.signOuts.save('nobody', now, '192.0.2.7'), null)
  })

  void t.test('signing out everywhere ends every sign-in of the member, and nobody else\'s', async t => {
    const stores = await open(t)
    const [here, phone] = [await signIn(stores, 'here'), await signIn(stores, 'phone')]
    const [adas, guss] = [await signIn(stores, 'ada', ada), await signIn(stores, 'gus', gus, globexOkta)]
    const ended = await stores.signOuts.saveEverywhere(here, after(60), '192.0.2.7')
    t.match(ended, { tenantId: acme.id, memberId: bob.id, signInId: 'sin-here', connectionId: acmeOkta.id })
    t.equal(ended?.idToken?.reveal(), 'id-token-of-here', 'of this browser, which alone can go on to Okta')
    t.same([await stores.sessions.find(here), await stores.sessions.find(phone)], [null, null])
    for (const other of [adas, guss]) t.not(await stores.sessions.find(other), null)
    t.equal(await stores.signOuts.saveEverywhere(phone, now, '192.0.2.7'), null, 'from a browser that is signed out already')
    t.equal(await stores.signOuts.saveEverywhere('nobody', now, '192.0.2.7'), null)
  })

  void t.test('of twenty who do it at once, one has done it', async t => {
    const stores = await open(t)
    const idHash = await signIn(stores, 'one')
    await signIn(stores, 'other')
    const ended = await Promise.all(Array.from({ length: 20 }, async (_, n) => await stores.signOuts[n % 2 === 0 ? 'save' : 'saveEverywhere'](idHash, now, null)))
    t.equal(ended.filter(one => one !== null).length, 1)
  })
}

// Is a sign-in over when somebody signs out, whatever else goes wrong?
import t from 'tap'
import { endSignIn, postLogoutRedirectUriOf } from '../../src/flows/end-sign-in.ts'
import { OidcRefusal } from '../../src/oidc/refusal.ts'
import { Outage } from '../../src/outage.ts'
import { acme, acmeOkta, ada, bob, now, setTheScene, signInOf } from '../contracts/cast.ts'
import { createMemoryStores } from '../world/doubles/memory-stores.ts'
import { createFakeOkta } from './fake-okta.ts'

const { idHash } = signInOf('one')

async function open (options: { endsOktaSession: boolean, idToken?: boolean } = { endsOktaSession: true }) {
  const stores = createMemoryStores()
  await setTheScene(stores)
  await stores.connections.change(acme.id, acmeOkta.id, { endsOktaSession: options.endsOktaSession }, now)
  const { session, signIn } = signInOf('one')
  await stores.sessions.save(idHash, session, options.idToken === false ? { ...signIn, idToken: null } : signIn)
  stores.tables.events.length = 0
  const okta = createFakeOkta(() => now)
  const forgotten: string[] = []
  const needs = {
    signOuts: stores.signOuts,
    sessions: { forget: (hash: string) => { forgotten.push(hash) } },
    connections: stores.connections,
    idp: okta.idp,
    publicUrl: 'https://login.northwind.test',
    now: () => now
  }
  const end = endSignIn(needs)
  return { stores, okta, forgotten, needs, end: async (hash: string) => await end(hash, 'this-browser', '192.0.2.7'), endEverywhere: async (hash: string) => await end(hash, 'everywhere', '192.0.2.7') }
}

void t.test('the sign-in ends, memory forgets it, and the event says who', async t => {
  const { stores, end, forgotten } = await open()
  t.match(await end(idHash), { ended: { memberId: bob.id, signInId: 'sin-one' } })
  t.equal(await stores.sessions.find(idHash), null)
  t.same(forgotten, [idHash])
  t.match(stores.tables.events, [{ type: 'member.signed-out', tenantId: acme.id, actor: bob.id, address: '192.0.2.7', subject: 'sin-one', at: now.toISOString() }])
})

void t.test('where the connection says so, the browser is offered to end its session at Okta too', async t => {
  const { end } = await open()
  const { okta } = await end(idHash)
  t.match(okta, { url: `${acmeOkta.issuer}/oauth2/v1/logout`, fields: { post_logout_redirect_uri: postLogoutRedirectUriOf('https://login.northwind.test') } })
  t.equal(String(okta?.fields['id_token_hint']), '[secret]')
})

void t.test('where it does not, or where no ID token was kept, Okta is not even asked', async t => {
  for (const options of [{ endsOktaSession: false }, { endsOktaSession: true, idToken: false }]) {
    const { end, okta } = await open(options)
    t.match(await end(idHash), { ended: { signInId: 'sin-one' }, okta: null })
    t.same(okta.asked, [])
  }
})

void t.test('a provider that is away, or knows no such endpoint, costs the offer only', async t => {
  for (const error of [new Outage('provider-timeout'), new OidcRefusal('discovery-malformed')]) {
    const { stores, okta, end } = await open()
    okta.spoiled = { metadata: error }
    t.match(await end(idHash), { ended: { signInId: 'sin-one' }, okta: null })
    t.equal(await stores.sessions.find(idHash), null)
  }
  const { needs } = await open()
  const { metadata } = needs.idp
  needs.idp.metadata = async provider => {
    const { endSessionEndpoint: _, ...rest } = await metadata(provider)
    return rest
  }
  t.match(await endSignIn(needs)(idHash, 'this-browser', '192.0.2.7'), { ended: { signInId: 'sin-one' }, okta: null })
})

void t.test('signing out twice, or without a session, ends nothing and writes nothing', async t => {
  const { stores, end, forgotten } = await open()
  await end(idHash)
  t.same(await end(idHash), { ended: null, okta: null })
  t.same(forgotten, [idHash, idHash], 'and memory forgets all the same')
  t.equal(stores.tables.events.length, 1)
})

void t.test('everywhere means every sign-in of the member and nobody else\'s, and Okta is offered for this browser\'s', async t => {
  const { stores, okta, endEverywhere, forgotten } = await open()
  const [other, adas] = [signInOf('other'), signInOf('ada', ada)]
  for (const { idHash, session, signIn } of [other, adas]) await stores.sessions.save(idHash, session, signIn)
  stores.tables.events.length = 0
  t.match(await endEverywhere(idHash), { ended: { memberId: bob.id, signInId: 'sin-one' }, okta: { url: `${acmeOkta.issuer}/oauth2/v1/logout` } })
  t.same([...stores.tables.sessions.keys()], [adas.idHash])
  t.same(okta.asked, ['metadata'])
  t.same(forgotten, [idHash])
  t.match(stores.tables.events, [{ type: 'member.signed-out-everywhere', tenantId: acme.id, actor: bob.id, address: '192.0.2.7', subject: bob.id, details: { ended: 2 }, at: now.toISOString() }])
  t.same(await endEverywhere(idHash), { ended: null, okta: null })
  t.equal(stores.tables.events.length, 1)
})

void t.test('a fault of ours is not hidden', async t => {
  const { okta, end } = await open()
  okta.spoiled = { metadata: new TypeError('a fault') }
  await t.rejects(end(idHash), /a fault/)
})

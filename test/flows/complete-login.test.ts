// How does a login end well, and is nothing redeemed, believed or written twice?
import { inspect } from 'node:util'
import t from 'tap'
import type { ReturnTo } from '../../src/tenant/return-to.ts'
import { acme, acmeOkta, after, bob, eve, identityAt, now } from '../contracts/cast.ts'
import { accessToken } from './fake-okta.ts'
import { openLoginWorld } from './login-world.ts'

void t.test('somebody who is expected signs in, and is what the vendor says they are', async t => {
  const world = await openLoginWorld()
  const done = await world.login({ returnTo: 'https://app.northwind.test/a' as ReturnTo })
  t.match(done, {
    kind: 'signed-in',
    returnTo: 'https://app.northwind.test/a',
    tenant: { id: acme.id },
    member: { id: 'mem-ada', roles: ['editor'], status: 'active' },
    idleSeconds: 3600,
    newSignIn: {
      signIn: { tenantId: acme.id, connectionId: acmeOkta.id, memberId: 'mem-ada', authTime: after(-12).toISOString(), amr: ['mfa', 'pwd'], acr: null, expiresAt: after(43_200).toISOString() },
      issuer: acmeOkta.issuer,
      subject: '00u1ada',
      providerSessionId: null,
      idToken: null,
      reference: 'login-1',
      createdAt: now.toISOString()
    }
  })
})

void t.test('the code is redeemed at the token endpoint of its own provider, with the verifier and the client\'s secret', async t => {
  const world = await openLoginWorld()
  const browser = await world.begin()
  await world.comeBack(browser)
  const [request] = world.okta.requests
  t.match(request, { method: 'POST', url: `${acmeOkta.issuer}/oauth2/v1/token` })
  t.match(Object.fromEntries(new URLSearchParams(request?.body)), { grant_type: 'authorization_code', redirect_uri: 'https://login.northwind.test/auth/callback/con-acme', code_verifier: browser.started.attempt.verifier })
  t.match(request?.headers['authorization'], /^Basic /)
})

void t.test('the story tells every step, and nothing that could sign anybody in', async t => {
  const world = await openLoginWorld()
  const browser = await world.begin()
  const done = await world.comeBack(browser)
  if (done.kind !== 'signed-in') throw new Error('not signed in')
  t.same(done.newSignIn.steps.map(step => step.name), ['came-back', 'provider-known', 'callback-checked', 'code-redeemed', 'id-token-verified', 'member-linked', 'signed-in'])
  const [, , , redeemed, verified] = done.newSignIn.steps
  t.match(redeemed, { milliseconds: 0, detail: { status: 200 } })
  t.match(verified?.detail, { claims: ['iss', 'sub', 'aud', 'iat', 'exp', 'auth_time', 'amr', 'email', 'name'], amr: ['mfa', 'pwd'] })
  const told = inspect([done, world.stores.tables.stories], { depth: 12 })
  const { code, state } = Object.fromEntries(new URLSearchParams(browser.query))
  for (const secret of [code ?? '', state ?? '', browser.started.attempt.nonce, browser.started.attempt.verifier, accessToken, 'eyJ']) t.notMatch(told, secret)
})

void t.test('a claim may have any name: the story keeps it short, printable and storable', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { 'a\u0000b\u202e': 1, ['x'.repeat(5000)]: 2 } }
  const done = await world.login()
  if (done.kind !== 'signed-in') throw new Error('not signed in')
  const claims = done.newSignIn.steps.find(step => step.name === 'id-token-verified')?.detail?.['claims']
  if (!Array.isArray(claims)) throw new Error('no claims')
  t.ok(claims.includes('a b') && claims.includes('x'.repeat(64)))
  t.ok(claims.every(name => name.length <= 64))
})

void t.test('the ID token is kept only where sign-out goes on to Okta', async t => {
  const world = await openLoginWorld()
  await world.stores.connections.change(acme.id, acmeOkta.id, { endsOktaSession: true }, now)
  const done = await world.login()
  t.match(done.kind === 'signed-in' && done.newSignIn.idToken?.reveal(), /^eyJ/)
})

void t.test('what Okta says of its session is kept: sid, acr, and its end if that is sooner', async t => {
  const world = await openLoginWorld()
  const end = Math.floor(after(600).getTime() / 1000)
  world.okta.spoiled = { claims: { sid: 'idx-one', acr: 'urn:okta:loa:2fa:any', session_expiry: end, auth_time: undefined } }
  t.match(await world.login(), { newSignIn: { providerSessionId: 'idx-one', signIn: { acr: 'urn:okta:loa:2fa:any', expiresAt: after(600).toISOString(), authTime: after(-2).toISOString() } } })
})

void t.test("a tenant's shorter limits count, and longer ones do not", async t => {
  const world = await openLoginWorld()
  await world.changeTenant({ sessionIdleSeconds: 60, sessionLifetimeSeconds: 600 })
  t.match(await world.login(), { idleSeconds: 60, newSignIn: { signIn: { expiresAt: after(600).toISOString() } } })
  await world.changeTenant({ sessionIdleSeconds: 99_999, sessionLifetimeSeconds: 99_999 })
  t.match(await world.login(), { idleSeconds: 3600, newSignIn: { signIn: { expiresAt: after(43_200).toISOString() } } })
})

void t.test('a callback that comes again is told to be spent, and nothing is redeemed twice', async t => {
  const world = await openLoginWorld()
  const browser = await world.begin({ returnTo: 'https://app.northwind.test/a' as ReturnTo })
  await world.comeBack(browser)
  t.same(await world.comeBack(browser), { kind: 'spent', reference: 'login-1', connectionId: acmeOkta.id, returnTo: 'https://app.northwind.test/a', door: 'login' })
  t.equal(world.okta.asked.filter(what => what === 'redeem').length, 1)
  t.match((await world.story('login-1')).stepNames.at(-1), 'came-back-again')
})

void t.test('of two callbacks with the same state at once, one signs in', async t => {
  const world = await openLoginWorld()
  const browser = await world.begin()
  const done = await Promise.all(Array.from({ length: 5 }, async () => await world.comeBack(browser)))
  t.same(done.map(one => one.kind).sort(), ['signed-in', 'spent', 'spent', 'spent', 'spent'])
  t.equal(world.okta.asked.filter(what => what === 'redeem').length, 1)
})

void t.test('a spent callback on the path of another connection is unknown', async t => {
  const world = await openLoginWorld()
  const browser = await world.begin()
  await world.comeBack(browser)
  t.match(await world.comeBack(browser, { connectionId: 'con-globex' }), { kind: 'ended', code: 'attempt-unknown', reference: 'login-1', tenant: null })
})

void t.test('two people who sign in at once do not get in each other\'s way', async t => {
  const world = await openLoginWorld()
  await world.stores.identities.link(acme.id, identityAt(acmeOkta, '00u1bob'), bob.id, now)
  const adas = await world.begin()
  const first = await world.comeBack(adas)
  world.okta.spoiled = { claims: { sub: '00u1bob', email: bob.email } }
  const bobs = await world.login()
  t.match([first, bobs], [{ member: { id: 'mem-ada' } }, { member: { id: 'mem-bob' } }])
})

void t.test('a refusal after the attempt was consumed ends the story and leaves the person unchanged', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { email: eve.email, sub: '00u1eve' } }
  t.match(await world.login(), { kind: 'ended', code: 'member-suspended', tenant: { id: acme.id }, connection: { id: acmeOkta.id } })
  t.match(await world.story('login-1'), { outcome: 'refused', code: 'member-suspended' })
  t.equal(world.stores.tables.identities.length, 0)
})

void t.test('a fault of ours is not told as a refusal', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { redeem: new TypeError('a fault') }
  await t.rejects(world.login(), /a fault/)
})

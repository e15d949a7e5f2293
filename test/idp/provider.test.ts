// Tests of src/idp/provider.ts: whole logins over real HTTP, while providers rotate, stall and fail.
import t from 'tap'
import type { Test } from 'tap'
import { createIdentityProvider } from '../../src/idp/provider.ts'
import type { CacheTrouble, IdentityProvider, IdentityProviderOptions } from '../../src/idp/provider.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import type { FaultyProvider, FaultyProviderOptions } from '../world/faulty-provider.ts'
import { createTestClock } from './scripted-send.ts'
import { outcomeOf, refOf, signIn } from './sign-in.ts'

const clock = createTestClock()
const { now } = clock

async function start (t: Test, options: FaultyProviderOptions = {}): Promise<FaultyProvider> {
  const provider = await startFaultyProvider({ now, ...options })
  t.teardown(() => provider.close())
  return provider
}

function open (t: Test, providers: readonly FaultyProvider[], options: Partial<IdentityProviderOptions> = {}): IdentityProvider {
  const idp = createIdentityProvider({ developmentOrigins: providers.map(provider => provider.origin), now, delay: async () => {}, totalSeconds: 0.5, ...options })
  t.teardown(() => idp.close())
  return idp
}

void t.test('a person signs in: metadata, keys, code, tokens, each asked once and remembered', async t => {
  const acme = await start(t)
  const idp = open(t, [acme])
  for (let i = 0; i < 3; i++) t.equal((await signIn(idp, acme)).email, 'ada@acme.test')
  t.equal(acme.asked('/.well-known/openid-configuration'), 1)
  t.equal(acme.asked('/oauth2/v1/keys'), 1)
  t.equal(acme.asked('/oauth2/v1/token'), 3)
  t.equal(acme.asked('/oauth2/v1/userinfo'), 0)
  t.strictSame(idp.stats().metadata, { hits: 2, loads: 1, loaded: 1, failures: 0 })
})

void t.test('a thin ID token is completed by userinfo, with the token in the header', async t => {
  const acme = await start(t, { idTokens: 'thin' })
  t.equal((await signIn(open(t, [acme]), acme)).email, 'ada@acme.test')
  const asked = acme.requests.find(request => request.path === '/oauth2/v1/userinfo')
  t.match(asked, { method: 'GET', queryNames: { length: 0 }, formNames: { length: 0 } })
  t.ok(asked?.headerNames.includes('authorization'))
})

void t.test('no header of a browser ever reaches a provider', async t => {
  const acme = await start(t, { idTokens: 'thin' })
  await signIn(open(t, [acme]), acme)
  const allowed = new Set(['accept', 'accept-encoding', 'authorization', 'connection', 'content-length', 'content-type', 'host', 'user-agent'])
  for (const { path, headerNames } of acme.requests.filter(request => request.path !== '/oauth2/v1/authorize')) t.strictSame(headerNames.filter(name => !allowed.has(name)), [], path)
})

void t.test('CS-C02 keys are taken from wherever the metadata says', async t => {
  const acme = await start(t)
  acme.next.discovery = { members: { jwks_uri: `${acme.origin}/nowhere` } }
  t.equal(await outcomeOf(signIn(open(t, [acme]), acme)), 'discovery-malformed')
  t.strictSame([acme.asked('/nowhere'), acme.asked('/oauth2/v1/keys')], [1, 0])
  t.equal(await outcomeOf(signIn(open(t, [acme]), acme)), '00uAdaacme')
})

void t.test('CS-C05 keys that were made just before signing are found', async t => {
  const acme = await start(t)
  const idp = open(t, [acme])
  await idp.metadata(refOf(acme))
  await acme.rotateKeys({ withdraw: true })
  t.equal(await outcomeOf(signIn(idp, acme)), '00uAdaacme')
})

void t.test('CS-C06 keys that were rotated between two logins are found, however close together the logins are', async t => {
  const acme = await start(t)
  const idp = open(t, [acme])
  for (const withdraw of [false, true, true]) {
    t.equal(await outcomeOf(signIn(idp, acme)), '00uAdaacme')
    await acme.rotateKeys({ withdraw })
  }
  t.equal(await outcomeOf(signIn(idp, acme)), '00uAdaacme')
})

void t.test('JWKS-06 a key that changed under its old name is found by the failing signature', async t => {
  const acme = await start(t)
  const idp = open(t, [acme])
  await signIn(idp, acme)
  await acme.rotateKeys({ sameKid: true })
  t.equal(await outcomeOf(signIn(idp, acme)), '00uAdaacme')
  acme.next.idToken = { signature: 'corrupted' }
  t.equal(await outcomeOf(signIn(idp, acme)), 'id-token-signature')
})

void t.test('DISC-14 a provider that stalls for one tenant leaves the logins of another alone', async t => {
  const [acme, globex] = [await start(t), await start(t, { name: 'globex' })]
  const idp = open(t, [acme, globex], { totalSeconds: 1.5, timeouts: { headersSeconds: 2 } })
  await signIn(idp, acme)
  acme.always.token = { mishap: { kind: 'hang' } }
  let stalled = 0
  const stalling = Array.from({ length: 60 }, async () => {
    stalled++
    const outcome = await outcomeOf(signIn(idp, acme))
    stalled--
    return outcome
  })
  while (acme.asked('/oauth2/v1/token') < 11) await new Promise(resolve => setImmediate(resolve))
  for (let i = 0; i < 5; i++) t.equal(await outcomeOf(signIn(idp, globex, { connectionId: 'con-globex' })), '00uAdaglobex')
  t.equal(stalled, 60, 'while every login of the other tenant still waits')
  t.equal(acme.asked('/oauth2/v1/token'), 1 + 10, 'and holds no more than its own ten slots')
  t.strictSame(await Promise.all(stalling), Array(60).fill('provider-timeout'))
})

void t.test('a code whose answer got lost is not sent again', async t => {
  for (const kind of ['hang', 'reset', 'endless', 'not-http'] as const) {
    const acme = await start(t)
    const idp = open(t, [acme])
    acme.next.token = { mishap: { kind } }
    t.match(await outcomeOf(signIn(idp, acme)), /^provider-/)
    t.equal(acme.asked('/oauth2/v1/token'), 1, kind)
  }
})

void t.test('keys that cannot be fetched are no obstacle for those who have them, and an outage for the others', async t => {
  const acme = await start(t)
  const idp = open(t, [acme])
  await signIn(idp, acme)
  acme.always.keys = { refusal: 'unavailable' }
  clock.advance(7200)
  t.equal(await outcomeOf(signIn(idp, acme)), '00uAdaacme')
  t.equal(await outcomeOf(signIn(open(t, [acme]), acme)), 'provider-error')
})

void t.test('trouble behind the scenes is reported to whoever runs the gateway', async t => {
  const acme = await start(t)
  const reported = Promise.withResolvers<CacheTrouble>()
  const idp = open(t, [acme], { onTrouble: reported.resolve })
  await idp.metadata(refOf(acme))
  clock.advance(86_401)
  acme.next.discovery = { members: { token_endpoint: 'https://mallory.test/token' } }
  t.equal((await idp.metadata(refOf(acme))).tokenEndpoint, `${acme.origin}/oauth2/v1/token`)
  t.match(await reported.promise, { key: /^con-acme /, error: { code: 'discovery-endpoint-foreign' } })
})

void t.test('a probe sees what is true now, and an edited connection forgets', async t => {
  const acme = await start(t)
  const idp = open(t, [acme])
  const probe = { method: 'GET' as const, url: `${acme.origin}/.well-known/okta-organization`, headers: {} }
  for (let i = 0; i < 2; i++) t.equal((await idp.probe(probe)).status, 200)
  t.equal(acme.asked('/.well-known/okta-organization'), 2)
  await signIn(idp, acme)
  idp.forget('con-acme')
  await signIn(idp, acme)
  t.strictSame([acme.asked('/.well-known/openid-configuration'), acme.asked('/oauth2/v1/keys')], [2, 2])
})

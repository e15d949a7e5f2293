// Tests of src/idp/key-sets.ts: which key a token is verified with, while keys come and go.
import { CompactSign } from 'jose'
import t from 'tap'
import type { Test } from 'tap'
import { createKeySets } from '../../src/idp/key-sets.ts'
import type { ProviderRef } from '../../src/idp/issuers.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import type { ProviderMetadata } from '../../src/oidc/discovery.ts'
import { verifyJwt } from '../../src/oidc/verified-jwt.ts'
import { Outage } from '../../src/outage.ts'
import { buildKeySet, generateSigningKey } from '../world/faulty-provider/signing-keys.ts'
import type { SigningKey } from '../world/faulty-provider/signing-keys.ts'
import { createTestClock, jsonAnswer, scriptSend } from './scripted-send.ts'

const issuer = parseIssuer('https://acme.okta.com')
const acme: ProviderRef = { connectionId: 'con-acme', issuer, clientId: '0oa Acme' }
const globex: ProviderRef = { connectionId: 'con-globex', issuer: parseIssuer('https://globex.okta.com'), clientId: '0oaGlobex' }
const metadataOf = (ref: ProviderRef): ProviderMetadata => ({
  issuer: ref.issuer,
  authorizationEndpoint: `${ref.issuer}/oauth2/v1/authorize`,
  tokenEndpoint: `${ref.issuer}/oauth2/v1/token`,
  jwksUri: `${ref.issuer}/oauth2/v1/keys`,
  algorithms: ['RS256'],
  issInResponse: false
})

const [first, second, stranger] = await Promise.all([generateSigningKey('first'), generateSigningKey('second'), generateSigningKey('stranger')])
const renamed: SigningKey = { ...second, kid: 'first' }
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

async function sign (key: SigningKey, header: Record<string, unknown> = { kid: key.kid }): Promise<string> {
  return await new CompactSign(Buffer.from('{"sub":"00uAda"}')).setProtectedHeader({ alg: 'RS256', ...header }).sign(key.privateKey)
}

type Published = readonly SigningKey[] | Outage

function bench (t: Test, published: readonly SigningKey[] = [first]) {
  const { now, advance } = createTestClock()
  const world: { published: Published, serve?: 'none' | 'without-kid' | 'two-without-kid', gate?: Promise<void> } = { published }
  const waits: number[] = []
  /** Called while somebody waits for a lagging edge. */
  const lag = { then: () => {} }
  const { send, urls } = scriptSend(async () => {
    await world.gate
    if (!Array.isArray(world.published)) throw world.published
    return jsonAnswer(buildKeySet(world.published, stranger, world.serve), { 'cache-control': 'max-age=3832304, must-revalidate' })
  })
  const keySets = createKeySets(send, now, {
    delay: async seconds => {
      waits.push(seconds)
      lag.then()
    }
  })
  t.teardown(() => { lag.then = () => {} })
  const verify = async (token: string | Promise<string>, ref = acme): Promise<unknown> => {
    return (await verifyJwt(await token, keySets.keys(ref, metadataOf(ref)), { algorithms: ['RS256'] })).payload.sub
  }
  return { keySets, verify, world, urls, waits, lag, advance }
}

void t.test('CS-C02 the keys come from the discovered jwks_uri, asked with the client id', async t => {
  const { keySets, urls } = bench(t)
  const header = { alg: 'RS256', kid: 'first' }
  await keySets.keys(acme, { ...metadataOf(acme), jwksUri: 'https://acme.okta.com/moved/keys?v=2' })(header, null)
  t.strictSame(urls, ['https://acme.okta.com/moved/keys?v=2&client_id=0oa+Acme'])
})

void t.test('JWKS-01 each connection has one key set, fetched once, also when many sign in at once', async t => {
  const { verify, urls } = bench(t)
  await Promise.all(Array.from({ length: 20 }, () => verify(sign(first))))
  await verify(sign(first), globex)
  t.strictSame(urls, ['https://acme.okta.com/oauth2/v1/keys?client_id=0oa+Acme', 'https://globex.okta.com/oauth2/v1/keys?client_id=0oaGlobex'])
})

void t.test('JWKS-01 a warmed key set is there when the person comes back', async t => {
  const { keySets, verify, urls, world } = bench(t)
  keySets.warm(acme, metadataOf(acme))
  await settle()
  world.published = new Outage('provider-unreachable')
  t.equal(await verify(sign(first)), '00uAda')
  t.equal(urls.length, 1)
  keySets.warm(globex, metadataOf(globex))
  await settle()
  t.pass('warming never throws')
})

void t.test('CS-C06 a rotation right after the first login is noticed by the second', async t => {
  const { verify, world, urls, waits } = bench(t)
  await verify(sign(first))
  world.published = [first, second]
  t.equal(await verify(sign(second)), '00uAda')
  t.equal(await verify(sign(first)), '00uAda', 'the old key is good while it is published')
  t.strictSame([urls.length, waits], [2, []])
})

void t.test('JWKS-02 a hundred logins at the moment of a rotation cause one request', async t => {
  const { verify, world, urls } = bench(t)
  await verify(sign(first))
  world.published = [second]
  const token = await sign(second)
  const gate = Promise.withResolvers<void>()
  world.gate = gate.promise
  const logins = Array.from({ length: 100 }, () => verify(token))
  await settle()
  gate.resolve()
  t.strictSame(await Promise.all(logins), Array(100).fill('00uAda'))
  t.equal(urls.length, 2)
})

void t.test('JWKS-03 44 days of Cache-Control are an hour here', async t => {
  const { verify, urls, advance } = bench(t)
  await verify(sign(first))
  advance(3599)
  await verify(sign(first))
  t.equal(urls.length, 1)
  advance(1)
  await verify(sign(first))
  t.equal(urls.length, 2)
})

void t.test('JWKS-04 a flood of unknown key ids costs its provider five requests and then one in ten seconds, and nobody else any', async t => {
  const { verify, urls, advance } = bench(t)
  await verify(sign(first), globex)
  await verify(sign(first))
  const before = urls.length
  for (let i = 0; i < 40; i++) await t.rejects(verify(sign(stranger, { kid: `random-${i}` })), { code: 'id-token-key-unknown' })
  t.equal(urls.length - before, 5)
  advance(10)
  for (let i = 0; i < 10; i++) await t.rejects(verify(sign(stranger, { kid: `again-${i}` })), { code: 'id-token-key-unknown' })
  t.equal(urls.length - before, 6)
  t.equal(await verify(sign(first)), '00uAda', 'whoever has a known key signs in')
  t.equal(await verify(sign(first), globex), '00uAda')
  t.equal(urls.filter(url => url.includes('globex')).length, 1)
})

void t.test('JWKS-02 failing fetches are counted like others', async t => {
  const { verify, urls, world } = bench(t)
  await verify(sign(first))
  world.published = new Outage('provider-unreachable')
  const codes: unknown[] = []
  for (let i = 0; i < 12; i++) codes.push(await verify(sign(stranger, { kid: `x-${i}` })).catch((error: unknown) => error instanceof Error && 'code' in error ? error.code : error))
  t.equal(urls.length, 6)
  t.strictSame(codes, [...Array(5).fill('provider-unreachable'), ...Array(7).fill('id-token-key-unknown')], 'an unknown key while the provider is down is an outage, as far as we know')
})

void t.test('JWKS-02 a known key never fails because the provider is down', async t => {
  const { verify, world, advance } = bench(t)
  await verify(sign(first))
  world.published = new Outage('provider-unreachable')
  for (let hour = 0; hour < 23; hour++) {
    advance(3600)
    t.equal(await verify(sign(first)), '00uAda')
    await settle()
  }
  advance(2 * 3600)
  await t.rejects(verify(sign(first)), { code: 'provider-unreachable' }, 'after a day without word it may have been withdrawn')
})

void t.test('JWKS-05 a key that is withdrawn is refused after the next refresh', async t => {
  const { verify, world, advance } = bench(t, [first, second])
  await verify(sign(first))
  world.published = [second]
  advance(3600)
  await verify(sign(second))
  await settle()
  await t.rejects(verify(sign(first)), { code: 'id-token-key-unknown' })
})

void t.test('JWKS-05 an emergency rotation works at once', async t => {
  const { verify, world } = bench(t)
  await verify(sign(first))
  world.published = [second]
  t.equal(await verify(sign(second)), '00uAda')
  await t.rejects(verify(sign(first)), { code: 'id-token-key-unknown' })
})

void t.test('JWKS-06 a key id that got other key material is looked up again, once', async t => {
  const { verify, world, urls } = bench(t)
  await verify(sign(first))
  world.published = [renamed]
  t.equal(await verify(sign(renamed)), '00uAda')
  t.equal(urls.length, 2)
  await t.rejects(verify(sign(first)), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  t.equal(urls.length, 3)
})

void t.test('JWKS-06 a forged signature is refused, also while the provider is down, and its repetition is not forwarded', async t => {
  const { verify, world, urls } = bench(t)
  await verify(sign(first))
  world.published = new Outage('provider-unreachable')
  for (let i = 0; i < 10; i++) await t.rejects(verify(sign(stranger, { kid: 'first' })), { code: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' })
  t.equal(urls.length, 6)
})

void t.test('CS-B06 a token without key id is verified with the only key there is', async t => {
  const { verify, world } = bench(t)
  world.serve = 'without-kid'
  t.equal(await verify(sign(first, {})), '00uAda')
})

void t.test('CS-B07 a token without key id is refused when several keys could be meant', async t => {
  const { verify, world } = bench(t)
  world.serve = 'two-without-kid'
  await t.rejects(verify(sign(first, {})), { code: 'id-token-key-unknown' })
})

void t.test('JWKS-07 a key set without a usable key leaves the one that worked', async t => {
  const { verify, world, advance } = bench(t)
  await verify(sign(first))
  world.serve = 'none'
  advance(3600)
  await verify(sign(first))
  await settle()
  t.equal(await verify(sign(first)), '00uAda')
})

void t.test('JWKS-09 an edge that lags behind is asked once more, a moment later', async t => {
  const { verify, world, urls, waits, lag } = bench(t)
  await verify(sign(first))
  lag.then = () => { world.published = [first, second] }
  t.equal(await verify(sign(second)), '00uAda')
  t.strictSame([urls.length, waits], [3, [1.5]])
})

void t.test('JWKS-09 after that the key is unknown', async t => {
  const { verify, urls, waits } = bench(t)
  await verify(sign(first))
  await t.rejects(verify(sign(second)), { code: 'id-token-key-unknown' })
  t.strictSame([urls.length, waits], [3, [1.5]])
})

void t.test('MIX-05 a key of another connection verifies nothing here', async t => {
  const { verify, world, keySets } = bench(t, [second])
  await verify(sign(second), globex)
  world.published = [first]
  await verify(sign(first))
  await t.rejects(verify(sign(second)), { code: 'id-token-key-unknown' })
  t.equal(keySets.stats().failures, 0)
})

void t.test('a connection that is forgotten is asked again', async t => {
  const { verify, keySets, urls } = bench(t)
  await verify(sign(first))
  keySets.forget('con-acme')
  await verify(sign(first))
  t.equal(urls.length, 2)
})

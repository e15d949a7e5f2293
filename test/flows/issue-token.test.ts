// Which token does a session get, and when a new one?
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose'
import t from 'tap'
import { issueToken, type SigningRing } from '../../src/flows/issue-token.ts'
import type { AppId } from '../../src/tenant/id.ts'
import type { KeyPolicy, SigningKey } from '../../src/token/key-ring.ts'
import { createSigner } from '../../src/token/signing.ts'
import { after, bob, now } from '../contracts/cast.ts'
import { createClock } from '../world/clock.ts'
import { createRandom } from '../world/randomness.ts'
import { liveSession, orders } from './live-session.ts'

const policy: KeyPolicy = { rotationSeconds: 2_592_000, publishSeconds: 3600, maxTokenLifetimeSeconds: 3600 }
const pair = await generateKeyPair('ES256')
const publicJwk = await exportJWK(pair.publicKey)

function keyOf (kid: string, change: Partial<SigningKey> = {}): SigningKey {
  return { kid, publicJwk, createdAt: now, publishedAt: now, signsFromAt: now, signsUntilAt: null, retiredAt: null, ...change }
}

function ringOf (...keys: SigningKey[]): SigningRing {
  return { keys, signer: async kid => createSigner(kid, pair.privateKey) }
}

function open (ring = ringOf(keyOf('key-one'))) {
  const clock = createClock(now)
  let [current, promised] = [ring, false]
  const issue = issueToken({
    ring: () => promised ? Promise.resolve(current) : current,
    issuer: 'https://login.northwind.test',
    lifetimeSeconds: 300,
    policy,
    now: clock.now,
    random: createRandom('tokens'),
    ringAtHand: () => promised ? null : current
  })
  return { clock, issue, setRing: (next: SigningRing) => { current = next }, promise: () => { promised = true } }
}

void t.test('a token says who calls, for whom, from where, and until when', async t => {
  const { issue } = open()
  const { token, exp, renewAt, kid } = await issue(liveSession({ member: { ...bob, externalId: '42' } }), orders)
  const { payload, protectedHeader } = await jwtVerify(token, pair.publicKey, { currentDate: now })
  t.same(protectedHeader, { alg: 'ES256', typ: 'at+jwt', kid: 'key-one' })
  const { jti, ...claims } = payload
  t.match(jti, /^[2-9a-km-z]{20}$/)
  t.match(claims, { iss: 'https://login.northwind.test', aud: orders.audience, sub: bob.id, client_id: orders.id, sid: 'sin-bob', tenant_id: 'tnt-acme', tenant: 'acme', email: bob.email, roles: ['editor'], external_id: '42' })
  t.equal(claims.exp, now.getTime() / 1000 + 300)
  t.same([exp, renewAt, kid], [after(300).getTime() / 1000, after(270).getTime() / 1000, 'key-one'])
})

void t.test('it is used again until a tenth of its life is left, and is at hand until then', async t => {
  const { issue, clock } = open()
  const session = liveSession()
  const first = await issue(session, orders)
  clock.advance(269)
  t.equal(issue(session, orders), first, 'not promised: there')
  clock.advance(1)
  const second = await issue(session, orders)
  t.not(second.token, first.token)
  t.not(decodeJwt(second.token).jti, decodeJwt(first.token).jti)
})

void t.test('a session that was read again gets a new token: its person may have changed', async t => {
  const { issue } = open()
  const first = await issue(liveSession(), orders)
  const second = await issue(liveSession({ member: { ...bob, roles: ['owner'] } }), orders)
  t.not(second.token, first.token)
  t.same(decodeJwt(second.token)['roles'], ['owner'])
})

void t.test('every app gets its own, and one whose audience has changed a new one', async t => {
  const { issue } = open()
  const session = liveSession()
  const first = await issue(session, orders)
  const other = await issue(session, { ...orders, id: 'app-stock' as AppId, audience: 'stock' })
  t.equal(decodeJwt(other.token).aud, 'stock')
  t.equal(decodeJwt((await issue(session, { ...orders, audience: 'changed' })).token).aud, 'changed')
  t.equal(issue(session, orders), first)
})

void t.test('an app may have its own lifetime', async t => {
  const { issue } = open()
  t.same((await issue(liveSession(), { ...orders, tokenLifetimeSeconds: 60 })).exp, after(60).getTime() / 1000)
})

void t.test('no token outlives its session', async t => {
  const { issue } = open()
  t.same((await issue(liveSession({ signIn: { ...liveSession().signIn, expiresAt: after(100) } }), orders)).exp, after(100).getTime() / 1000)
})

void t.test('many first requests at once are answered with one token', async t => {
  const { issue } = open()
  const session = liveSession()
  const all = await Promise.all(Array.from({ length: 20 }, async () => await issue(session, orders)))
  t.equal(new Set(all.map(({ token }) => token)).size, 1)
  t.equal(await issue(session, orders), all[0], 'and so is the next')
})

void t.test('a failed attempt to mint is not remembered', async t => {
  const { issue, setRing } = open(ringOf())
  const session = liveSession()
  await t.rejects(async () => await issue(session, orders))
  setRing(ringOf(keyOf('key-one')))
  t.match(await issue(session, orders), { kid: 'key-one' })
})

void t.test('in the last second of a session no token is made: to whoever knocks the session has ended', async t => {
  const { issue } = open()
  const session = liveSession({ signIn: { ...liveSession().signIn, expiresAt: new Date(now.getTime() + 900) } })
  await t.rejects(async () => await issue(session, orders), { name: 'TenantRefusal', code: 'session-expired' })
})

void t.test('a token whose key was dropped is not handed out again; one whose key is still published is', async t => {
  const { issue, setRing, promise } = open()
  const session = liveSession()
  const first = await issue(session, orders)
  const successor = keyOf('key-two', { signsFromAt: after(-1), createdAt: after(1) })
  setRing(ringOf(keyOf('key-one', { signsUntilAt: after(0) }), successor))
  t.equal(await issue(session, orders), first)
  promise()
  t.equal(await issue(session, orders), first, 'also where the keys are read anew each time')
  setRing(ringOf(keyOf('key-one', { retiredAt: after(0) }), keyOf('key-three')))
  t.equal(decodeProtectedHeader((await issue(session, orders)).token).kid, 'key-three')
})

void t.test('without a key there is no token, and that is a fault', async t => {
  const { issue } = open(ringOf())
  await t.rejects(async () => await issue(liveSession(), orders), /no signing key/)
})

void t.test('roles that fit into no header are refused by name', async t => {
  const { issue } = open()
  const roles = Array.from({ length: 100 }, (_, number) => `${number}`.padStart(64, 'x'))
  t.ok(await issue(liveSession({ member: { ...bob, roles } }), orders), 'as many as a member may have')
  await t.rejects(async () => await issue(liveSession({ member: { ...bob, roles: [...roles, ...roles] } }), orders), { code: 'access-token-too-large' })
})

void t.test('a token is at hand where it is good, and otherwise nothing is begun', async t => {
  const { issue, clock, promise, setRing } = open()
  const session = liveSession()
  t.equal(issue.atHand(session, orders), null, 'not before it was issued')
  const first = await issue(session, orders)
  t.equal(issue.atHand(session, orders), first)
  t.equal(issue.atHand(session, { ...orders, audience: 'changed' }), null)
  t.equal(issue.atHand(liveSession(), orders), null, 'a session that was read again has none')
  setRing(ringOf(keyOf('key-two')))
  t.equal(issue.atHand(session, orders), null, 'its key was dropped')
  setRing(ringOf(keyOf('key-one')))
  clock.advance(269)
  t.equal(issue.atHand(session, orders), first)
  clock.advance(1)
  t.equal(issue.atHand(session, orders), null, 'a tenth of its life is left')
  clock.advance(-200)
  promise()
  t.equal(issue.atHand(session, orders), null, 'nobody knows which keys there are')
})

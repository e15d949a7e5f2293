// Which page gets a token, for which app, and what is in it?
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import t from 'tap'
import { made } from '../world/tenancy.ts'
import { audience, openHouse } from './house.ts'

const house = await openHouse(t)
const { ask, host, ordersHost, acme, url, gateway, clock } = house
const { cookie } = await house.signIn()
const own = { cookie, 'x-csrf': '1', 'sec-fetch-site': 'same-origin' }
const ordersOrigin = `http://${ordersHost}`

async function askToken (body: Record<string, unknown> | null = null, headers: Record<string, string> = own) {
  return await ask('POST', '/auth/token', body === null ? { headers } : { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

void t.test('A signed-in page gets a token for the app of its host, with the claims of RFC 9068', async t => {
  const answer = await askToken()
  t.equal(answer.status, 200)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.notOk('set-cookie' in answer.headers)
  t.strictSame(Object.keys(answer.body).sort(), ['access_token', 'expires_in', 'token_type'])
  t.match(answer.body, { token_type: 'Bearer', expires_in: 300 })
  const token = String(answer.body['access_token'])
  t.match(decodeProtectedHeader(token), { alg: 'ES256', typ: 'at+jwt', kid: /^key-/ })
  const { body } = await ask('GET', '/.well-known/jwks.json')
  const keys = createLocalJWKSet({ keys: Array.isArray(body['keys']) ? body['keys'] : [] })
  const { payload } = await jwtVerify(token, keys, { issuer: url, audience, typ: 'at+jwt', algorithms: ['ES256'], currentDate: clock.now(), requiredClaims: ['exp', 'iat', 'sub'] })
  const app = await gateway.api('GET', '/apps/northwind')
  t.match(payload, { iss: url, aud: audience, sub: acme.members.get('ada@acme.test') ?? '', client_id: String(app.body['id']), jti: /^\w{20}$/, sid: /^sin-/, auth_time: Number, amr: Array, tenant_id: acme.id, tenant: 'acme', email: 'ada@acme.test', name: 'Ada Acme', roles: ['admin', 'buyer'] })
  t.equal(Number(payload.exp) - Number(payload.iat), 300)
  t.strictSame(Object.keys(payload).filter(name => !['iss', 'aud', 'sub', 'client_id', 'iat', 'exp', 'jti', 'sid', 'auth_time', 'amr', 'tenant_id', 'tenant', 'email', 'name', 'roles'].includes(name)), [], 'nothing else')
  await t.rejects(jwtVerify(token, keys, { audience: 'https://orders.northwind.test' }), 'it is of no use at another app')
})

void t.test('The product\'s own id of a person is in the token once it is known', async t => {
  await house.heard(async () => await house.patch(`/tenants/acme/members/${acme.members.get('ada@acme.test') ?? ''}`, { externalId: 'user-7' }))
  t.equal(decodeJwt(String((await askToken()).body['access_token']))['external_id'], 'user-7')
})

void t.test('One token serves until a tenth of its time is left; then there is a new one', async t => {
  const first = String((await askToken()).body['access_token'])
  t.equal((await askToken()).body['access_token'], first)
  clock.advance(269)
  const later = await askToken()
  t.equal(later.body['access_token'], first)
  t.equal(later.body['expires_in'], 31)
  clock.advance(1)
  const next = await askToken()
  t.not(next.body['access_token'], first)
  t.equal(next.body['expires_in'], 300)
  t.not(decodeJwt(String(next.body['access_token'])).jti, decodeJwt(first).jti)
})

void t.test('On the login host any app may be named by id or slug, as JSON or as a form; each has its own lifetime', async t => {
  const orders = await gateway.api('GET', '/apps/orders')
  for (const app of ['orders', String(orders.body['id'])]) {
    const asked = [await askToken({ app }), await ask('POST', '/auth/token', { headers: { ...own, 'content-type': 'application/x-www-form-urlencoded' }, body: `app=${app}` })]
    for (const answer of asked) {
      t.equal(answer.status, 200)
      t.equal(answer.body['expires_in'], 60)
      t.equal(decodeJwt(String(answer.body['access_token'])).aud, 'https://orders.northwind.test')
    }
  }
  for (const app of ['other', '__proto__', 'Orders', 'app-']) t.match((await askToken({ app })).body, { code: 'app-unknown', status: 403 })
  for (const app of [['orders'], 7, null, { slug: 'orders' }, 'x'.repeat(64)]) t.match((await askToken({ app })).body, { code: 'validation-failed', status: 400 })
  t.equal((await ask('POST', '/auth/token', { headers: { ...own, 'content-type': 'application/x-www-form-urlencoded' }, body: 'app=orders&app=northwind' })).status, 400)
})

void t.test('On the host of an app nobody gets a token without a session made there', async t => {
  for (const body of [null, { app: 'northwind' }, { app: 'orders' }]) t.match((await askToken(body, { ...own, host: ordersHost })).body, { code: 'not-signed-in', status: 401 })
})

void t.test('Without X-CSRF: 1 there is no token, whatever else is there', async t => {
  const { 'x-csrf': _, ...bare } = own
  for (const headers of [bare, { ...bare, 'x-csrf': '0' }, { ...bare, 'x-csrf': 'true' }, { ...bare, 'x-requested-with': 'XMLHttpRequest' }]) t.match((await askToken(null, headers)).body, { code: 'csrf-proof-missing', status: 403 })
  t.match((await askToken({ form_token: 'x' }, bare)).body, { code: 'csrf-proof-missing' })
})

void t.test('Another site gets nothing, and neither does an app\'s page for another app', async t => {
  t.match((await askToken(null, { ...own, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' })).body, { code: 'cross-site', status: 403 })
  const { 'sec-fetch-site': _, ...old } = own
  t.match((await askToken(null, { ...old, origin: 'https://evil.test' })).body, { code: 'cross-site' })
  const sameSite = { ...own, 'sec-fetch-site': 'same-site' }
  t.match((await askToken({ app: 'northwind' }, { ...sameSite, origin: ordersOrigin })).body, { code: 'cross-site' })
  t.match((await askToken({ app: 'orders' }, { ...sameSite, origin: 'http://evil.localhost' })).body, { code: 'cross-site' })
  const granted = await askToken({ app: 'orders' }, { ...sameSite, origin: ordersOrigin })
  t.equal(granted.status, 200)
  t.match(granted.headers, { 'access-control-allow-origin': ordersOrigin, 'access-control-allow-credentials': 'true', vary: /Origin/ })
})

void t.test('A browser that asks before it sends is told yes for the origins of apps, and nothing for others', async t => {
  const preflight = async (origin: string) => await ask('OPTIONS', '/auth/token', { headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-csrf,content-type' } })
  const yes = await preflight(ordersOrigin)
  t.equal(yes.status, 204)
  t.match(yes.headers, { 'access-control-allow-origin': ordersOrigin, 'access-control-allow-methods': /POST/, 'access-control-allow-headers': /x-csrf/, 'access-control-allow-credentials': 'true' })
  for (const origin of ['https://evil.test', `${ordersOrigin}.evil.test`, ordersOrigin.replace('http', 'https'), 'null', 'http://localhost']) {
    const no = await preflight(origin)
    t.strictSame(Object.keys(no.headers).filter(name => name.startsWith('access-control')), [], origin)
    t.match(no.headers['vary'], /Origin/)
  }
})

void t.test('Who is not signed in gets a problem, and GET is no way to a token', async t => {
  const { cookie: _, ...nobody } = own
  const answer = await askToken(null, nobody)
  t.match(answer.body, { code: 'not-signed-in', status: 401, loginUrl: `${url}/auth/login` })
  t.equal(answer.headers['cache-control'], 'no-store')
  t.equal((await ask('GET', '/auth/token', { headers: own })).status, 404)
  t.equal((await ask('HEAD', '/auth/token', { headers: own })).status, 404)
})

void t.test('A token ends with its session', async t => {
  await house.heard(async () => await house.patch('/tenants/acme', { sessionLifetimeSeconds: 100 }))
  const { cookie: short } = await house.signIn()
  const answer = await askToken(null, { ...own, cookie: short })
  t.ok(Number(answer.body['expires_in']) <= 100, String(answer.body['expires_in']))
  clock.advance(101)
  t.match((await askToken(null, { ...own, cookie: short })).body, { code: 'session-expired', status: 401 })
})

void t.test('An app that is new is known at once', async t => {
  const fresh = { ...own, cookie: (await house.signIn()).cookie }
  const before = await askToken({ app: 'reports' }, fresh)
  t.equal(before.status, 403)
  await house.heard(async () => await made(gateway, '/apps', { slug: 'reports', name: 'Reports', audience: 'https://reports.northwind.test', hosts: [`reports.${host}`] }))
  t.equal((await askToken({ app: 'reports' }, fresh)).status, 200)
})

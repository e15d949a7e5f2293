// Whom does forward-auth let pass, as whom, and what does it tell the proxy of everybody else?
import { createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { made } from '../world/tenancy.ts'
import { audience, openHouse } from './house.ts'

const house = await openHouse(t, { TRUSTED_PROXIES: '127.0.0.1' })
const { ask, host, ordersHost, acme, url, gateway } = house
const { cookie } = await house.signIn()
const signedIn = { cookie }
const sessionCookie = cookie.split('; ').find(one => one.startsWith('gatehouse=')) ?? ''
const identity = ['authorization', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-tenant', 'x-auth-request-roles']
const navigation = { 'sec-fetch-mode': 'navigate', accept: 'text/html' }

/** As somebody who is no proxy of ours. */
async function askAsStranger (path: string, headers: Record<string, string>) {
  return await gateway.gateway.server.inject({ url: path, headers: { host, ...headers }, remoteAddress: '203.0.113.7' })
}

void t.test('Signed in and allowed: 200, an empty body, who it is, and a token that verifies', async t => {
  const answer = await ask('GET', '/auth/check', { headers: signedIn })
  t.equal(answer.status, 200)
  t.equal(answer.text, '')
  t.match(answer.headers, { 'x-auth-request-user': acme.members.get('ada@acme.test') ?? '', 'x-auth-request-email': 'ada@acme.test', 'x-auth-request-tenant': 'acme', 'x-auth-request-roles': 'admin,buyer', 'cache-control': 'no-store' })
  t.notOk('set-cookie' in answer.headers)
  const { body } = await ask('GET', '/.well-known/jwks.json')
  const { payload } = await jwtVerify(String(answer.headers['authorization']).replace('Bearer ', ''), createLocalJWKSet({ keys: Array.isArray(body['keys']) ? body['keys'] : [] }), { issuer: url, audience, typ: 'at+jwt', currentDate: house.clock.now() })
  t.match(payload, { sub: acme.members.get('ada@acme.test') ?? '', tenant: 'acme', roles: ['admin', 'buyer'] })
})

void t.test('Not signed in: 401 with the Location of the login and a problem; a navigation is redirected only where the mode says so', async t => {
  const plain = await ask('GET', '/auth/check')
  t.equal(plain.status, 401)
  t.equal(plain.headers['location'], `${url}/auth/login`)
  t.match(plain.body, { code: 'not-signed-in', status: 401, reference: /^[a-z]+-[a-z]+-\w{5}$/ })
  const rows: ReadonlyArray<readonly [string, Record<string, string>, number]> = [
    ['?mode=redirect', navigation, 303],
    ['?mode=redirect', { accept: 'text/html' }, 303],
    ['?mode=redirect', { 'sec-fetch-mode': 'cors', accept: 'text/html' }, 401],
    ['?mode=redirect', {}, 401],
    ['?mode=other', navigation, 401],
    ['', navigation, 401]
  ]
  for (const [query, headers, status] of rows) {
    const answer = await ask('GET', `/auth/check${query}`, { headers })
    t.equal(answer.status, status, `${query} ${JSON.stringify(headers)}`)
    t.equal(answer.headers['location'], `${url}/auth/login`)
    t.equal(answer.headers['cache-control'], 'no-store')
    t.strictSame(identity.filter(name => name in answer.headers), [])
  }
})

void t.test('Where the browser wanted to go is rebuilt from what a trusted proxy says, with or without X-Forwarded-For', async t => {
  const said = { 'x-forwarded-proto': 'https', 'x-forwarded-host': ordersHost, 'x-forwarded-uri': '/orders?page=2&x=%2F' }
  // The app's own: only there can the browser be given something to come back with.
  const ordersLogin = `http://${ordersHost}/auth/login`
  const wanted = `${ordersLogin}?return_to=${encodeURIComponent(`https://${ordersHost}/orders?page=2&x=%2F`).replaceAll('%20', '+')}`
  t.equal((await ask('GET', '/auth/check', { headers: said })).headers['location'], wanted)
  t.equal((await ask('GET', '/auth/check', { headers: { ...said, 'x-forwarded-for': '203.0.113.7' } })).headers['location'], wanted)
  t.equal((await ask('GET', '/auth/check', { headers: { ...said, 'x-forwarded-host': `evil.test, ${ordersHost}` } })).headers['location'], wanted, 'the nearest proxy\'s word counts')
  for (const uri of ['', 'orders', 'https://evil.test/', `/${'x'.repeat(2_000)}`]) {
    t.equal((await ask('GET', '/auth/check', { headers: { ...said, 'x-forwarded-uri': uri } })).headers['location'], ordersLogin, uri.slice(0, 30))
  }
})

void t.test('Nothing that a stranger says about hosts, schemes or places is believed', async t => {
  const strange = { 'x-forwarded-proto': 'https', 'x-forwarded-host': ordersHost, 'x-forwarded-uri': '/orders', 'x-forwarded-for': '127.0.0.1' }
  const answer = await askAsStranger('/auth/check', strange)
  t.equal(answer.statusCode, 401)
  t.equal(answer.headers['location'], `${url}/auth/login`)
  t.equal((await askAsStranger('/auth/check', { ...strange, ...signedIn })).headers['x-auth-request-user'], acme.members.get('ada@acme.test'), 'the Host is what counts')
  t.equal((await askAsStranger('/auth/check', { ...strange, host: 'evil.test' })).statusCode, 403)
  const underscored = await ask('GET', '/auth/check', { headers: { X_Forwarded_Host: ordersHost, X_Forwarded_Uri: '/orders', ...signedIn } })
  t.equal(underscored.status, 200, 'a header with underscores is another header')
})

void t.test('The app is that of the host, or the one that is named by id or slug; an unknown one is 403', async t => {
  const orders = await gateway.api('GET', '/apps/orders')
  for (const query of ['?app=orders', `?app=${String(orders.body['id'])}`]) {
    const answer = await ask('GET', `/auth/check${query}`, { headers: signedIn })
    t.equal(answer.status, 200)
    t.match(JSON.parse(Buffer.from(String(answer.headers['authorization']).split('.')[1] ?? '', 'base64url').toString()), { aud: 'https://orders.northwind.test' })
  }
  const unknown: ReadonlyArray<readonly [string, Record<string, string>]> = [['?app=other', {}], ['?app=__proto__', {}], ['?app=ORDERS', {}], ['', { host: 'evil.test' }], ['', { 'x-forwarded-host': 'evil.test' }], ['', { host: `${host}.evil.test` }], ['', { host: '127.0.0.1' }]]
  for (const [query, headers] of unknown) {
    for (const more of [{}, signedIn]) {
      const answer = await ask('GET', `/auth/check${query}`, { headers: { ...headers, ...more } })
      t.equal(answer.status, 403, `${query} ${JSON.stringify(headers)}`)
      t.equal(answer.body['code'], 'app-unknown')
      t.strictSame(identity.filter(name => name in answer.headers), [])
      t.notMatch(answer.text, /evil/)
    }
  }
})

void t.test('Roles are any of, the tenant is its id or slug, and who does not fit is 403', async t => {
  const rows: ReadonlyArray<readonly [string, number, string?]> = [
    ['roles=admin', 200],
    ['roles=nobody,buyer', 200],
    ['roles=', 200],
    ['roles=,,', 200],
    ['roles=nobody', 403, 'role-missing'],
    ['roles=Admin', 403, 'role-missing'],
    ['roles=adm', 403, 'role-missing'],
    ['roles=admin%20', 403, 'role-missing'],
    ['roles=__proto__', 403, 'role-missing'],
    ['tenant=acme', 200],
    [`tenant=${acme.id}`, 200],
    ['tenant=globex', 403, 'tenant-mismatch'],
    ['tenant=ACME', 403, 'tenant-mismatch'],
    ['tenant=acme&roles=nobody', 403, 'role-missing'],
    ['tenant=globex&roles=admin&mode=redirect', 403, 'tenant-mismatch']
  ]
  for (const [query, status, code] of rows) {
    const answer = await ask('GET', `/auth/check?${query}`, { headers: { ...signedIn, ...navigation } })
    t.equal(answer.status, status, query)
    if (code !== undefined) t.equal(answer.body['code'], code, query)
    if (status !== 200) t.strictSame(identity.filter(name => name in answer.headers), [])
    t.notOk('location' in answer.headers, 'somebody who is signed in is not sent to sign in again')
  }
})

void t.test('A question that can be read in two ways is answered to nobody', async t => {
  for (const query of ['roles=nobody&roles=admin', 'tenant=globex&tenant=acme', 'app=orders&app=northwind', 'mode=a&mode=b', `app=${'x'.repeat(64)}`, `tenant=${'x'.repeat(64)}`, `roles=${'x'.repeat(6_501)}`]) {
    const answer = await ask('GET', `/auth/check?${query}`, { headers: signedIn })
    t.equal(answer.status, 400, query.slice(0, 40))
    t.equal(answer.body['code'], 'validation-failed')
    t.strictSame(identity.filter(name => name in answer.headers), [])
  }
})

void t.test('Identity headers on the way in are nobody\'s word, in any spelling', async t => {
  for (const spell of [(name: string) => name, (name: string) => name.toUpperCase(), (name: string) => name.replaceAll('-', '_')]) {
    const planted = { [spell('x-auth-request-user')]: 'mem-planted', [spell('x-auth-request-email')]: 'planted@acme.test', [spell('x-auth-request-tenant')]: 'planted', [spell('x-auth-request-roles')]: 'planted' }
    t.equal((await ask('GET', '/auth/check', { headers: planted })).status, 401)
    const answer = await ask('GET', '/auth/check', { headers: { ...planted, ...signedIn } })
    t.equal(answer.status, 200)
    t.notMatch(JSON.stringify(answer.headers), /planted/)
  }
})

void t.test('No cookie but the one that we signed opens anything, and no other header does', async t => {
  const value = sessionCookie.slice('gatehouse='.length)
  const [id = '', signature = ''] = value.split('.')
  const closed: Readonly<Record<string, Record<string, string>>> = {
    'an empty cookie': { cookie: 'gatehouse=' },
    'a cut one': { cookie: sessionCookie.slice(0, -1) },
    'the id without a signature': { cookie: `gatehouse=${id}` },
    'another id': { cookie: `gatehouse=${id.startsWith('x') ? 'y' : 'x'}${id.slice(1)}.${signature}` },
    'another name': { cookie: `__Host-gatehouse=${value}` },
    'upper case': { cookie: `GATEHOUSE=${value}` },
    'a planted one before ours': { cookie: `gatehouse=planted.${signature}; ${sessionCookie}` },
    'a planted one behind ours': { cookie: `${sessionCookie}; gatehouse=planted.${signature}` },
    'a huge one': { cookie: `gatehouse=${'x'.repeat(8_000)}.${signature}` },
    'broken percent-encoding': { cookie: `gatehouse=%zz${value}` },
    'a bearer token that is none': { authorization: 'Bearer x' },
    'the session as a bearer token': { authorization: `Bearer ${value}` },
    'basic credentials': { authorization: `Basic ${Buffer.from('ada@acme.test:x').toString('base64')}` },
    'the user agent of a health check': { 'user-agent': 'kube-probe/1.30' },
    'a public path of another rule': { 'x-forwarded-uri': '/livez', 'x-original-url': '/auth/login' }
  }
  for (const [what, headers] of Object.entries(closed)) {
    const answer = await ask('GET', '/auth/check', { headers })
    t.equal(answer.status, 401, what)
    t.strictSame(identity.filter(name => name in answer.headers), [], what)
  }
})

void t.test('A session counts on its own host only', async t => {
  for (const headers of [{ host: ordersHost }, { 'x-forwarded-host': ordersHost }]) {
    const answer = await ask('GET', '/auth/check', { headers: { ...headers, ...signedIn } })
    t.equal(answer.status, 401)
    t.equal(answer.body['code'], 'not-signed-in')
  }
  t.equal((await ask('GET', '/auth/check?app=northwind', { headers: { host: 'evil.test', ...signedIn } })).status, 401, 'nor on one that is nobody\'s, whatever app is named')
})

void t.test('A proxy may ask with the method of the request that it asks about; the answer is the same', async t => {
  for (const method of ['HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
    t.equal((await ask(method, '/auth/check', { headers: signedIn })).status, 200, method)
    const refused = await ask(method, '/auth/check')
    t.equal(refused.status, 401, method)
    t.strictSame(identity.filter(name => name in refused.headers), [])
  }
})

void t.test('A path that only looks like it is not the check', async t => {
  for (const path of ['/auth/check/', '/auth//check', '/auth/Check', '/auth/check/x', '/auth/%63heck/', '/auth/check%23', '/auth/check;x']) t.equal((await ask('GET', path, { headers: signedIn })).status, 404, path)
})

void t.test('What a header cannot hold is percent-encoded UTF-8', async t => {
  const zoe = await house.signIn('zo\u00eb@acme.test')
  const answer = await ask('GET', '/auth/check', { headers: { cookie: zoe.cookie } })
  t.equal(answer.status, 200)
  t.equal(answer.headers['x-auth-request-email'], 'zo%C3%AB@acme.test')
  t.equal(answer.headers['x-auth-request-roles'], '')
})

void t.test('A change of roles or status counts at the next check', async t => {
  const bob = await made(gateway, '/tenants/acme/members', { email: 'bob@acme.test', name: 'Bob Acme', roles: ['buyer'] })
  const headers = { cookie: (await house.signIn('bob@acme.test')).cookie }
  t.equal((await ask('GET', '/auth/check?roles=buyer', { headers })).status, 200)
  await house.heard(async () => await house.patch(`/tenants/acme/members/${String(bob['id'])}`, { roles: ['seller'] }))
  t.equal((await ask('GET', '/auth/check?roles=buyer', { headers })).status, 403)
  const answer = await ask('GET', '/auth/check', { headers })
  t.equal(answer.headers['x-auth-request-roles'], 'seller')
  t.match(Buffer.from(String(answer.headers['authorization']).split('.')[1] ?? '', 'base64url').toString(), /"roles":\["seller"\]/)
  await house.heard(async () => await house.patch(`/tenants/acme/members/${String(bob['id'])}`, { status: 'suspended' }))
  const refused = await ask('GET', '/auth/check', { headers })
  t.equal(refused.status, 403)
  t.equal(refused.body['code'], 'member-suspended')
})

void t.test('A session that is over is 401 with the way to a new one', async t => {
  house.clock.advance(3_599)
  t.equal((await ask('GET', '/auth/check', { headers: signedIn })).status, 200)
  house.clock.advance(3_599)
  t.equal((await ask('GET', '/auth/check', { headers: signedIn })).status, 200, 'a check counts as use')
  house.clock.advance(3_600)
  const answer = await ask('GET', '/auth/check', { headers: signedIn })
  t.equal(answer.status, 401)
  t.equal(answer.body['code'], 'session-expired')
  t.equal(answer.headers['location'], `${url}/auth/login`)
})

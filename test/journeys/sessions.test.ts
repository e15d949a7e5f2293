import { createHash } from 'node:crypto'
import t from 'tap'
import { request } from 'undici'
import type { Browser, Until } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { openSecureGateway } from './secure-gateway.ts'
import { ask, atProduct, knock, pickPerson, signIn, whoAmI } from './signing-in.ts'
import { openForeignPage, openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const okta = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'])
const world = await openWorld(t, [okta.url], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: okta, members: ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'].map(email => ({ email, name: email })) })
const publicUrl = 'https://login.northwind.test'
const secure = await openSecureGateway(t, publicUrl, [okta.url], clock)
const till = atProduct(world)
const cookieOf = (browser: Browser): string => decodeURIComponent(browser.jar.value(world.url, 'gatehouse') ?? '')
const idOf = (browser: Browser): string => cookieOf(browser).split('.')[0] ?? ''
const hash = (text: string): string => createHash('sha256').update(text).digest('base64url')
const rowsOf = async (browser: Browser): Promise<number> => (await world.sql('select 1 from sessions where id_hash = $1', [hash(idOf(browser))])).length
const plant = (browser: Browser, value: string): boolean => browser.jar.take(new URL(world.url), `gatehouse=${encodeURIComponent(value)}; Path=/`)
const statuses = async (browser: Browser): Promise<number[]> => Object.values(await knock(world, browser)).map(({ status }) => status)

async function signedIn (email: string): Promise<Browser> {
  const browser = world.browser()
  await signIn(world, browser, email)
  return browser
}

void t.test('the database holds the hash of a session\'s id and nowhere the id itself', async t => {
  const browser = await signedIn('ada@acme.test')
  t.ok(idOf(browser).length >= 32, 'an id that nobody guesses')
  t.equal(await rowsOf(browser), 1)
  const tables = await world.sql("select table_name from information_schema.tables where table_schema = 'public'")
  for (const { table_name: table } of tables) {
    const rows = JSON.stringify(await world.sql(`select * from ${String(table)}`))
    t.notOk(rows.includes(idOf(browser)) || rows.includes(cookieOf(browser)), String(table))
  }
})

void t.test('BCP-09: signing in makes a new session, and the old one is gone from the table', async t => {
  const browser = await signedIn('ada@acme.test')
  const before = { cookie: cookieOf(browser), hash: hash(idOf(browser)) }
  await browser.visit(acme.initiateLoginUri, till)
  t.not(cookieOf(browser), before.cookie)
  t.equal(await rowsOf(browser), 1)
  t.strictSame(await world.sql('select 1 from sessions where id_hash = $1', [before.hash]), [])
  const thief = world.browser()
  plant(thief, before.cookie)
  t.strictSame(await statuses(thief), [401, 401, 401], 'whoever had copied the old cookie has nothing')
})

void t.test('BCP-09: a session id that somebody planted never becomes a signed-in one', async t => {
  const eve = await signedIn('eve@acme.test')
  const planted = { guessed: 'planted-by-somebody.0123456789', own: cookieOf(eve), unsigned: idOf(eve) }
  for (const [kind, value] of Object.entries(planted)) {
    const victim = world.browser()
    t.ok(plant(victim, value), kind)
    await victim.visit(acme.initiateLoginUri, till)
    await pickPerson(victim, 'ada@acme.test', till)
    t.not(cookieOf(victim), value, `${kind}: the victim has a session of their own`)
    t.match(await whoAmI(world, victim), { body: { member: { email: 'ada@acme.test' } } })
    const attacker = world.browser()
    plant(attacker, value)
    const { status, body } = await whoAmI(world, attacker)
    t.ok(status === 401 || JSON.stringify(body).includes('eve@acme.test'), `${kind}: the planted one is not Ada's`)
  }
})

void t.test('visitors get no row and no cookie, whatever they ask for', async t => {
  const tables = ['attempts', 'pending_attempts', 'sessions', 'sign_ins', 'events', 'members']
  const before = await Promise.all(tables.map(world.count))
  const asked: ReadonlyArray<readonly [method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS', path: string]> = [
    ['GET', '/'], ['GET', '/auth/login'], ['GET', '/auth/login?return_to=/x&app=northwind'], ['GET', '/auth/login?tenant=nobody'], ['GET', '/auth/login?login_hint=x%40y.test'],
    ['POST', '/auth/login'], ['HEAD', '/auth/login?tenant=acme'], ['GET', '/auth/session'], ['GET', '/auth/check?app=northwind'], ['GET', '/auth/check'], ['POST', '/auth/token'],
    ['OPTIONS', '/auth/token'], ['GET', '/auth/logout'], ['POST', '/auth/logout'], ['GET', '/auth/logout/done'], ['GET', '/auth/initiate'], ['GET', '/auth/initiate/con-none'],
    ['POST', '/auth/initiate/con-none'], ['GET', '/auth/callback/con-none?state=x&code=y'], ['GET', `/auth/callback/${acme.connection}?state=x&code=y`], ['GET', '/.well-known/jwks.json'],
    ['GET', '/.well-known/oauth-authorization-server'], ['GET', '/api/v1/tenants'], ['GET', '/auth/nothing'], ['GET', '/favicon.ico']
  ]
  for (const [method, path] of asked) {
    for (const cookie of ['', 'gatehouse=forged.signature', `gatehouse=${'x'.repeat(3000)}`]) {
      const { headers, statusCode, body } = await request(world.url + path, { method, headers: { accept: 'text/html', 'x-csrf': '1', cookie } })
      await body.dump()
      t.ok(statusCode < 500, `${method} ${path} ${statusCode}`)
      const set = [headers['set-cookie'] ?? []].flat().filter(header => !/^gatehouse=;/.test(header))
      t.strictSame(set, [], `${method} ${path}`)
    }
  }
  t.strictSame(await Promise.all(tables.map(world.count)), before)
})

void t.test('a session ends when it has been idle for an hour, and every use begins the hour again', async t => {
  const browser = await signedIn('ada@acme.test')
  for (const use of [async () => await whoAmI(world, browser), async () => await ask(world, browser, '/auth/check?app=northwind'), async () => await ask(world, browser, '/auth/token', 'POST', { 'x-csrf': '1' })]) {
    clock.advance(3599)
    t.equal((await use()).status, 200)
  }
  clock.advance(1800)
  const looked = await whoAmI(world, browser, '?touch=false')
  t.equal(looked.status, 200)
  t.equal(Date.parse(String(looked.body['idleExpiresAt'])) - clock.now().getTime(), 1_800_000, 'touch=false looks, and does not use')
  clock.advance(1800)
  t.match(await whoAmI(world, browser), { status: 401, code: 'session-expired' })
  t.strictSame(await statuses(browser), [401, 401, 401])
})

void t.test('a session ends after twelve hours, however busy', async t => {
  const browser = await signedIn('ada@acme.test')
  for (let hours = 0; hours < 12; hours++) {
    t.equal((await whoAmI(world, browser)).status, 200, `after ${hours} hours`)
    clock.advance(hours < 11 ? 3599 : 3599 + 12)
  }
  const { code, status } = await whoAmI(world, browser)
  t.equal(status, 401)
  t.equal(code, 'session-expired')
})

void t.test('a tenant may have shorter ones', async t => {
  await world.heard(async () => await world.patch('/tenants/acme', { sessionIdleSeconds: 60, sessionLifetimeSeconds: 150 }))
  const [idle, busy] = [await signedIn('ada@acme.test'), await signedIn('ada@acme.test')]
  clock.advance(59)
  t.strictSame([(await whoAmI(world, idle, '?touch=false')).status, (await whoAmI(world, busy)).status], [200, 200])
  clock.advance(1)
  t.strictSame([(await whoAmI(world, idle)).status, (await whoAmI(world, busy)).status], [401, 200])
  const { headers } = await ask(world, busy, '/auth/check?app=northwind')
  const claims: { exp: number } = JSON.parse(Buffer.from(String(headers['authorization']).split('.')[1] ?? '', 'base64url').toString())
  t.ok(claims.exp * 1000 <= clock.now().getTime() + 90_000, 'and no token outlives the session')
  clock.advance(59)
  t.equal((await whoAmI(world, busy)).status, 200)
  clock.advance(31)
  t.equal((await whoAmI(world, busy)).status, 401)
  await world.heard(async () => await world.patch('/tenants/acme', { sessionIdleSeconds: null, sessionLifetimeSeconds: null }))
})

void t.test('signing out is asked first, then done at every door at once', async t => {
  const browser = await signedIn('ada@acme.test')
  const other = await signedIn('ada@acme.test')
  const stolen = cookieOf(browser)
  t.match(await browser.visit(`${world.url}/auth/logout`), { status: 200, text: /Sign out of Northwind \?.*ada@acme\.test/ })
  t.equal((await whoAmI(world, browser)).status, 200, 'the question alone changes nothing')
  t.match(await browser.submit('/auth/logout'), { status: 200, text: /You’re signed out/ })
  plant(browser, stolen)
  t.strictSame(await statuses(browser), [401, 401, 401], 'even for a copy of the cookie')
  t.equal((await whoAmI(world, other)).status, 200, 'a sign-in in another browser is another sign-in')
})

void t.test('another site can neither sign anybody out nor have a token', async t => {
  const browser = await signedIn('ada@acme.test')
  for (const action of ['/auth/logout', '/auth/token', '/auth/login']) {
    await browser.visit((await openForeignPage(t, `<form method="post" action="${world.url}${action}"><input name="email" value="ada@acme.test"></form>`)).url)
    t.equal((await browser.submit(world.url + action)).status, 403, action)
  }
  t.equal((await ask(world, browser, '/auth/logout', 'POST', { 'sec-fetch-site': 'same-site' })).status, 403, 'nor one that shares the site, without proof')
  t.equal((await ask(world, browser, '/auth/token', 'POST')).status, 403)
  t.equal((await whoAmI(world, browser)).status, 200)
})

void t.test('where the connection says so, the person may go on to end the session at Okta too', async t => {
  await world.heard(async () => await world.patch(`/tenants/acme/connections/${acme.connection}`, { endsOktaSession: true }))
  const browser = await signedIn('ada@acme.test')
  await browser.visit(`${world.url}/auth/logout`)
  await browser.submit('/auth/logout')
  t.match(browser.page().text, /Sign out of Okta too/)
  t.equal((await whoAmI(world, browser)).status, 401, 'signed out here before Okta is asked')
  t.match(await browser.submit(`${okta.url}/oauth2/v1/logout`), { status: 200, url: new RegExp(`^${world.url}/auth/logout/done`), text: /You’re signed out/ })
  t.match(await browser.visit(`${okta.url}/app/UserHome`), { url: `${okta.url}/signin` }, 'Okta asks who it is again')
  t.equal((await world.sql('select 1 from sign_ins where id_token_sealed like \'eyJ%.%.%.%.%\' or id_token_sealed is null')).length, await world.count('sign_ins'), 'ID tokens are kept sealed or not at all')
  await world.heard(async () => await world.patch(`/tenants/acme/connections/${acme.connection}`, { endsOktaSession: false }))
})

void t.test('an operator ends a sign-in by either id, a member\'s, or a whole tenant\'s, at once', async t => {
  const newest = async (): Promise<Record<string, unknown>> => (await world.sql('select id, sign_in_id from sessions order by created_at desc limit 1'))[0] ?? {}
  const ways: Readonly<Record<string, () => Promise<string>>> = {
    'by session id': async () => `/sessions/${String((await newest())['id'])}`,
    'by sign-in id': async () => `/sessions/${String((await newest())['sign_in_id'])}`,
    'of a member': async () => `/tenants/acme/members/${acme.members.get('ada@acme.test') ?? ''}/sessions`,
    'of a tenant': async () => '/tenants/acme/sessions'
  }
  for (const [name, way] of Object.entries(ways)) {
    await world.sql('delete from sign_ins')
    const browser = await signedIn('ada@acme.test')
    const path = await way()
    await world.heard(async () => await world.gateway.api('DELETE', path))
    t.strictSame(await statuses(browser), [401, 401, 401], name)
  }
})

void t.test('a member who is suspended while signed in is out at the next request, and in again when active', async t => {
  const browser = await signedIn('bob@acme.test')
  const bob = `/tenants/acme/members/${acme.members.get('bob@acme.test') ?? ''}`
  await world.heard(async () => await world.patch(bob, { status: 'suspended' }))
  t.strictSame(await statuses(browser), [403, 403, 403])
  await world.heard(async () => await world.patch(bob, { status: 'active' }))
  t.strictSame(await statuses(browser), [200, 200, 200])
})

const attributes = (browser: Browser): ReadonlyArray<readonly [string, boolean, boolean, string, boolean, string]> =>
  browser.jar.list().filter(({ name }) => name.includes('gatehouse')).map(({ name, secure: only, httpOnly, sameSite, hostOnly, path }) => [name.replace(/(attempt-)[\w-]{16}$/, '$1*'), only, httpOnly, sameSite, hostOnly, path])

void t.test('behind https every cookie is __Host-, Secure, HttpOnly, Lax, and of this host alone', async t => {
  await made(secure, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: ['login.northwind.test'], homeUrl: `${publicUrl}/home` })
  await createTenancy(secure, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: okta, appLabel: 'Northwind behind https', members: [{ email: 'ada@acme.test', name: 'Ada' }] })
  const browser = secure.browser()
  const end: Until = next => next.pathname === '/home'
  await browser.visit(`${publicUrl}/auth/login?tenant=acme`, end)
  t.strictSame(attributes(browser), [['__Host-gatehouse-attempt-*', true, true, 'Lax', true, '/']])
  t.equal((await pickPerson(browser, 'ada@acme.test', end)).location, `${publicUrl}/home`)
  t.strictSame(attributes(browser).filter(([name]) => name === '__Host-gatehouse'), [['__Host-gatehouse', true, true, 'Lax', true, '/']])
  const cookie = browser.jar.header(new URL(publicUrl)) ?? ''
  t.match(JSON.parse((await browser.fetch(`${publicUrl}/auth/session`, { headers: { cookie } })).body), { member: { email: 'ada@acme.test' } })
  t.match((await browser.visit(`${publicUrl}/auth/login?return_to=/none`, () => true)).headers['strict-transport-security'], /max-age=\d{8}/)
  const plain = await request(`${secure.url}/auth/login?tenant=acme`, { headers: { host: 'login.northwind.test' } })
  t.equal(plain.statusCode, 400, 'a request that did not come by https is told so')
  t.equal(plain.headers['set-cookie'], undefined)
})

void t.test('on plain http at localhost, where browsers refuse the prefix, they go without it and are otherwise the same', async t => {
  const browser = world.browser()
  await browser.visit(`${world.url}/auth/login?tenant=acme`, till)
  await pickPerson(browser, 'ada@acme.test', till)
  t.strictSame(attributes(browser), [['gatehouse-attempt-*', false, true, 'Lax', true, '/'], ['gatehouse', false, true, 'Lax', true, '/']])
})

// Apps that are served through the gateway itself: one door, one sign-in, and an app that is told who came.
import { createRemoteJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { request } from 'undici'
import type { Page } from '../world/browser.ts'
import { shakeHands } from '../world/web-socket.ts'
import { echo } from '../world/steered-upstream.ts'
import { openServedWorld } from './served-world.ts'

const { world, at, crm, docs, enter, cookieAt, askAt, host } = await openServedWorld(t)

interface Echo { method: string, url: string, headers: Record<string, string>, rawHeaders: string[], body: string }
function echoed ({ body }: Pick<Page, 'body'>): Echo {
  return JSON.parse(body)
}

void t.test('a visit leads through the login and Okta to the app, with path and query, and the app is told who came', async t => {
  const browser = world.browser()
  const page = await enter(browser, 'crm', 'ada@acme.test', '/deals?open=1&q=%2F')
  t.equal(page.url, `${at('crm')}/deals?open=1&q=%2F`)
  t.equal(page.status, 200)
  const { url, headers } = echoed(page)
  t.equal(url, '/deals?open=1&q=%2F')
  t.match(headers, { 'x-auth-request-user': /^mem-/, 'x-auth-request-email': 'ada@acme.test', 'x-auth-request-tenant': 'acme', 'x-auth-request-roles': 'user' })
  t.match(headers, { host: host('crm'), 'x-forwarded-host': host('crm'), 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' })
  const { payload } = await jwtVerify(headers['authorization']?.slice(7) ?? '', createRemoteJWKSet(new URL('/.well-known/jwks.json', world.url)), { issuer: world.url, audience: 'crm', typ: 'at+jwt' })
  t.match(payload, { email: 'ada@acme.test', tenant: 'acme' })
})

void t.test('whoever is not signed in gets the login as a page and 401 as a program, and the app hears of nobody', async t => {
  const before = crm.asked.length
  const page = await world.browser().visit(`${at('crm')}/deals?open=1`, () => true)
  t.equal(page.status, 303)
  t.equal(page.headers['cache-control'], 'no-store')
  t.equal(page.location, `${at('crm')}/auth/login?return_to=${encodeURIComponent(`${at('crm')}/deals?open=1`)}`)
  const told = await askAt('crm', '/deals?open=1')
  t.match(told, { status: 401, headers: { location: page.location, 'content-type': 'application/problem+json', 'cache-control': 'no-store' } })
  t.match(told.body, /"code":"not-signed-in"/)
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'] as const) t.equal((await askAt('crm', '/', { method })).status, 401, method)
  const form = await askAt('crm', '/deals', { method: 'POST', headers: { 'sec-fetch-mode': 'navigate' } })
  t.match(form, { status: 303, headers: { location: `${at('crm')}/auth/login` } })
  t.equal((await askAt('crm', '/', { cookie: 'gatehouse=forged.signature' })).status, 401)
  t.equal(crm.asked.length, before)
})

void t.test('whoever is signed in and not allowed gets 403, as a page and as a problem', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'bob@acme.test')
  const [bob] = await world.sql('select id from members where email = $1', ['bob@acme.test'])
  await world.heard(async () => await world.patch(`/tenants/acme/members/${String(bob?.['id'])}`, { status: 'suspended' }))
  const before = crm.asked.length
  const page = await browser.visit(`${at('crm')}/`)
  t.equal(page.status, 403)
  t.match(page.headers['content-type'], 'text/html')
  t.match(await askAt('crm', '/', { cookie: cookieAt(browser, 'crm') }), { status: 403, body: /"code":"member-suspended"/ })
  t.equal(crm.asked.length, before)
})

void t.test('two tenants, one app: each request carries its own person and nobody else\'s', async t => {
  const [ada, gus] = [world.browser(), world.browser()]
  await enter(ada, 'crm', 'ada@acme.test')
  await enter(gus, 'crm', 'gus@globex.test')
  for (const [browser, tenant, email] of [[ada, 'acme', 'ada@acme.test'], [gus, 'globex', 'gus@globex.test'], [ada, 'acme', 'ada@acme.test']] as const) {
    t.match(echoed(await browser.visit(`${at('crm')}/`)).headers, { 'x-auth-request-tenant': tenant, 'x-auth-request-email': email })
  }
})

void t.test('the cookie of one app opens no other app, and the second app needs no second sign-in', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  t.equal((await askAt('docs', '/', { cookie: cookieAt(browser, 'crm') })).status, 401)
  const page = await browser.visit(`${at('docs')}/start?a=b`)
  t.equal(page.status, 200)
  t.equal(echoed(page).url, '/base/start?a=b', 'below the path of its upstream')
})

void t.test('signing out ends it: the next request does not reach the app', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const cookie = cookieAt(browser, 'crm')
  t.equal((await askAt('crm', '/', { cookie })).status, 200)
  await browser.visit(`${at('crm')}/auth/logout`)
  await world.heard(async () => await browser.submit('/auth/logout'))
  const before = crm.asked.length
  t.equal((await askAt('crm', '/', { cookie })).status, 401)
  t.equal(crm.asked.length, before)
})

void t.test('the gateway keeps its own paths on every host, and the rest is the product\'s', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const cookie = cookieAt(browser, 'crm')
  const before = crm.asked.length
  for (const path of ['/auth/session', '/auth/check', '/auth/nothing', '/auth', '/%61uth/session', '/.well-known/jwks.json', '/.well-known/oauth-authorization-server']) await askAt('crm', path, { cookie })
  t.equal(crm.asked.length, before)
  for (const path of ['/api/v1/tenants', '/scim/v2/Users', '/authors', '/AUTH/login', '/.well-known/security.txt', '/readyz', '/']) {
    t.equal(JSON.parse((await askAt('crm', path, { cookie })).body).url, path)
  }
  t.equal((await world.gateway.api('GET', '/tenants')).status, 200, 'the operator API stays where it is')
})

void t.test('an app gets an upstream and loses it again: from the next request on', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const cookie = cookieAt(browser, 'crm')
  await world.heard(async () => await world.patch('/apps/crm', { upstream: null }))
  t.equal((await askAt('crm', '/deals', { cookie })).status, 404)
  await world.heard(async () => await world.patch('/apps/crm', { upstream: crm.url }))
  t.equal((await askAt('crm', '/deals', { cookie })).status, 200)
})

void t.test('an app on the login host: its own pages come from its upstream, and the gateway\'s stay', async t => {
  await world.heard(async () => await world.patch('/apps/northwind', { upstream: docs.url }))
  const browser = world.browser()
  await enter(browser, 'northwind', 'ada@acme.test', '/home')
  const cookie = cookieAt(browser, 'northwind')
  for (const path of ['/', '/home', '/api/v2/x']) t.equal(JSON.parse((await askAt('northwind', path, { cookie })).body).url, path)
  const before = docs.asked.length
  for (const path of ['/api/v1/tenants', '/auth/session', '/scim/v2/x']) await askAt('northwind', path, { cookie })
  t.equal(docs.asked.length, before)
  await world.heard(async () => await world.patch('/apps/northwind', { upstream: null }))
  t.equal((await askAt('northwind', '/home', { cookie })).status, 404)
})

void t.test('redirects of the app are the browser\'s to follow, and never lead to the address of its server', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  await browser.visit(`${at('docs')}/`)
  const cookie = cookieAt(browser, 'docs')
  t.teardown(() => { docs.answer = echo })
  for (const [said, seen] of [
    [`${docs.url}/base/next?x=1#y`, `${at('docs')}/next?x=1#y`],
    ['/base/next', '/next'],
    ['/base', '/'],
    ['next', 'next'],
    ['/elsewhere', '/elsewhere'],
    ['https://partner.test/base/next', 'https://partner.test/base/next']
  ] as const) {
    docs.answer = (_request, response) => { response.writeHead(302, { location: said }).end() }
    t.match(await askAt('docs', '/go', { cookie }), { status: 302, headers: { location: seen } }, said)
  }
})

void t.test('an app that is not there is 502, in words of our own', async t => {
  const browser = world.browser()
  await enter(browser, 'docs', 'ada@acme.test')
  const cookie = cookieAt(browser, 'docs')
  await world.heard(async () => await world.patch('/apps/docs', { upstream: 'http://127.0.0.1:9' }))
  const page = await browser.visit(`${at('docs')}/`)
  t.equal(page.status, 502)
  t.match(page.text, /The app isn.t answering/)
  const problem = await askAt('docs', '/', { cookie })
  t.match(problem, { status: 502, headers: { 'cache-control': 'no-store' }, body: /"code":"upstream-unreachable"/ })
  t.notMatch(page.body + problem.body, /127\.0\.0\.1|ECONN|:9\b/)
  t.match(await shakeHands(at('docs'), { origin: at('docs'), cookie }), { status: 502, body: /"code":"upstream-unreachable"/ })
  await world.heard(async () => await world.patch('/apps/docs', { upstream: `${docs.url}/base` }))
})

void t.test('an app that hangs up in the middle leaves nothing of ours in its answer', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const cookie = cookieAt(browser, 'crm')
  t.teardown(() => { crm.answer = echo })
  crm.answer = request => { request.socket.destroy() }
  t.match(await askAt('crm', '/', { cookie }), { status: 502 })
  crm.answer = (_request, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('half', () => { response.destroy() })
  }
  await t.rejects(askAt('crm', '/', { cookie }))
  crm.answer = (_request, response) => { response.socket?.end('HTTP/1.1 999 Nonsense\r\ncontent-length: 6\r\n\r\nsecret') }
  const odd = await askAt('crm', '/', { cookie })
  t.equal(odd.status, 502)
  t.notMatch(odd.body, 'secret')
})

void t.test('a host that nobody serves is 421, whatever stands in X-Forwarded-Host', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const answer = await request(`${world.gateway.url}/x`, { headers: { host: 'evil.test', 'x-forwarded-host': host('crm'), cookie: cookieAt(browser, 'crm') } })
  t.not(answer.statusCode, 200)
  t.notMatch(await answer.body.text(), 'evil')
})

void t.test('the log names no person, cookie or token of what passes', async t => {
  const browser = world.browser()
  const page = await enter(browser, 'crm', 'ada@acme.test', '/search?q=confidential')
  const secrets = [cookieAt(browser, 'crm').split('=')[1] ?? '-', echoed(page).headers['authorization'] ?? '-', 'confidential']
  for (const secret of secrets) t.notOk(world.log.some(line => line.includes(secret)))
})

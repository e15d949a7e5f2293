// Who gets to the operator's pages, for how long, and what can nobody do in their name?
import t from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import { openHouse } from '../http/house.ts'
import { createClock } from '../world/clock.ts'
import { operatorPath, operatorWith, post, signInOperator } from './at-operator-pages.ts'
import { openSecureGateway } from './secure-gateway.ts'

const house = await openHouse(t)
const { url, gateway } = house
const home = `${url}${operatorPath}`
const signInPage = `${home}/sign-in`
const cookieOf = (browser: ReturnType<typeof house.browser>) => browser.jar.header(new URL(home)) ?? ''

void t.test('A key opens the pages once it was pasted in, and is in no cookie, no address, no table and no line of the log', async t => {
  const { browser, key, keyId } = await operatorWith(house, 'read')
  t.equal(browser.page().url, home)
  t.match(browser.page().text, /Who cannot sign in/)
  const [, cookie = ''] = /gatehouse-operator=([A-Za-z0-9_-]{43})$/.exec(cookieOf(browser)) ?? []
  t.not(cookie, '')
  const kept = JSON.stringify(await house.sql('select * from operator_sessions'))
  t.ok(kept.includes(hashOf(cookie)))
  for (const secret of [key, cookie]) {
    t.notOk(kept.includes(secret))
    t.notOk(JSON.stringify(await house.sql('select * from events')).includes(secret))
    t.notOk(house.log.some(line => line.includes(secret)))
    t.notOk(browser.hops.some(hop => hop.url.includes(secret)))
  }
  t.match(await house.sql("select actor, address, subject from events where type = 'operator.signed-in' and actor = $1", [keyId]), [{ actor: keyId, address: '127.0.0.1', subject: keyId }])
})

void t.test('What opens nothing is refused in the same words, whatever it is, and is not on the page again', async t => {
  const revoked = await operatorWith(house, 'read')
  await gateway.api('DELETE', `/api-keys/${revoked.keyId}`)
  for (const credential of ['nonsense', revoked.key, `${gateway.operatorToken}x`, 'x'.repeat(4096)]) {
    const browser = house.browser()
    const page = await signInOperator(house, browser, credential)
    t.equal(page.status, 401)
    t.match(page.text, /This key opens nothing/)
    t.notOk(page.body.includes(credential))
    t.notOk('set-cookie' in page.headers)
  }
  t.ok(house.log.some(line => line.includes('"unauthorized"') && line.includes('/auth/operator/sign-in')), 'the log says so')
})

void t.test('The token of the environment opens them too, with the scope of everything', async t => {
  const browser = house.browser()
  await signInOperator(house, browser, gateway.operatorToken)
  t.match(browser.page().text, /Signed in with the key operator : everything/)
  t.notOk(JSON.stringify(await house.sql('select * from operator_sessions')).includes(hashOf(gateway.operatorToken)), 'not even its hash is kept')
})

void t.test('Whoever is not signed in is asked to, and then gets the page that was wanted', async t => {
  const { key } = await operatorWith(house, 'read')
  const browser = house.browser()
  await browser.visit(`${home}?x=1`)
  t.equal(browser.page().url, `${signInPage}?next=${encodeURIComponent('/auth/operator?x=1')}`)
  t.equal((await browser.submit(signInPage, { credential: key })).url, `${home}?x=1`)
  for (const next of ['https://evil.test/', '//evil.test', '/auth/operator/../login', '/auth/operatorx', '/auth/login', '/auth/operator\\evil']) {
    const other = house.browser()
    await other.visit(`${signInPage}?next=${encodeURIComponent(next)}`)
    t.equal((await other.submit(signInPage, { credential: key, next })).url, home, next)
  }
})

void t.test('A session ends after half an hour without use and after eight hours in all', async t => {
  const { browser } = await operatorWith(house, 'read')
  house.clock.advance(1799)
  t.equal((await browser.visit(home)).url, home)
  house.clock.advance(1799)
  t.equal((await browser.visit(home)).url, home, 'using it keeps it')
  house.clock.advance(1800)
  t.match((await browser.visit(home)).url, signInPage)
  const patient = await operatorWith(house, 'read')
  for (let minutes = 0; minutes < 8 * 60 - 20; minutes += 20) {
    house.clock.advance(1200)
    await patient.browser.visit(home)
  }
  t.equal(patient.browser.page().url, home)
  house.clock.advance(1200)
  t.match((await patient.browser.visit(home)).url, signInPage)
})

void t.test('A session ends with its key: revoked or expired, at the next click', async t => {
  const one = await operatorWith(house, 'admin')
  await gateway.api('DELETE', `/api-keys/${one.keyId}`)
  t.match((await one.browser.visit(home)).url, signInPage)
  const two = await operatorWith(house, 'admin', new Date(house.clock.now().getTime() + 60_000))
  t.equal((await two.browser.visit(home)).url, home)
  house.clock.advance(60)
  t.match((await two.browser.visit(home)).url, signInPage)
})

void t.test('Signing out ends the session for good, also for whoever has copied the cookie', async t => {
  const { browser, keyId } = await operatorWith(house, 'read')
  const cookie = cookieOf(browser)
  await browser.submit(`${operatorPath}/sign-out`)
  t.equal(browser.page().url, signInPage)
  t.equal(cookieOf(browser), '')
  t.equal((await house.ask('GET', operatorPath, { headers: { cookie, accept: 'text/html' } })).status, 303)
  t.match(await house.sql("select type from events where actor = $1 and type = 'operator.signed-out'", [keyId]), { length: 1 })
})

void t.test('Signing in again gives another session, and the one before is over', async t => {
  const { browser, key } = await operatorWith(house, 'read')
  const before = cookieOf(browser)
  await signInOperator(house, browser, key)
  t.not(cookieOf(browser), before)
  t.equal((await house.ask('GET', operatorPath, { headers: { cookie: before, accept: 'text/html' } })).status, 303)
})

void t.test('A member’s session opens no operator page, and an operator’s no app', async t => {
  const member = await house.signIn()
  t.equal((await house.ask('GET', operatorPath, { headers: { cookie: member.cookie, accept: 'text/html' } })).status, 303)
  const { browser } = await operatorWith(house, 'admin')
  t.equal((await house.ask('GET', '/auth/session', { headers: { cookie: cookieOf(browser) } })).status, 401)
  t.equal((await house.ask('GET', '/auth/check?app=northwind', { headers: { cookie: cookieOf(browser) } })).status, 401)
  t.equal((await house.ask('GET', '/api/v1/tenants', { headers: { cookie: cookieOf(browser) } })).status, 401, 'nor the API')
})

void t.test('The pages are on the login host alone', async t => {
  const { browser } = await operatorWith(house, 'read')
  for (const path of [operatorPath, `${operatorPath}/sign-in`]) {
    t.equal((await house.ask('GET', path, { headers: { host: house.ordersHost, cookie: cookieOf(browser), accept: 'text/html' } })).status, 404)
    t.equal((await house.ask('GET', path, { headers: { host: 'evil.test', accept: 'text/html' } })).status, 421)
  }
  t.equal((await house.ask('POST', `${operatorPath}/sign-in`, { headers: { host: house.ordersHost } })).status, 404)
})

void t.test('No other site and no sibling host can send a form in an operator’s name, nor can a page of another session', async t => {
  const { browser, key } = await operatorWith(house, 'admin')
  const out = `${operatorPath}/sign-out`
  const refusals: ReadonlyArray<readonly [Record<string, string>, Record<string, string>]> = [
    [{}, { 'sec-fetch-site': 'cross-site' }],
    [{}, { 'sec-fetch-site': 'same-site' }],
    [{}, { 'sec-fetch-site': 'none' }],
    [{}, { origin: `http://${house.ordersHost}` }],
    [{}, { origin: 'null' }],
    [{ form_token: '' }, {}],
    [{ form_token: 'x.y' }, {}]
  ]
  for (const [fields, headers] of refusals) {
    const page = await post(browser, out, fields, headers)
    t.equal(page.status, 403, JSON.stringify([fields, headers]))
    t.notOk('set-cookie' in page.headers)
  }
  const other = house.browser()
  await signInOperator(house, other, key)
  const foreign = /name="form_token" value="([^"]*)"/.exec(other.page().body)?.[1] ?? ''
  t.equal((await post(browser, out, { form_token: foreign })).status, 403)
  t.equal((await browser.visit(home)).url, home, 'and is still signed in')
  t.equal((await post(browser, `${operatorPath}/sign-in`, { credential: key }, { 'sec-fetch-site': 'same-site' })).status, 403, 'nobody is signed in as somebody else either')
})

void t.test('A form that is sent without a session says so, and a program is told in its own way', async t => {
  const { browser, keyId } = await operatorWith(house, 'read')
  await gateway.api('DELETE', `/api-keys/${keyId}`)
  const page = await post(browser, `${operatorPath}/sign-out`)
  t.equal(page.status, 401)
  t.match(page.text, /You are not signed in any more/)
  const program = await house.ask('GET', operatorPath)
  t.equal(program.status, 401)
  t.match(program.body, { code: 'operator-session-over' })
})

void t.test('Every answer is for this browser now: not stored, not framed, and no script but ours', async t => {
  const { browser } = await operatorWith(house, 'read')
  const { headers } = browser.page()
  t.equal(headers['cache-control'], 'no-store')
  t.equal(headers['x-frame-options'], 'DENY')
  t.equal(headers['content-security-policy'], "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
})

void t.test('Where an app is on the login host, the overview says what that means for these pages', async t => {
  const { browser } = await operatorWith(house, 'read')
  t.match(browser.page().text, /This host is an app’s too Northwind : a browser cannot tell its pages from these\./)
  t.notMatch(browser.page().text, /Orders/, 'an app of another host is none of them')
  const own = await openSecureGateway(t, 'https://login.northwind.test', [], createClock(new Date()))
  const apart = own.browser()
  await apart.visit('https://login.northwind.test/auth/operator/sign-in')
  await apart.submit('/auth/operator/sign-in', { credential: own.operatorToken })
  t.match(apart.page().text, /Who cannot sign in/)
  t.notMatch(apart.page().text, /This host is an app’s too/)
})

void t.test('On https the cookie is bound to its host, and no link from elsewhere brings it along', async t => {
  const secure = await openSecureGateway(t, 'https://login.northwind.test', [], createClock(new Date()))
  const browser = secure.browser()
  await browser.visit('https://login.northwind.test/auth/operator/sign-in')
  const page = await browser.submit('/auth/operator/sign-in', { credential: secure.operatorToken }, () => true)
  t.match(String(page.headers['set-cookie']), /^__Host-gatehouse-operator=[A-Za-z0-9_-]{43}; Max-Age=28800; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
})

void t.test('Whoever tries key after key is held back', async t => {
  const limited = await openHouse(t, { LOGIN_RATE_LIMIT: '3' })
  const statuses: number[] = []
  for (let tried = 0; tried < 4; tried++) statuses.push((await limited.ask('POST', `${operatorPath}/sign-in`, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'credential=x' })).status)
  t.strictSame(statuses, [401, 401, 401, 429])
})

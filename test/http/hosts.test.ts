// What if the request names another host than ours, and what stands on every page whatever happened?
import { connect } from 'node:net'
import t from 'tap'
import { createBrowser } from '../world/browser.ts'
import { migrateDatabase, startGateway } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { openHouse } from './house.ts'

const house = await openHouse(t)
const { ask, url, host, ordersHost } = house
const pages: Readonly<Record<string, string>> = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
const browserRoutes = ['/auth/login', '/auth/login?login_hint=ada@acme.test', '/auth/initiate', `/auth/initiate/${house.acme.connection}`, `/auth/callback/${house.acme.connection}?code=x&state=y`, '/auth/logout', '/auth/logout/done', '/auth/session']

/** One request, written by hand: the client libraries would mend it. */
async function askRaw (lines: readonly string[]): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(house.gateway.url).port), '127.0.0.1', () => { socket.end(`${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`) })
    let text = ''
    socket.setEncoding('utf8').on('data', part => { text += part }).on('end', () => { resolve(text) }).on('error', reject)
  })
}

void t.test('A host that is not ours is 421 on every route for browsers, and never repeated', async t => {
  for (const path of [...browserRoutes, '/']) {
    for (const other of ['evil.test', `evil.test:${new URL(url).port}`, `${host}.evil.test`]) {
      for (const headers of [pages, {}]) {
        const answer = await ask('GET', path, { headers: { ...headers, host: other } })
        t.equal(answer.status, 421, `${path} on ${other}`)
        t.notMatch(`${answer.text}${JSON.stringify(answer.headers)}`, /evil/)
        t.notOk('location' in answer.headers)
        t.notOk('set-cookie' in answer.headers)
      }
    }
  }
  for (const path of ['/auth/login', '/auth/logout', '/auth/token', '/auth/initiate']) t.equal((await ask('POST', path, { headers: { host: 'evil.test', 'x-csrf': '1' } })).status, 421, `POST ${path}`)
  t.equal(await house.count('attempts'), 0, 'and no login began')
})

void t.test('What is said by X-Forwarded-Host and Forwarded is not believed of anybody while no proxy is trusted', async t => {
  for (const header of ['x-forwarded-host', 'x-host', 'x-original-host', 'x-forwarded-server', 'forwarded', 'x-http-host-override']) {
    const answer = await ask('GET', '/auth/login?login_hint=ada@acme.test', { headers: { [header]: header === 'forwarded' ? 'host=evil.test;proto=https' : 'evil.test' } })
    t.equal(answer.status, 303, header)
    t.notMatch(JSON.stringify(answer.headers), /evil/)
    t.match(decodeURIComponent(String(answer.headers['location'])), `redirect_uri=${url}/auth/callback/`)
  }
})

void t.test('The address of the callback comes from PUBLIC_URL, on whichever of our hosts the login begins', async t => {
  const answer = await ask('GET', '/auth/login?login_hint=ada@acme.test', { headers: { host: host.toUpperCase() } })
  t.match(decodeURIComponent(String(answer.headers['location'])), `redirect_uri=${url}/auth/callback/`)
})

void t.test('A request target with a host of its own changes nothing about whose host it is', async t => {
  const served = await askRaw(['GET http://evil.test/auth/login HTTP/1.1', `Host: ${host}`])
  t.match(served, /^HTTP\/1\.1 (200|4\d\d)/)
  t.notMatch(served, /evil/)
  const refused = await askRaw([`GET http://${host}/auth/login HTTP/1.1`, 'Host: evil.test'])
  t.match(refused, /^HTTP\/1\.1 421/)
  t.notMatch(refused, /evil/)
  for (let times = 0; times < 5; times++) t.notMatch(await askRaw(['GET http://evil.test/auth/login?login_hint=ada@acme.test HTTP/1.1', `Host: ${host}`, 'Accept: text/html']), /evil/)
})

void t.test('No host, two hosts or a broken one are refused before anything is read', async t => {
  t.match(await askRaw(['GET /auth/login HTTP/1.1']), /^HTTP\/1\.1 400/)
  t.match(await askRaw(['GET /auth/login HTTP/1.0']), /^HTTP\/1\.1 421/)
  t.match(await askRaw(['GET /auth/login HTTP/1.1', `Host: ${host}`, 'Host: evil.test']), /^HTTP\/1\.1 (400|421)/)
  t.match(await askRaw(['GET /auth/login HTTP/1.1', 'Host: evil.test', `Host: ${host}`]), /^HTTP\/1\.1 (400|421)/)
  t.match(await askRaw(['GET /auth/login HTTP/1.1', 'Host: a b']), /^HTTP\/1\.1 4(00|21)/)
  t.match(await askRaw(['GET /auth/login HTTP/1.1', 'Host:']), /^HTTP\/1\.1 4(00|21)/)
})

void t.test('Every page forbids frames, scripts and sniffing, tells no other site where it was, and is not kept', async t => {
  const { cookie } = await house.signIn()
  const visits: ReadonlyArray<readonly [string, string, Record<string, string>, number]> = [
    ['GET', '/auth/login', {}, 200],
    ['GET', '/auth/login?return_to=x&return_to=y', {}, 400],
    ['GET', '/auth/logout', {}, 200],
    ['GET', '/auth/logout', { cookie }, 200],
    ['GET', '/auth/logout/done', {}, 200],
    ['GET', `/auth/callback/${house.acme.connection}`, {}, 400],
    ['GET', '/auth/initiate', {}, 200],
    ['GET', '/auth/initiate?iss=a&iss=b', {}, 400],
    ['GET', '/auth/initiate/con-unknown', {}, 404],
    ['POST', '/auth/logout', { cookie }, 403],
    ['GET', '/auth/nothing', {}, 404],
    ['GET', '/auth/assets/none', {}, 404],
    ['GET', '/auth/check?app=a&app=b', {}, 400],
    ['GET', '/auth/%zz', {}, 400],
    ['GET', '/auth/login', { host: 'evil.test' }, 421],
    ['GET', '/auth/logout', { host: ordersHost }, 200]
  ]
  for (const [method, path, headers, status] of visits) {
    const page = await ask(method, path, { headers: { ...pages, ...headers } })
    const what = `${method} ${path} ${status}`
    t.equal(page.status, status, what)
    t.match(page.headers['content-type'], /^text\/html/, what)
    t.match(page.headers, { 'cache-control': 'no-store', 'referrer-policy': 'same-origin', 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' }, what)
    const policy = String(page.headers['content-security-policy'])
    for (const rule of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) t.ok(policy.includes(rule), `${what} ${rule}`)
    t.notMatch(policy, /unsafe|\*|data:/)
    t.notOk('strict-transport-security' in page.headers, 'plain http promises no https')
    t.notOk('x-powered-by' in page.headers || 'server' in page.headers)
  }
})

void t.test('Where PUBLIC_URL is https, every page says so for a year, and the way in by http is closed', async t => {
  const login = 'https://login.northwind.test'
  const database = await createScratchDatabase(t, migrateDatabase)
  const secure = await startGateway({ databaseUrl: database.url, publicUrl: login, issuers: [], environment: { TRUSTED_PROXIES: '127.0.0.1' } })
  t.teardown(async () => { await secure.close() })
  const browser = createBrowser({ origins: { [login]: secure.url } })
  for (const path of ['/auth/login', '/auth/nothing', '/auth/logout']) {
    const page = await browser.visit(`${login}${path}`)
    t.match(page.headers['strict-transport-security'], /^max-age=31536000/, path)
    t.match(page.headers['content-security-policy'], /frame-ancestors 'none'/)
  }
  for (const headers of [{}, { 'x-forwarded-proto': 'http' }]) {
    const plain = await secure.gateway.server.inject({ url: '/auth/login', headers: { ...pages, ...headers, host: 'login.northwind.test' }, remoteAddress: '127.0.0.1' })
    t.equal(plain.statusCode, 400)
    t.match(plain.body, /must be opened by https/)
    t.notOk('set-cookie' in plain.headers)
  }
  const claimed = await secure.gateway.server.inject({ url: '/auth/login', headers: { ...pages, host: 'login.northwind.test', 'x-forwarded-proto': 'https' }, remoteAddress: '203.0.113.7' })
  t.equal(claimed.statusCode, 400, 'a stranger\'s word for https is none')
})

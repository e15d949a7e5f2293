// Whose word counts for where a request came from and what it is about? What other gateways believed, said to this one.
import t from 'tap'
import { openHouse } from '../http/house.ts'
import { openScene, script } from './scene.ts'

const { ada, session, knock, askAt, host, at } = await openScene(t)
// One that trusts proxies, and none of them is here; and one whose proxy we are.
const strange = await openHouse(t, { TRUSTED_PROXIES: '10.0.0.0/8', LOGIN_RATE_LIMIT: '8' })
const proxied = await openHouse(t, { TRUSTED_PROXIES: '127.0.0.1' })
const { cookie } = await proxied.signIn()

const publicPaths = ['/auth/login', '/livez', '/healthz', '/.well-known/jwks.json', '/auth/assets/gatehouse.css', '/favicon.ico']
const pathHeaders = ['x-forwarded-uri', 'x-original-url', 'x-original-uri', 'x-rewrite-url', 'x-forwarded-path', 'x-forwarded-method', 'x-envoy-original-path', 'x-auth-request-redirect']

void t.test('CVE-2026-40575, GHSA-7x63-xv5r-3p2x: the path in a header opens no other, whoever writes it', async t => {
  for (const header of pathHeaders) {
    for (const path of publicPaths) {
      for (const { status } of Object.values(await knock('crm', { [header]: path }))) t.equal(status, 401, `${header}: ${path}`)
      t.equal((await askAt('crm', '/private', { headers: { ...script, [header]: path } })).status, 401, `the app, ${header}: ${path}`)
      t.equal((await proxied.ask('GET', '/auth/check', { headers: { [header]: path } })).status, 401, `from a trusted proxy, ${header}: ${path}`)
      t.equal((await proxied.ask('GET', '/api/v1/tenants', { headers: { [header]: path } })).status, 401)
    }
  }
})

void t.test('GHSA-5hvv-m4w4-gf6v: no name of a browser, probe or balancer opens anything', async t => {
  for (const agent of ['GoogleHC/1.0', 'kube-probe/1.30', 'ELB-HealthChecker/2.0', 'Prometheus/2.50', 'Mozilla/5.0', 'Okta/1.0', '']) {
    for (const { status } of Object.values(await knock('crm', { 'user-agent': agent }))) t.equal(status, 401, agent)
    t.equal((await askAt('crm', '/', { headers: { ...script, 'user-agent': agent } })).status, 401, agent)
  }
})

void t.test('CVE-2023-36456: an address that a stranger claims is nobody’s, and counts as theirs all the same', async t => {
  const claims = ['x-forwarded-for', 'x-real-ip', 'x-client-ip', 'true-client-ip', 'cf-connecting-ip', 'forwarded', 'x-forwarded-for', 'x-cluster-client-ip', 'x-forwarded-for', 'x-real-ip']
  const statuses: number[] = []
  for (const [index, header] of claims.entries()) statuses.push((await strange.ask('GET', '/auth/login', { headers: { [header]: header === 'forwarded' ? `for=10.0.0.${index}` : `10.0.0.${index}` } })).status)
  t.strictSame(statuses, [200, 200, 200, 200, 200, 200, 200, 200, 429, 429])
})

void t.test('CVE-2026-3635, CVE-2026-48794: a host or scheme that a stranger forwards chooses neither app nor session', async t => {
  for (const forged of [{ 'x-forwarded-host': host('crm') }, { forwarded: `host=${host('crm')}` }, { 'x-host': host('crm') }, { 'x-original-host': host('crm') }, { 'x-forwarded-host': host('crm'), 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'https', 'x-forwarded-port': '443' }]) {
    for (const { status, headers, body } of Object.values(await knock('docs', { ...forged, cookie: session(ada, 'crm') }))) {
      t.equal(status, 401)
      t.notMatch(JSON.stringify(headers) + body, /crm\.localhost|https:/)
    }
  }
  const { headers, status } = await strange.ask('GET', '/auth/check', { headers: { 'x-forwarded-host': strange.ordersHost, 'x-forwarded-proto': 'https', 'x-forwarded-uri': '/orders' } })
  t.strictSame([status, headers['location']], [401, `${strange.url}/auth/login`], 'nor where proxies are trusted, and this is none')
})

void t.test('CVE-2026-39858, GHSA-5m6w-wvh7-57vm: with `_` or `.` for `-` it is another header, even from a trusted proxy', async t => {
  const plain = await proxied.ask('GET', '/auth/check')
  for (const spell of [(name: string) => name.replaceAll('-', '_'), (name: string) => name.replaceAll('-', '.'), (name: string) => name.replace('-', '_').toUpperCase()]) {
    const forged = Object.fromEntries(Object.entries({ 'x-forwarded-host': proxied.ordersHost, 'x-forwarded-uri': '/orders', 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.0.0.1' }).map(([name, value]) => [spell(name), value]))
    const answer = await proxied.ask('GET', '/auth/check', { headers: forged })
    t.strictSame([answer.status, answer.headers['location']], [plain.status, plain.headers['location']])
    t.equal((await proxied.ask('GET', '/auth/check', { headers: { ...forged, cookie } })).status, 200, 'the session is that of the Host')
  }
})

void t.test('GHSA-6384-m2mw-rf54: a prefix decides nothing, even from a trusted proxy', async t => {
  for (const prefix of ['/auth', '/public', '//evil.test', '/..', 'https://evil.test']) {
    const [without, forged] = [await proxied.ask('GET', '/auth/check'), await proxied.ask('GET', '/auth/check', { headers: { 'x-forwarded-prefix': prefix, 'x-script-name': prefix } })]
    t.strictSame([forged.status, forged.headers['location']], [without.status, without.headers['location']], prefix)
    t.equal((await proxied.ask('GET', '/auth/check', { headers: { 'x-forwarded-prefix': prefix, cookie } })).status, 200, prefix)
  }
})

const malformed = ['', '/%', '/%zz', '/%00', '/%0d%0aLocation:%20http://evil.test', '//evil.test/', '/\\evil.test', '/@evil.test', '@evil.test', ':80/', '?', '#', '/#@evil.test', '/..//evil.test', 'http://evil.test/', '/\u00e9', '/%ff', '/;/evil.test', `/${'a'.repeat(3_000)}`, '/a b', '/x?return_to=http://evil.test/']
void t.test('CVE-2021-32637: what a proxy says is wanted changes no decision, and leads nowhere but to the login', async t => {
  for (const uri of malformed) {
    const headers = { 'x-forwarded-uri': Buffer.from(uri).toString('latin1'), 'x-forwarded-host': proxied.host, 'x-forwarded-proto': 'http', 'x-original-url': uri.replace(/[^\x21-\x7e]/g, '') }
    t.equal((await proxied.ask('GET', '/auth/check', { headers: { ...headers, cookie } })).status, 200, uri)
    const { status, headers: { location } } = await proxied.ask('GET', '/auth/check', { headers })
    t.equal(status, 401, uri)
    t.match(String(location), `${proxied.url}/auth/login`)
    // Whoever follows it while signed in comes out where an app allows it.
    const onward = await proxied.ask('GET', String(location).slice(proxied.url.length), { headers: { cookie } })
    t.match(new URL(String(onward.headers['location']), proxied.url).origin, proxied.url, uri)
  }
})

void t.test('a trusted proxy that names two hosts, another scheme or a host of nobody gets nobody in', async t => {
  const hosts = ['evil.test', `evil.test, ${proxied.host}.evil.test`, `${proxied.host}@evil.test`, `${proxied.host}/`, '', ' ', ',', `${proxied.ordersHost},`, `${proxied.host}\t,evil.test`]
  for (const said of hosts) {
    const { status, text, headers } = await proxied.ask('GET', '/auth/check', { headers: { 'x-forwarded-host': said, cookie } })
    t.ok([200, 401, 403].includes(status), `${said}: ${status}`)
    if (status === 200) t.match(said, /^[ ,]*$|\.localhost:\d+,$/, 'only where it said nothing, the Host counts')
    t.notMatch(text + JSON.stringify(headers), /evil/, said)
  }
  for (const proto of ['javascript', 'file', 'https,http', 'HTTPS', '://evil.test/', '']) {
    const { headers } = await proxied.ask('GET', '/auth/check', { headers: { 'x-forwarded-proto': proto, 'x-forwarded-uri': '/x', 'x-forwarded-host': proxied.host } })
    t.equal(new URL(String(headers['location'])).origin, proxied.url, proto)
  }
})

void t.test('GHSA-f82v-jwr5-mffw: no word between machines, said from outside, passes a door', async t => {
  for (const name of ['x-middleware-subrequest', 'x-internal', 'x-gatehouse', 'x-gatehouse-session', 'x-envoy-internal', 'x-auth-request-user', 'x-user', 'remote-user', 'x-remote-user', 'x-forwarded-user', 'x-forwarded-email', 'x-webauth-user', 'x-tenant', 'x-tenant-id', 'x-ssl-client-verify', 'proxy-authorization']) {
    for (const value of ['1', 'ada@acme.test', 'middleware:middleware:middleware', 'SUCCESS']) {
      for (const { status } of Object.values(await knock('crm', { [name]: value }))) t.equal(status, 401, `${name}: ${value}`)
    }
  }
  t.equal((await askAt('crm', '/auth/check', { headers: { ...script, 'x-tenant': 'globex', 'x-auth-request-tenant': 'globex', cookie: session(ada, 'crm') } })).headers['x-auth-request-tenant'], 'acme', at('crm'))
})

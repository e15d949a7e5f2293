// Who is turned away before anybody looks at what they want?
import t from 'tap'
import type { InjectOptions } from 'fastify'
import { allowAppOrigins, originsOf } from '../../src/http/guards/app-origin.ts'
import { buildFormToken, checkCsrfProof } from '../../src/http/guards/csrf-proof.ts'
import { refuseUnknownHost } from '../../src/http/guards/known-host.ts'
import { refuseCrossSite } from '../../src/http/guards/same-site.ts'
import { refuseInsecureWay } from '../../src/http/guards/secure-way.ts'
import { cookieScheme } from '../../src/http/attempt-cookies.ts'
import { sessionCookies } from '../../src/http/session-cookie.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { Secret } from '../../src/secret.ts'
import { appOf, openServer } from './asking.ts'

const host = 'login.northwind.test'
const orders = appOf('orders', ['orders.northwind.test', 'orders.northwind.test:8443'])

void t.test('What another site makes a browser do is refused, by fetch metadata or else by the Origin', async t => {
  const server = await openServer(t, undefined, refuseCrossSite)
  const passes: ReadonlyArray<readonly [Record<string, string>, boolean]> = [
    [{ 'sec-fetch-site': 'same-origin' }, true],
    [{ 'sec-fetch-site': 'same-site', origin: 'https://orders.northwind.test' }, true],
    [{ 'sec-fetch-site': 'none' }, true],
    [{ 'sec-fetch-site': 'cross-site' }, false],
    [{ 'sec-fetch-site': 'cross-site', origin: `http://${host}` }, false],
    [{}, true],
    [{ origin: `http://${host}` }, true],
    [{ origin: `http://${host.toUpperCase()}` }, false],
    [{ origin: `https://${host}` }, false],
    [{ origin: `http://${host}:8080` }, false],
    [{ origin: `http://${host}.evil.test` }, false],
    [{ origin: 'https://evil.test' }, false],
    [{ origin: 'null' }, false],
    [{ origin: '' }, false]
  ]
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    for (const [headers, passed] of passes) {
      const answer = await server.inject({ method, url: '/', headers: { host, ...headers } })
      t.equal(answer.statusCode, passed ? 200 : 403, `${method} ${JSON.stringify(headers)}`)
      if (!passed) t.equal(answer.json().code, 'cross-site')
    }
  }
  for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) t.equal((await server.inject({ method, url: '/', headers: { host, 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' } })).statusCode, 200, method)
})

void t.test('A change needs X-CSRF: 1, or the token of our own form for this very session', async t => {
  const { signer } = sessionCookies([new Secret('current-cookie-secret-0123456789-abcdef')], cookieScheme(true))
  const strange = sessionCookies([new Secret('foreign-cookie-secret-0123456789-abcdef')], cookieScheme(true)).signer
  const [mine, another] = [hashOf('my session'), hashOf('another session')]
  let idHash: string | null = mine
  const server = await openServer(t, request => { checkCsrfProof(request, signer, idHash); return {} })
  const status = async (options: InjectOptions) => (await server.inject({ method: 'POST', url: '/', ...options })).statusCode
  const form = async (payload: string) => await status({ payload, headers: { 'content-type': 'application/x-www-form-urlencoded' } })
  const token = buildFormToken(signer, mine)
  const field = (value: string) => `form_token=${encodeURIComponent(value)}`

  t.equal(await form(field(token)), 200)
  for (const value of ['1']) t.equal(await status({ headers: { 'x-csrf': value } }), 200)
  for (const value of ['0', '', 'true', '1, 1', ' 11']) t.equal(await status({ headers: { 'x-csrf': value } }), 403, `X-CSRF: ${value}`)
  const refused: Readonly<Record<string, string>> = {
    none: '',
    empty: field(''),
    'another session\'s': field(buildFormToken(signer, another)),
    'another secret\'s': field(buildFormToken(strange, mine)),
    'the session\'s own signature': field(signer.sign(mine)),
    'the hash alone': field(mine),
    twice: `${field(token)}&${field(token)}`,
    changed: field(`${token}x`),
    long: field(`${token}${'x'.repeat(300)}`),
    'under another name': `token=${encodeURIComponent(token)}`,
    ['__proto__']: `__proto__[form_token]=${encodeURIComponent(token)}`
  }
  for (const [what, payload] of Object.entries(refused)) t.equal(await form(payload), 403, what)
  t.equal(await status({ payload: { form_token: [token] } }), 403, 'a list in JSON')
  t.equal(await status({ payload: '"text"', headers: { 'content-type': 'application/json' } }), 403)
  idHash = null
  t.equal(await form(field(token)), 403, 'without a session no form can prove anything')
  t.equal(await status({ headers: { 'x-csrf': '1' } }), 200)
})

void t.test('Only our hosts are served, however they are spelled, and nothing else', async t => {
  const server = await openServer(t, undefined, refuseUnknownHost({ loginHost: host, apps: () => [orders] }))
  const known = [host, 'LOGIN.Northwind.TEST', `${host}.`, `${host}:443`, 'orders.northwind.test', 'ORDERS.northwind.test', 'orders.northwind.test:8443', 'orders.northwind.test.:8443']
  const unknown = ['evil.test', `${host}:8443`, `${host}:80`, `${host}.evil.test`, `evil.${host}`, 'northwind.test', '127.0.0.1', '[::1]', 'localhost', '', ' ', `${host},evil.test`, `${host}@evil.test`, `evil.test/${host}`, `${host}/`, `${host}#`, `${host}?`, `${host}\\`, `${host}..`, 'orders.northwind.test:8444', 'x'.repeat(300), '__proto__', 'l\u043egin.northwind.test', `${host}%00`, `${host}:443:443`, `${host}:0443x`]
  for (const name of known) t.equal((await server.inject({ url: '/', headers: { host: name } })).statusCode, 200, name)
  for (const name of unknown) {
    for (const accept of ['text/html', '*/*']) {
      const answer = await server.inject({ url: '/', headers: { host: name, accept } })
      t.equal(answer.statusCode, 421, name)
      if (name.length > 3) t.notOk(`${answer.body}${JSON.stringify(answer.headers)}`.includes(name), 'never echoed')
    }
  }
})

void t.test('Apps that are asked for and not there do not open a host', async t => {
  const server = await openServer(t, undefined, refuseUnknownHost({ loginHost: host, apps: async () => { throw new Error('no apps') } }))
  t.equal((await server.inject({ url: '/', headers: { host } })).statusCode, 200, 'the login host needs nobody')
  t.equal((await server.inject({ url: '/', headers: { host: 'orders.northwind.test' } })).statusCode, 500)
})

void t.test('Where PUBLIC_URL is https, a browser that came by http is told so', async t => {
  const direct = await openServer(t, undefined, refuseInsecureWay)
  t.equal((await direct.inject({ url: '/', headers: { host, 'x-forwarded-proto': 'https' } })).statusCode, 400, 'anybody can say so')
  const behind = await openServer(t, undefined, refuseInsecureWay, ['127.0.0.1'])
  t.equal((await behind.inject({ url: '/', headers: { host, 'x-forwarded-proto': 'https' } })).statusCode, 200, 'a trusted proxy may')
  t.equal((await behind.inject({ url: '/', headers: { host, 'x-forwarded-proto': 'http' } })).statusCode, 400)
  t.equal((await behind.inject({ url: '/', remoteAddress: '203.0.113.7', headers: { host, 'x-forwarded-proto': 'https' } })).statusCode, 400)
})

void t.test('A script of an app may read the answer; of any other origin, however alike, none may', async t => {
  const server = await openServer(t, undefined, allowAppOrigins({ apps: () => [orders], plainLocalhost: false }))
  const ask = async (origin: string, method: 'GET' | 'OPTIONS' = 'GET') => (await server.inject({ method, url: '/', headers: { host, origin } })).headers
  for (const origin of ['https://orders.northwind.test', 'https://orders.northwind.test:8443']) {
    const headers = await ask(origin)
    t.equal(headers['access-control-allow-origin'], origin)
    t.equal(headers['access-control-allow-credentials'], 'true')
    t.equal(headers['vary'], 'Origin')
    t.notOk('access-control-allow-methods' in headers, 'methods are the preflight\'s')
    t.match(await ask(origin, 'OPTIONS'), { 'access-control-allow-methods': 'GET, POST', 'access-control-allow-headers': 'content-type, x-csrf' })
  }
  for (const origin of ['http://orders.northwind.test', 'https://orders.northwind.test:444', 'https://orders.northwind.test.evil.test', 'https://evil-orders.northwind.test', 'https://ORDERS.northwind.test', 'https://orders.northwind.test/', 'null', '*', '', 'https://northwind.test', 'https://user@orders.northwind.test', '__proto__']) {
    for (const method of ['GET', 'OPTIONS'] as const) {
      const headers = await ask(origin, method)
      t.notOk(Object.keys(headers).some(name => name.startsWith('access-control')), origin)
      t.equal(headers['vary'], 'Origin', 'or a cache would hand one origin\'s answer to another')
    }
  }
  t.strictSame(originsOf(appOf('local', ['localhost:4000', 'app.northwind.test']), true), ['http://localhost:4000', 'https://app.northwind.test'])
})

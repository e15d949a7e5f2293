// What has been done to other gateways that pass requests on, done to this one. Each test bears the name of what it would have caught.
import { connect } from 'node:net'
import t from 'tap'
import { echo } from '../world/steered-upstream.ts'
import { shakeHands } from '../world/web-socket.ts'
import { openServedWorld } from './served-world.ts'

const { world, at, crm, docs, enter, cookieAt, askAt, host } = await openServedWorld(t)
const browser = world.browser()
await enter(browser, 'crm', 'ada@acme.test')
await browser.visit(`${at('docs')}/`)
const cookie = cookieAt(browser, 'crm')

interface Echo { readonly url: string, readonly headers: Readonly<Record<string, string>>, readonly rawHeaders: readonly string[], readonly body: string }
async function seen (path: string, headers: Readonly<Record<string, string | string[]>> = {}): Promise<Echo> {
  const { status, body } = await askAt('crm', path, { cookie, headers })
  if (status !== 200) throw new Error(`${path} was answered ${status}: ${body}`)
  return JSON.parse(body)
}

/** Past every client that would tidy up: the text as it is. */
async function raw (text: string): Promise<string> {
  const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1')
  socket.write(text)
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  if (answer === '') throw new Error('There was no answer at all.')
  return answer
}

const identity = ['authorization', 'x-auth-request-user', 'x-auth-request-email', 'x-auth-request-tenant', 'x-auth-request-roles']
const spellings: ReadonlyArray<(name: string) => string> = [
  name => name,
  name => name.toUpperCase(),
  name => name.replaceAll('-', '_'),
  name => name.replace('-', '_').toUpperCase(),
  name => name.replaceAll('-', '.'),
  name => name.replace(/^./, letter => letter.toUpperCase())
]

void t.test('CVE-2025-64484: an identity header in any spelling, case or number reaches the app as ours alone', async t => {
  const honest = await seen('/')
  for (const name of identity) {
    for (const spell of spellings) {
      const { headers, rawHeaders } = await seen('/', { [spell(name)]: ['eve@acme.test', 'owner'] })
      t.notMatch(JSON.stringify(rawHeaders), /eve@acme|owner/, spell(name))
      t.equal(headers[name]?.slice(0, 8), honest.headers[name]?.slice(0, 8))
    }
  }
  const { rawHeaders } = await seen('/', { 'x-auth-request-groups': 'owner', x_auth_request_anything: 'owner', 'X-Auth-Request-Preferred-Username': 'owner' })
  t.notMatch(JSON.stringify(rawHeaders), 'owner')
  t.equal(rawHeaders.filter(name => name.toLowerCase() === 'authorization').length, 1)
  t.match(await raw(`GET / HTTP/1.1\r\nHost: ${host('crm')}\r\nCookie: ${cookie}\r\nX-Auth-Request-Email : eve@acme.test\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 400 /, 'with a space behind it')
})

void t.test('reply-from c815dc4: a Connection header that names our headers takes none of them away', async t => {
  const told = async (...lines: readonly string[]): Promise<Echo> => {
    const answer = await raw(['GET / HTTP/1.1', `Host: ${host('crm')}`, `Cookie: ${cookie}`, ...lines, '', ''].join('\r\n'))
    return JSON.parse(answer.slice(answer.lastIndexOf('\r\n\r\n')))
  }
  const honest = await seen('/')
  for (const name of [...identity, 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'host']) {
    for (const lines of [[`Connection: close, ${name}`], [`Connection: ${name}`, 'Connection: close'], [`Connection:${name.toUpperCase()} , close`]]) {
      t.equal((await told(...lines)).headers[name]?.slice(0, 8), honest.headers[name]?.slice(0, 8), lines.join())
    }
  }
  const { headers } = await told('Connection: X-Listed, close', 'X-Listed: for the gateway alone', 'X-Kept: for the app', 'TE: trailers', 'Proxy-Authorization: Basic x', 'Keep-Alive: timeout=5', 'Proxy-Connection: x', 'Expect: 100-continue')
  t.equal(headers['x-kept'], 'for the app')
  for (const name of ['x-listed', 'te', 'proxy-authorization', 'keep-alive', 'proxy-connection', 'expect']) t.notOk(headers[name], name)
})

void t.test('CVE-2026-40575, CVE-2026-39858, GHSA-6384-m2mw-rf54: what is forwarded is what we saw, whatever the browser says of itself', async t => {
  const forged = { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', 'x-forwarded-uri': '/healthz', 'x-forwarded-prefix': '/evil', x_forwarded_host: 'evil.test', X_Forwarded_For: '10.0.0.1', forwarded: 'for=10.0.0.1;host=evil.test', 'x-real-ip': '10.0.0.1', 'x-original-url': '/admin', 'x-rewrite-url': '/admin', 'x-forwarded-user': 'eve' }
  const { url, headers, rawHeaders } = await seen('/private', forged)
  t.equal(url, '/private')
  t.match(headers, { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-host': host('crm'), 'x-forwarded-proto': 'http' })
  t.notMatch(JSON.stringify(rawHeaders), /evil|10\.0\.0\.1|healthz|admin|eve/)
  t.equal((await askAt('crm', '/private', { headers: forged })).status, 401, 'and it opens nothing')
})

void t.test('CVE-2026-3635: X-Forwarded-Host of somebody untrusted chooses no app', async t => {
  t.equal((await askAt('docs', '/', { cookie, headers: { 'x-forwarded-host': host('crm') } })).status, 401)
  t.equal((await askAt('crm', '/', { headers: { 'x-forwarded-host': host('docs'), cookie: cookieAt(browser, 'docs') } })).status, 401)
})

void t.test('CVE-2026-48794: a host in another case or with a trailing dot is the same app or none', async t => {
  const { port } = new URL(world.url)
  for (const said of [`CRM.localhost:${port}`, `crm.LOCALHOST:${port}`, `crm.localhost.:${port}`]) {
    const answer = await raw(`GET / HTTP/1.1\r\nHost: ${said}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)
    t.match(answer, /^HTTP\/1\.1 200 /, said)
    t.match(answer, `"x-forwarded-host":"${host('crm')}"`)
  }
  for (const said of ['crm.localhost', `crm.localhost:${port}0`, `xcrm.localhost:${port}`, `crm.localhost.evil.test:${port}`]) {
    t.notMatch(await raw(`GET / HTTP/1.1\r\nHost: ${said}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 200 /, said)
  }
  const before = crm.asked.length
  t.match(await raw(`GET / HTTP/1.1\r\nHost: ${host('crm')}\r\nHost: ${host('docs')}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 4(?:00|21) /, 'two of them')
  t.equal(crm.asked.length, before)
})

const exact = ['/', '/a%2Fb', '/a%252Fb', '/%C3%A9t%C3%A9', '/a//b', '/a+b%20c', '/{x}|^', '/a;v=1/b', '/.well-known/x', '/...', '/..x', '/x..', '/a?x=../y', '/a?next=//evil.test/..', '/a?q=%0d%0a', '/a?q=a\\b', '/a?', '/?', "/!$&'()*+,;=:@-._~", '/a?x=/auth/login']
void t.test('GHSA-6jwx-7vp4-9847, GHSA-2q7r-29rg-6m5h: the target reaches the app exactly as it came', async t => {
  for (const target of exact) t.equal((await seen(target)).url, target)
})

const ambiguous = ['//evil.test/', '//', '/a/../b', '/..', '/./a', '/a/.', '/%2e%2e/b', '/a/%2E%2e/b', '/a/.%2e/b', '/a/%252e%252e/b', '/a/..%2fb', '/a%2f..%2fb', '/a/..;/b', '/a/..;x=1/b', '/a\\b', '/a%5cb', '/\\evil.test', '/a%00b', '/a%0d%0aX: y', '/a%09b', '/%09/evil.test', '/a#b', '/%ff', '/%']
void t.test('CVE-2021-21322, CVE-2026-6414, GHSA-pxq7-h93f-9jrg: a target that could be read in two ways is 400 and goes nowhere', async t => {
  const before = crm.asked.length
  for (const target of ambiguous) {
    const answer = await raw(`GET ${target} HTTP/1.1\r\nHost: ${host('crm')}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)
    t.match(answer, /^HTTP\/1\.1 400 /, target)
  }
  for (const target of ['http://evil.test/', `${at('docs')}/`, '*']) {
    t.notMatch(await raw(`GET ${target} HTTP/1.1\r\nHost: ${host('crm')}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 200 /, target)
  }
  t.equal(crm.asked.length, before)
  t.match(await askAt('crm', '/a/%2e%2e/b', { cookie }), { status: 400, body: /"code":"target-ambiguous"/ })
})

void t.test('GHSA-v574-6498-x57v: an address and a path that join to the same text are not the same place', async t => {
  const [crmBefore, docsBefore] = [crm.asked.length, docs.asked.length]
  for (let turn = 0; turn < 2; turn++) {
    t.equal(JSON.parse((await askAt('crm', '/base/a', { cookie })).body).url, '/base/a')
    t.equal(JSON.parse((await askAt('docs', '/a', { cookie: cookieAt(browser, 'docs') })).body).url, '/base/a')
  }
  t.strictSame([crm.asked.length - crmBefore, docs.asked.length - docsBefore], [2, 2])
})

void t.test('GHSA-v2v2-hph8-q5xp: a content type that is written oddly changes nothing about the body', async t => {
  for (const type of ['application/json\t', 'application/json ;charset=utf-8', 'text/plain;\tapplication/json', 'APPLICATION/JSON']) {
    const { status, body } = await askAt('crm', '/', { method: 'POST', cookie, headers: { 'content-type': type }, body: '{"__proto__":{}}' })
    t.equal(status === 200 ? JSON.parse(body).body : status, status === 200 ? '{"__proto__":{}}' : 400, type)
  }
})

void t.test('GHSA-f82v-jwr5-mffw: no header of the browser passes the door by itself', async t => {
  const before = crm.asked.length
  for (const headers of [{ 'x-middleware-subrequest': 'middleware' }, { authorization: 'Bearer x' }, { 'user-agent': 'GoogleHC/1.0' }, { 'x-auth-request-user': 'mem-1' }, { 'x-csrf': '1' }]) {
    t.equal((await askAt('crm', '/', { headers })).status, 401, JSON.stringify(headers))
  }
  t.equal(crm.asked.length, before)
})

void t.test('GHSA-c4j6-fc7j-m34r: a WebSocket passes the same door and goes nowhere else', async t => {
  const before = crm.asked.length
  for (const path of ['/a/..%2f..%2fb', '/%2e%2e%2fb', '/a%5cb']) t.equal((await shakeHands(at('crm') + path, { origin: at('crm'), cookie })).status, 400, path)
  t.equal((await shakeHands(`${at('docs')}/`, { origin: at('docs'), cookie })).status, 401)
  t.match(await raw(`GET http://evil.test/ HTTP/1.1\r\nHost: ${host('crm')}\r\nOrigin: ${at('crm')}\r\nCookie: ${cookie}\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n\r\n`), /^HTTP\/1\.1 [345]/)
  t.equal(crm.asked.length, before)
  const spoofed = await shakeHands(`${at('crm')}/live`, { origin: at('crm'), cookie, 'x-auth-request-email': 'eve@acme.test', x_auth_request_roles: 'owner', 'x-forwarded-host': 'evil.test' })
  t.equal(spoofed.status, 101)
  t.notMatch(JSON.stringify(crm.asked.at(-1)?.rawHeaders), /eve|owner|evil/)
})

void t.test('an upgrade to anything else is an ordinary request', async t => {
  const answer = await raw(`GET /h2 HTTP/1.1\r\nHost: ${host('crm')}\r\nCookie: ${cookie}\r\nConnection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`)
  t.match(answer, /^HTTP\/1\.1 200 /)
  t.notMatch(answer, /h2c|http2-settings/i)
})

void t.test('GHSA-59jp-rwph-878r: nothing of the app is in what somebody sees who may not pass', async t => {
  t.teardown(() => { crm.answer = echo })
  crm.answer = (_request, response) => { response.end('confidential') }
  for (const path of ['/', '/private']) {
    const page = await world.browser().visit(at('crm') + path, () => true)
    t.notMatch(page.body + (await askAt('crm', path)).body, 'confidential')
  }
})

void t.test('the gateway\'s cookies are the gateway\'s: no app reads one, none sets one', async t => {
  t.teardown(() => { crm.answer = echo })
  const { headers } = await askAt('crm', '/', { cookie: `theme=dark; ${cookie};  gatehouse-attempt-x=1; __Host-gatehouse=2; __host-Gatehouse-attempt-y=3 ; lang=en; =gatehouse=4; tail` }).then(({ body }) => JSON.parse(body))
  t.equal(headers.cookie, 'theme=dark; lang=en; tail')
  t.notOk((await seen('/')).headers['cookie'])
  const planted = ['gatehouse=planted', 'gatehouse=planted; Domain=localhost', ' GateHouse = planted', '__Host-gatehouse=planted; Secure; Path=/', '__Host-gatehouse-attempt-x=planted', '=gatehouse=planted', '= =gatehouse=planted', 'gatehouse']
  crm.answer = (_request, response) => { response.writeHead(200, { 'set-cookie': [...planted, 'kept=1'] }).end() }
  t.strictSame((await askAt('crm', '/', { cookie })).headers['set-cookie'], 'kept=1')
})

void t.test('TRACE, which would show a script the token that we put on, is not passed on', async t => {
  const before = crm.asked.length
  t.match(await raw(`TRACE / HTTP/1.1\r\nHost: ${host('crm')}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 404 /)
  t.equal(crm.asked.length, before)
})

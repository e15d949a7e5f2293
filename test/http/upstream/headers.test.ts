import t from 'tap'
import { buildAnsweredHeaders } from '../../../src/http/upstream/answered-headers.ts'
import { setsGatewayCookie, withoutGatewayCookies } from '../../../src/http/upstream/gateway-cookies.ts'
import { buildSentHeaders } from '../../../src/http/upstream/sent-headers.ts'

const sender = { address: '203.0.113.7', host: 'desk.northwind.test', scheme: 'https', identity: { authorization: 'Bearer token', 'x-auth-request-user': 'mem-1' } } as const
const made = { host: 'desk.northwind.test', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-host': 'desk.northwind.test', 'x-forwarded-proto': 'https', ...sender.identity }

void t.test('what a browser says of itself goes on, and nothing that it could have made up', async t => {
  const kept = { accept: '*/*', 'accept-language': 'en', 'content-type': 'text/plain', 'content-length': '3', 'if-none-match': '"x"', 'sec-fetch-site': 'none', 'x-requested-with': 'fetch', 'x-original-filename': 'a.txt', cookie: 'theme=dark', origin: 'null', via: '1.1 cache' }
  const dropped = ['authorization', 'x-auth-request-user', 'X-AUTH-REQUEST-ROLES', 'x_auth_request_groups', 'x.auth.request.email', 'x-forwarded-for', 'x_forwarded_host', 'x-forwarded', 'forwarded', 'x-real-ip', 'true-client-ip', 'x-client-ip', 'cf-connecting-ip', 'fastly-client-ip', 'remote-user', 'Remote_Groups', 'x-remote-user', 'x-webauth-user', 'x-original-url', 'x-original-forwarded-for', 'x-rewrite-url', 'proxy', 'expect', 'connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-authorization', 'http2-settings']
  t.strictSame(buildSentHeaders({ ...kept, ...Object.fromEntries(dropped.map(name => [name, 'eve'])) }, sender), { ...kept, ...made })
})

void t.test('a Connection header takes along what it lists, and neither the length nor the kind of the body', async t => {
  const headers = { connection: 'close, X-One , content-length, content-type', 'x-one': '1', 'x-two': '2', 'content-length': '3', 'content-type': 'text/plain' }
  t.strictSame(buildSentHeaders(headers, sender), { 'x-two': '2', 'content-length': '3', 'content-type': 'text/plain', ...made })
})

void t.test('a name that every object has is a header like any other', async t => {
  const headers: Record<string, string> = JSON.parse('{"__proto__":"x","constructor":"y","hasownproperty":"z"}')
  t.match(buildSentHeaders(headers, sender), { constructor: 'y', ...made })
  t.equal(Object.getPrototypeOf(buildSentHeaders(headers, sender)), Object.prototype)
})

const upstream = new URL('http://10.0.0.5:3000/base/')
const answered = (headers: Record<string, string | string[]>) => buildAnsweredHeaders(headers, upstream, 'https://desk.northwind.test')

void t.test('an answer loses what is about its own connection, and keeps the rest', async t => {
  const kept = { 'content-type': 'text/html', etag: '"x"', 'set-cookie': ['a=1', 'b=2'], 'strict-transport-security': 'max-age=1', 'content-encoding': 'br' }
  t.strictSame(answered({ ...kept, connection: 'keep-alive, x-hop', 'x-hop': '1', 'keep-alive': 'timeout=5', 'transfer-encoding': 'chunked', upgrade: 'h2c', trailer: 'x' }), kept)
})

void t.test('a Location is seen from outside', async t => {
  for (const [said, seen] of [
    ['http://10.0.0.5:3000/base/a?b#c', 'https://desk.northwind.test/a?b#c'],
    ['//10.0.0.5:3000/base/a', 'https://desk.northwind.test/a'],
    ['http://10.0.0.5:3000/other', 'https://desk.northwind.test/other'],
    ['/base/a', '/a'],
    ['/base', '/'],
    ['/basement', '/basement'],
    // Taken away as it stands, the base would leave the name of somebody else's host.
    ['/base//evil.test/x', 'https://desk.northwind.test//evil.test/x'],
    ['/base/\\evil.test/x', 'https://desk.northwind.test//evil.test/x'],
    ['http://10.0.0.5:3000/base//evil.test', 'https://desk.northwind.test//evil.test'],
    ['a/b', 'a/b'],
    ['?x=1', '?x=1'],
    ['https://desk.northwind.test/base/x', 'https://desk.northwind.test/base/x'],
    ['https://partner.test/', 'https://partner.test/'],
    ['', '']
  ] as const) t.equal(answered({ location: said })['location'], seen, said)
})

void t.test('a cookie of the gateway is known by its name, however it is written', async t => {
  for (const text of ['gatehouse=1', '__Host-gatehouse=1', '__Host-gatehouse-attempt-x=1; Path=/', ' gatehouse =1', '=gatehouse=1', '= = gatehouse', 'gatehouse', 'gatehouse;x', '__HOST-GATEHOUSE=1', '\tgatehouse=1']) t.ok(setsGatewayCookie(text), text)
  for (const text of ['theme=gatehouse', 'my-gatehouse=1', '', '=', 'theme=dark; gatehouse=1']) t.notOk(setsGatewayCookie(text), text)
  t.equal(withoutGatewayCookies('gatehouse=1; __Host-gatehouse=2'), undefined)
  t.equal(withoutGatewayCookies('a=1;gatehouse=1;b="x y";;c'), 'a=1; b="x y"; c')
  t.equal(withoutGatewayCookies(''), undefined)
})

// What if the bytes themselves lie: about their length, their host, their method, where a request ends? Each is refused or read in one way, and none hangs.
import t from 'tap'
import { ascii } from '../tenant/ascii.ts'
import { compose } from './raw-request.ts'
import { openScene } from './scene.ts'

const { world, ada, gus, session, raw, host, crm } = await openScene(t)
const own = host('northwind')
const cookie = session(ada, 'northwind')
const signedIn = [['Host', own], ['Cookie', cookie]] as const
const head = `Host: ${own}\r\nCookie: ${cookie}\r\n`
// Only somebody who is taken for the next on the line could be answered this.
const hidden = `GET /auth/session HTTP/1.1\r\n${head}Connection: close\r\n\r\n`
const latin = (text: string) => Buffer.from(text, 'latin1')

const refusedLines: Readonly<Record<string, number>> = {
  'GET http://evil.test/auth/session': 421,
  'GET https://evil.test/auth/session': 421,
  [`GET http://${host('crm')}/auth/session`]: 421,
  [`GET http://${own}@evil.test/auth/session`]: 421,
  [`GET http://evil.test#@${own}/auth/session`]: 400,
  'GET http://evil.test/auth/check': 403,
  [`GET http://${host('crm')}/auth/check?app=crm`]: 403,
  [`GET ftp://${own}/auth/session`]: 404,
  [`GET //${own}/auth/session`]: 404,
  'OPTIONS http://evil.test/auth/session': 421,
  'OPTIONS *': 404,
  'GET auth/session': 400,
  'GET ?': 400,
  'TRACE /auth/session': 404,
  'TRACK /auth/session': 400,
  'PROPFIND /auth/session': 404,
  'PURGE /auth/session': 404,
  'DELETE /auth/session': 404,
  'get /auth/session': 400,
  'GETX /auth/session': 400,
  'GET\t/auth/session': 400,
  'GET /auth/sess\u00efon': 400,
  'GET /auth/sess\0ion': 400
}
void t.test('a request line with a host, method or target that is not ours to serve is refused', async t => {
  for (const [line, status] of Object.entries(refusedLines)) {
    const answer = await raw(latin(compose(`${line} HTTP/1.1`, signedIn)))
    t.strictSame(answer.statuses, [status], ascii(line))
    t.notMatch(answer.text, /ada@acme|evil\.test|x-auth-request/i, ascii(line))
  }
  for (const version of ['HTTP/1.2', 'HTTP/3.0', 'HTTPS/1.1', 'http/1.1', 'HTTP/1.1 x']) t.strictSame((await raw(compose(`GET /auth/session ${version}`, signedIn))).statuses, [400], version)
  t.strictSame((await raw('GET /auth/session\r\n\r\n')).statuses, [421], 'HTTP/0.9 knows no host')
})

void t.test('a target with our own host is the same as without it', async t => {
  for (const scheme of ['http', 'HTTP']) t.equal((await raw(compose(`GET ${scheme}://${own}/auth/check HTTP/1.1`, signedIn))).status, 200, scheme)
  t.equal((await raw(compose(`GET http://${own.toUpperCase()}/auth/check HTTP/1.1`, signedIn))).status, 200)
})

void t.test('CONNECT opens no way to anywhere', async t => {
  for (const target of ['evil.test:443', own, '127.0.0.1:22', crm.url.replace('http://', '')]) t.strictSame((await raw(compose(`CONNECT ${target} HTTP/1.1`, signedIn))).statuses.filter(status => status < 400), [], target)
})

// What stands for the length of the body, and what follows the headers. The hidden request must never be answered.
const smuggled: Readonly<Record<string, readonly [lengths: string, body: string]>> = {
  'Content-Length and Transfer-Encoding': ['Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', `0\r\n\r\n${hidden}`],
  'Transfer-Encoding and Content-Length': ['Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', `1\r\na\r\n0\r\n\r\n${hidden}`],
  'two lengths': ['Content-Length: 0\r\nContent-Length: 5\r\n', hidden],
  'the same length twice': ['Content-Length: 0\r\nContent-Length: 0\r\n', hidden],
  'a list of lengths': ['Content-Length: 0, 0\r\n', hidden],
  'a length with a sign': ['Content-Length: +0\r\n', hidden],
  'a negative length': ['Content-Length: -1\r\n', hidden],
  'a hexadecimal length': ['Content-Length: 0x0\r\n', hidden],
  'a length with a space in it': ['Content-Length: 0 0\r\n', hidden],
  'a length that overflows': ['Content-Length: 18446744073709551616\r\n', hidden],
  'a space before the colon': ['Content-Length : 0\r\n', hidden],
  'a tab before the colon': ['Transfer-Encoding\t: chunked\r\n', `0\r\n\r\n${hidden}`],
  'an unknown coding': ['Transfer-Encoding: xchunked\r\n', `0\r\n\r\n${hidden}`],
  'chunked and then another': ['Transfer-Encoding: chunked, identity\r\n', `0\r\n\r\n${hidden}`],
  'two codings in two headers': ['Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', `0\r\n\r\n${hidden}`],
  identity: ['Transfer-Encoding: identity\r\n', `0\r\n\r\n${hidden}`],
  'a vertical tab': ['Transfer-Encoding: \x0bchunked\r\n', `0\r\n\r\n${hidden}`],
  quotes: ['Transfer-Encoding: "chunked"\r\n', `0\r\n\r\n${hidden}`],
  'a folded header': ['Transfer-Encoding:\r\n chunked\r\n', `0\r\n\r\n${hidden}`],
  'a header folded into another': ['X-A: b\r\n Content-Length: 50\r\nContent-Length: 0\r\n', hidden],
  'a line that ends with LF alone': ['X-A: b\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n', hidden],
  'a line that ends with CR alone': ['X-A: b\rTransfer-Encoding: chunked\r\nContent-Length: 0\r\n', hidden],
  'NUL in a value': ['X-A: b\0c\r\nContent-Length: 0\r\n', hidden],
  'NUL in a name': ['X-\0A: b\r\nContent-Length: 0\r\n', hidden],
  'a header without a name': [': b\r\nContent-Length: 0\r\n', hidden],
  'a header without a colon': ['X-A\r\nContent-Length: 0\r\n', hidden],
  'a negative chunk': ['Transfer-Encoding: chunked\r\n', `-1\r\n\r\n${hidden}`],
  'a chunk of 0x0': ['Transfer-Encoding: chunked\r\n', `0x0\r\n\r\n${hidden}`],
  'a chunk that overflows': ['Transfer-Encoding: chunked\r\n', `10000000000000000\r\n\r\n${hidden}`],
  'a chunk that ends with LF alone': ['Transfer-Encoding: chunked\r\n', `0\n\n${hidden}`],
  'LF in a chunk extension': ['Transfer-Encoding: chunked\r\n', `0;a\nb\r\n\r\n${hidden}`],
  'a length in the trailer': ['Transfer-Encoding: chunked\r\n', `0\r\nContent-Length: 5\r\n\r\n${hidden}`]
}
void t.test('CVE-2026-1525: a body whose end could be seen in two places is 400, and the line is closed before anything behind it is read', async t => {
  for (const [what, [lengths, body]] of Object.entries(smuggled)) {
    for (const path of ['/auth/token', '/auth/check', '/auth/login']) {
      const answer = await raw(latin(`POST ${path} HTTP/1.1\r\n${head}X-CSRF: 1\r\n${lengths}\r\n${body}`))
      t.strictSame(answer.statuses.filter(status => status !== 400), path === '/auth/check' ? answer.statuses.slice(0, 1).filter(status => status === 200) : [], `${what} ${path}`)
      t.notMatch(answer.text, /ada@acme\.test","/, `${what} ${path}`)
    }
  }
})

void t.test('a GET with a body is one request, and what is in its body is none', async t => {
  for (const [path, statuses] of [['/auth/session', [200, 200]], ['/auth/check', [200, 200]]] as const) {
    t.strictSame((await raw(`GET ${path} HTTP/1.1\r\n${head}Content-Length: ${hidden.length}\r\n\r\n${hidden}${hidden}`)).statuses, statuses, path)
  }
})

void t.test('requests on one line are each their own: no session, length or header stays for the next', async t => {
  const ask = (...lines: readonly string[]) => ['GET /auth/session HTTP/1.1', `Host: ${own}`, ...lines, '', ''].join('\r\n')
  const { statuses, text } = await raw(ask(`Cookie: ${cookie}`) + ask() + ask(`Cookie: ${session(gus, 'northwind')}`) + ask('Cookie: gatehouse=x') + ask(`Cookie: ${cookie}`, 'Connection: close'))
  t.strictSame(statuses, [200, 401, 200, 401, 200])
  t.strictSame([...text.matchAll(/"email":"([^"]+)"/g)].map(([, email]) => email), ['ada@acme.test', 'gus@globex.test', 'ada@acme.test'])
})

void t.test('headers and cookies that are too large are 431, and the line is closed', async t => {
  const large: Readonly<Record<string, string>> = {
    'a cookie': `Cookie: a=${'x'.repeat(20_000)}`,
    'two thousand cookies': `Cookie: ${Array.from({ length: 2_000 }, (_, index) => `cookie${index}=1`).join('; ')}`,
    'a header': `X-A: ${'x'.repeat(20_000)}`,
    'a forwarded host': `X-Forwarded-Host: ${'x'.repeat(20_000)}`,
    'a token': `Authorization: Bearer ${'x'.repeat(20_000)}`,
    'three thousand headers': Array.from({ length: 3_000 }, (_, index) => `X${index}: 1`).join('\r\n'),
    'a name': `${'X'.repeat(20_000)}: 1`
  }
  for (const [what, header] of Object.entries(large)) {
    for (const path of ['/auth/session', '/auth/check', '/auth/login', '/api/v1/tenants', '/.well-known/jwks.json', '/none']) t.strictSame((await raw(`GET ${path} HTTP/1.1\r\n${head}${header}\r\n\r\n`)).statuses, [431], `${what} ${path}`)
  }
  t.strictSame((await raw(`GET / HTTP/1.1\r\n${head}X: ${'x'.repeat(300_000)}`)).statuses, [431], 'a header that never ends')
  t.strictSame((await raw(`GET /${'x'.repeat(300_000)}`)).statuses, [431], 'a target that never ends')
})

void t.test('what a client expects or wants to upgrade to changes nothing about who passes', async t => {
  for (const path of ['/auth/session', '/auth/check']) {
    for (const extra of ['Expect: 100-continue', 'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__', 'Connection: Upgrade, close\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==', 'Connection: Upgrade, close\r\nUpgrade: TLS/1.0', 'Range: bytes=0-1', 'If-None-Match: *', 'If-Modified-Since: Fri, 01 Jan 2055 00:00:00 GMT', 'TE: trailers', 'Connection: close, Cookie, Host, Authorization']) {
      t.equal((await raw(`GET ${path} HTTP/1.1\r\n${head}Connection: close\r\n${extra}\r\n\r\n`)).statuses.at(-1), 200, `${path} ${extra}`)
      t.equal((await raw(`GET ${path} HTTP/1.1\r\nHost: ${own}\r\nConnection: close\r\n${extra}\r\n\r\n`)).statuses.at(-1), 401, `${path} ${extra}`)
    }
  }
  t.equal((await raw(compose('POST /auth/token HTTP/1.1', [...signedIn, ['X-CSRF', '1'], ['Expect', 'something'], ['Content-Length', '0']]))).status, 417)
  for (const bytes of ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.from('16030100a5010000a10303', 'hex')]) t.equal((await raw(bytes)).status, 400)
})

const hosts: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['LOCALHOST', 'localhost.', 'LocalHost.'].map(name => [own.replace('localhost', name), true] as const),
  ...['localhost..', '.localhost', 'user@localhost', 'localhost@evil.test', 'localhost#', 'localhost/', 'localhost?', 'localhost\\', 'localhost ', 'localhost\t', 'l%6fcalhost', 'localhost%00', 'localhost%2eevil.test', 'localhost,evil.test', 'localhost evil.test', '127.0.0.1', '127.1', '0x7f.1', '2130706433', '0', '[::1]', '[::ffff:127.0.0.1]', '\u24db\u24de\u24d2alhost', 'loca\u00adlhost', 'localho\u017ft', 'xn--localhost-', 'localhost.evil.test', 'evil-localhost'].map(name => [own.replace('localhost', name), false] as const),
  ...['', 'localhost', 'localhost:', `${own}0`, own.replace(':', ':0'), own.replace(':', ':+'), `${own}:80`, own.replace(':', ':\u0661'), `${own},${own}`, `${own};x`, `"${own}"`, `http://${own}`].map(name => [name, false] as const)
])
void t.test('CVE-2026-48794: a host in another case or with a final dot is the same, and in any other spelling it is nobody’s', async t => {
  for (const [said, same] of Object.entries(hosts)) {
    for (const [path, status] of [['/auth/session', 421], ['/auth/check', 403], ['/auth/login', 421], ['/auth/logout', 421]] as const) {
      const { status: told, text } = await raw(Buffer.from(compose(`GET ${path} HTTP/1.1`, [['Host', said], ['Cookie', cookie]]), 'utf8'))
      if (same) t.ok(told === 200 || told === 303, `${said} ${path}`)
      else t.equal(told, status, `${ascii(said)} ${path}`)
      t.notMatch(text, /evil/)
    }
  }
})

void t.test('two hosts are none, at the door that proxies ask too', async t => {
  for (const others of [[host('crm'), own], [own, host('crm')], [own, own], ['evil.test', own], [own, '']]) {
    for (const [path, status] of [['/auth/check', 403], ['/auth/session', 421], ['/auth/login', 421]] as const) {
      const answer = await raw(compose(`GET ${path} HTTP/1.1`, [...others.map((one, index) => [index === 0 ? 'Host' : 'hOST', one] as const), ['Cookie', cookie]]))
      t.equal(answer.status, status, `${path} ${others.join()}`)
    }
  }
})

void t.test('after all of this the gateway still knows who is signed in', async t => {
  t.equal((await raw(hidden)).status, 200)
  t.equal((await world.gateway.api('GET', '/tenants/acme')).status, 200)
})

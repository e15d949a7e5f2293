// What if everything that comes in is wrong? It is refused as a page or a problem, writes nothing, and is never repeated as markup.
import { connect } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import { type Ask, type Asked, openHouse } from '../http/house.ts'

const house = await openHouse(t)
const { ask, host, acme } = house
const { cookie } = await house.signIn()
const callback = `/auth/callback/${acme.connection}`
const initiate = `/auth/initiate/${acme.connection}`

const tables = ['tenants', 'domains', 'connections', 'apps', 'members', 'identities', 'pending_attempts', 'attempts', 'sign_ins', 'sessions', 'signing_keys', 'events']
async function rows (): Promise<unknown> {
  return await house.sql(`select ${tables.map(table => `(select count(*) from ${table}) as ${table}`).join(', ')}`)
}

const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' }
const script = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }
const canary = '<script>alert("canary")</script>'
// What a browser would run: a tag, an attribute that broke out of another, an address.
const markup = /<script|" onerror=|(?:href|src|action)="javascript:/i

/** The parameters that each route reads. */
const asked: Readonly<Record<string, readonly string[]>> = {
  '/auth/login': ['login_hint', 'tenant', 'return_to', 'app'],
  [initiate]: ['iss', 'login_hint', 'target_link_uri', 'client_id', 'id_token'],
  '/auth/initiate': ['iss', 'login_hint', 'target_link_uri', 'client_id', 'id_token'],
  [callback]: ['state', 'code', 'iss', 'error', 'error_description', 'id_token', 'access_token'],
  '/auth/check': ['app', 'roles', 'tenant', 'mode'],
  '/auth/session': ['touch'],
  '/auth/logout': ['return_to'],
  '/auth/logout/done': ['state'],
  '/.well-known/jwks.json': ['kid']
}
// Where somebody who says nothing useful is shown the page to say something useful on.
const patient = ['/auth/login', '/auth/initiate', '/auth/logout', '/auth/logout/done', '/.well-known/jwks.json']

const posted: Readonly<Record<string, readonly string[]>> = {
  '/auth/login': ['email', 'return_to', 'app'],
  '/auth/logout': ['form_token', 'return_to'],
  '/auth/token': ['app', 'form_token'],
  [initiate]: ['iss', 'login_hint', 'id_token'],
  '/auth/initiate': ['iss', 'login_hint', 'id_token']
}

function isDecent (path: string, answer: Asked, headers: Readonly<Record<string, string | string[]>>, statuses: (status: number) => boolean): string | null {
  if (!statuses(answer.status)) return `status ${answer.status}: ${answer.text.slice(0, 300)}`
  const type = String(answer.headers['content-type'])
  if (path.startsWith('/auth/session') && answer.status === 303 && !/\/auth\/login(?:\?|$)/.test(String(answer.headers['location']))) return `sent to ${String(answer.headers['location'])}`
  if (answer.status >= 400 && answer.status !== 431) {
    const wanted = headers['sec-fetch-mode'] === 'navigate' ? /^text\/html/ : /^application\/problem\+json/
    // At /auth/check a proxy asks, whoever asks the proxy: either will do.
    if (!wanted.test(type) && !path.startsWith('/auth/check')) return `${answer.status} as ${type}`
  }
  if (/html/.test(type) && markup.test(answer.text)) return 'markup of a stranger on the page'
  if (/<script|\\r|\\n|^javascript:/i.test(JSON.stringify(answer.headers))) return 'markup of a stranger in a header'
  return null
}

const refused = (status: number) => status >= 400 && status < 500
const shown = (status: number) => status === 200 || refused(status)
// Whoever visits what is for scripts is taken to the login; a script is refused.
const turnedAway = (status: number) => status === 303 || refused(status)
const expectedAt = (path: string) => path === '/auth/session' ? turnedAway : patient.includes(path) ? shown : refused

async function checkAll (requests: ReadonlyArray<readonly [string, string, Ask, (status: number) => boolean]>): Promise<readonly string[]> {
  const faults: string[] = []
  for (const [method, path, options, statuses] of requests) {
    for (const headers of [page, script]) {
      const sent = { ...headers, ...options.headers }
      const fault = isDecent(path, await ask(method, path, { ...options, headers: sent }), sent, statuses)
      if (fault !== null) faults.push(`${method} ${path.slice(0, 120)} ${JSON.stringify(options.body ?? options.headers ?? '').slice(0, 120)}: ${fault}`)
    }
  }
  return faults
}

/** One request as bytes; the status of the answer, 0 where the line was just cut. */
async function askRaw (head: Buffer | string): Promise<{ status: number, text: string }> {
  return await new Promise(resolve => {
    let text = ''
    const socket = connect(Number(new URL(house.gateway.url).port), '127.0.0.1', () => { socket.write(head) })
    const done = () => { resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }) }
    socket.setEncoding('latin1').on('data', part => { text += part }).on('end', done).on('error', done)
  })
}

const before = await rows()
t.afterEach(async () => { t.strictSame(await rows(), before, 'nothing was written') })

const values: Readonly<Record<string, string>> = {
  markup: encodeURIComponent(canary),
  attribute: encodeURIComponent('" onerror=alert(1) x="'),
  'a script URL': encodeURIComponent('javascript:alert(1)'),
  NUL: '%00',
  'control characters': 'a%0d%0aSet-Cookie:%20x=1%1b%7f',
  'broken UTF-8': '%ff%fe%c0%80',
  'a lone surrogate': '%ed%a0%80',
  'broken percent-encoding': '%zz%',
  'nothing visible': '%e2%80%ae%e2%80%8b',
  long: 'x'.repeat(10_000),
  'an object': '[object%20Object]',
  ['__proto__']: '__proto__',
  'a template': '%24%7b7*7%7d%7b%7b7*7%7d%7d',
  SQL: encodeURIComponent("'; drop table tenants; --")
}

void t.test('A parameter that comes twice, holds nonsense or is far too long is refused where it matters', async t => {
  const requests = Object.entries(asked).flatMap(([path, names]) => names.flatMap(name => [
    ...Object.values(values).map(value => ['GET', `${path}?${name}=${value}`, {}, expectedAt(path)] as const),
    ['GET', `${path}?${name}=a&${name}=b`, {}, expectedAt(path)] as const,
    ['GET', `${path}?${name}[]=a&${name}[x]=b&${name}.y=c`, {}, expectedAt(path)] as const
  ])).filter(([, path]) => !path.startsWith(`${initiate}?`) || /[?&](?:id_token|iss|client_id)=|&(?:login_hint|target_link_uri)=/.test(path))
  t.ok(requests.length > 300)
  t.strictSame(await checkAll(requests), [])
})

void t.test('What is given twice to the sign-in page is refused even there', async t => {
  for (const name of asked['/auth/login'] ?? []) t.equal((await ask('GET', `/auth/login?${name}=a&${name}=b`)).status, 400, name)
})

void t.test('Names that belong to every object are names like any other', async t => {
  const names = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__proto__[x]', 'constructor[prototype][x]']
  const paths = Object.keys(asked).filter(path => path !== initiate)
  t.strictSame(await checkAll(paths.flatMap(path => names.map(name => ['GET', `${path}?${encodeURIComponent(name)}=x`, {}, expectedAt(path)] as const))), [])
  t.equal(Reflect.get({}, 'x'), undefined)
})

void t.test('A query larger than any header may be is 431, and so are large headers', async t => {
  for (const path of Object.keys(asked)) t.equal((await ask('GET', `${path}?x=${'x'.repeat(100_000)}`)).status, 431, path)
  for (const headers of [{ cookie: 'x'.repeat(20_000) }, { 'x-anything': 'x'.repeat(20_000) }, { referer: `http://${'x'.repeat(20_000)}` }]) t.equal((await ask('GET', '/auth/login', { headers })).status, 431)
})

void t.test('A form that is none, too large, too deep or of another kind is refused', async t => {
  const form = 'application/x-www-form-urlencoded'
  const bodies: ReadonlyArray<readonly [string, string | Uint8Array | undefined]> = [
    [form, 'x'.repeat(100_000)],
    [form, `email=${'x'.repeat(60_000)}&iss=${'x'.repeat(2_000)}&id_token=x`],
    [form, `${'email=a&iss=a&'.repeat(2_000)}email=b`],
    [form, Array.from({ length: 5_000 }, (_, index) => `f${index}=1`).join('&') + '&iss=evil'],
    [form, '%zz=%zz&email=%ff%00&iss=%ff'],
    [form, Buffer.from([0xff, 0xfe, 0x00, 0x3d, 0x26, 0x80])],
    [form, '__proto__=x&constructor=y&email[]=z&iss=x'],
    [form, '{"email":"ada@acme.test"}'],
    ['application/json', '{'],
    ['application/json', ''],
    ['application/json', 'null'],
    ['application/json', '"text"'],
    ['application/json', '[]'],
    ['application/json', '[["email","ada@acme.test"]]'],
    ['application/json', '{"__proto__":{"email":"ada@acme.test"}}'],
    ['application/json', '{"constructor":{"prototype":{"email":"ada@acme.test"}}}'],
    ['application/json', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['application/json', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
    ['application/json', `{"email":"${'x'.repeat(100_000)}"}`],
    ['application/json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['text/plain', 'email=ada@acme.test'],
    ['text/xml', '<email>ada@acme.test</email>'],
    ['multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\nada@acme.test\r\n--x--'],
    ['application/x-www-form-urlencoded\t; a', 'email=ada'],
    ['', 'email=ada@acme.test'],
    [';', 'email=ada@acme.test'],
    ['application/octet-stream', Buffer.alloc(70_000)]
  ]
  const paths = Object.keys(posted).filter(path => path !== initiate)
  const requests = paths.flatMap(path => bodies.map(([type, body]) => ['POST', path, { headers: { 'content-type': type, cookie }, ...(body === undefined ? {} : { body }) }, path === '/auth/initiate' ? shown : refused] as const))
  t.strictSame(await checkAll(requests), [])
  t.equal((await ask('POST', '/auth/login', { headers: { 'content-type': form }, body: 'x'.repeat(65_537) })).status, 413)
  t.equal((await ask('POST', '/auth/login', { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: Buffer.from([0x1f, 0x8b, 0x08]) })).status, 400)
})

void t.test('Nonsense in the fields of a form is told as nonsense, and shown as text', async t => {
  const requests = Object.entries(posted).flatMap(([path, names]) => names.flatMap(name => Object.values(values).map(value => ['POST', path, { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: `${name}=${value}${path === initiate ? '&id_token=x' : ''}` }, path === '/auth/logout' ? (status: number) => status === 204 || shown(status) : path === '/auth/initiate' ? shown : refused] as const)))
  t.strictSame(await checkAll(requests), [])
  const again = await ask('POST', '/auth/login', { headers: { ...page, 'content-type': 'application/x-www-form-urlencoded' }, body: `email=${encodeURIComponent(canary)}&return_to=${encodeURIComponent(canary)}` })
  t.equal(again.status, 400)
  t.match(again.text, /&lt;script&gt;/)
})

void t.test('Methods that a route does not have are refused, and HEAD changes nothing', async t => {
  const paths = [...Object.keys(asked), '/auth/token', '/', '/api/v1/tenants']
  for (const path of paths) {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD', 'TRACE', 'PROPFIND', 'QUERY', 'M-SEARCH']) {
      const { status } = await askRaw(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\nX-CSRF: 1\r\nConnection: close\r\n\r\n`)
      const fine = (method === 'HEAD' && path.startsWith('/.well-known')) || (method === 'OPTIONS' && ['/auth/session', '/auth/token'].includes(path))
      // Proxies ask with the method of the request that they ask about, and it changes nothing here.
      if (path.startsWith('/auth/check')) continue
      t.ok(fine ? status < 300 : refused(status), `${method} ${path}: ${status}`)
    }
  }
  t.equal((await ask('GET', '/auth/check', { headers: { cookie } })).status, 200, 'still signed in')
})

void t.test('Paths that are long, odd or encoded in two ways lead nowhere', async t => {
  const paths = ['/auth/callback/', `${callback}/`, `${callback}/x`, `/auth/callback/${'x'.repeat(200)}`, `/auth/callback/${'x'.repeat(5_000)}`, `/auth/initiate/${'x'.repeat(300)}`, '/auth/callback/%00', '/auth/callback/%2e%2e', '/auth/callback/..%2f..%2f', '/auth/callback/__proto__', '/auth/callback/con-%zz', `/auth/callback/${encodeURIComponent(canary)}`, '/auth/initiate/__proto__', '/auth/initiate/%ff', '//auth/login', '/auth//login', '/auth/./login', '/auth/x/../login', '/AUTH/login', '/auth/login/', '/auth/login%2f', '/auth%2flogin', '/auth/login%00', '/auth/login;x=1', '/auth\\login', `/${'a/'.repeat(3_000)}`, '/%', '/%zz', '/%c0%af', '/.env', '/auth/../../etc/passwd']
  for (const path of paths) {
    for (const headers of [page, script]) {
      const { status, text } = await askRaw(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}Connection: close\r\n\r\n`)
      t.ok(refused(status), `${path.slice(0, 60)}: ${status}`)
      t.notMatch(text, /<script>alert/)
    }
  }
})

void t.test('Three hundred cookies, broken ones and two of one name disturb nobody', async t => {
  const many = Array.from({ length: 300 }, (_, index) => `gatehouse-attempt-${String(index).padStart(16, 'x')}=1.spent`).join('; ')
  const broken = ['gatehouse=', 'gatehouse=%', 'gatehouse=x; gatehouse=y', '=; =; ;;;', 'gatehouse', `gatehouse=${'.'.repeat(3_000)}`, '__proto__=x; constructor=y', 'gatehouse-attempt-()=1; gatehouse-attempt-\u00e9=2', '\u0001', `${many}`]
  for (const header of broken) {
    for (const [path, statuses] of [['/auth/login', shown], ['/auth/session', refused], ['/auth/check', refused], [`${callback}?code=x&state=y`, refused], ['/auth/logout', shown]] as const) {
      const { status } = await askRaw(Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nCookie: ${header}\r\nConnection: close\r\n\r\n`, 'latin1'))
      t.ok(statuses(status), `${path} ${header.slice(0, 30)}: ${status}`)
    }
  }
})

void t.test('Bytes that are no HTTP are cut off with 400', async t => {
  for (const head of ['GET\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', 'nonsense\r\n\r\n', '\u0000\u0001\u0002\r\n\r\n', `GET / HTTP/1.1\r\nHost: ${host}\r\nBad Header: x\r\n\r\n`, `GET / HTTP/1.1\r\nHost: ${host}\r\nX: a\u0000b\r\n\r\n`, `POST /auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx`, `POST /auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: -1\r\n\r\n`, `POST /auth/login HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']) {
    const { status, text } = await askRaw(Buffer.from(head, 'latin1'))
    t.equal(status, 400, JSON.stringify(head.slice(0, 40)))
    t.notMatch(text, /Bad Header|nonsense/)
  }
})

void t.test('No query string whatever makes a fault', async t => {
  const name = fc.oneof(fc.constantFrom(...new Set(Object.values(asked).flat())), fc.string({ maxLength: 8 }))
  const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.constantFrom('', 'acme', acme.connection, 'http://x/', canary, '\u0000', '__proto__'))
  const pair = fc.tuple(name, value, fc.boolean()).map(([one, two, raw]) => raw ? `${one}=${two}`.replace(/[^\x21-\x7e]|[#\\]/g, '') : `${encodeURIComponent(one.toWellFormed())}=${encodeURIComponent(two.toWellFormed())}`)
  // A tile's address and a tenant's link begin a login for whoever asks; what is tried here must not.
  const query = fc.array(pair, { maxLength: 6 }).map(pairs => pairs.join('&')).filter(text => !/tenant=acme/.test(text))
  const path = fc.constantFrom(...Object.keys(asked).filter(one => one !== initiate))
  await fc.assert(fc.asyncProperty(path, query, fc.boolean(), async (one, text, asPage) => {
    const headers = asPage ? page : script
    const fault = isDecent(one, await ask('GET', `${one}?${text}`, { headers }), headers, expectedAt(one))
    if (fault !== null) throw new Error(`${one}?${text}: ${fault}`)
  }), { numRuns: 1_000, seed: 43 })
  t.pass()
})

// Does whoever answers before the framework say what the framework would have said, and only where it may?
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { checkAtOnce } from '../../src/http/check-at-once.ts'
import { keepQueries, readCheckQuery } from '../../src/http/check-question.ts'
import { cookieScheme } from '../../src/http/attempt-cookies.ts'
import { buildHttpServer } from '../../src/http/http-server.ts'
import { sessionCookies } from '../../src/http/session-cookie.ts'
import { Secret } from '../../src/secret.ts'
import { compose, rawRequests } from '../advisories/raw-request.ts'
import { liveSession, orders, tokenOf } from '../flows/live-session.ts'
import { until } from '../postgres/until.ts'
import { openHouse } from './house.ts'

const house = await openHouse(t, { TRUSTED_PROXIES: '127.0.0.1' })
const { cookie: signedIn } = await house.signIn()
const bearer = `Bearer ${String((await house.ask('GET', '/auth/check', { headers: { cookie: signedIn } })).headers['authorization']).slice(7)}`

const token = tokenOf(liveSession())
const scheme = cookieScheme(true)
const cookies = sessionCookies([new Secret('x'.repeat(32))], scheme)
const cookie = `gatehouse=${cookies.signer.sign('A'.repeat(32))}`
const host = 'login.northwind.test'

/** A server whose framework says only that it was asked. */
async function listen (test: { teardown (done: () => void): unknown }, change: { apps?: null, pass?: () => null, isTraced?: boolean } = {}) {
  const queries = keepQueries()
  const counts = { routineChecks: 0, answered () {} }
  const answerAtOnce = checkAtOnce({
    queries,
    appsAtHand: () => change.apps === null ? null : [orders],
    cookies,
    loginHost: host,
    isTrusted: () => false,
    passAtOnce: change.pass ?? (() => ({ session: liveSession(), issued: token })),
    counts,
    isTraced: change.isTraced ?? false
  })
  const server = buildHttpServer(answerAtOnce, (_raw, response) => { response.writeHead(299).end() })
  test.teardown(() => { server.close() })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  return { queries, counts, raw: rawRequests(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`) }
}

const query = readCheckQuery({})
const asked = [['Host', host], ['Cookie', cookie]] as const

void t.test('a question that was asked before and needs nothing but memory is answered at once, and counted', async t => {
  const { queries, counts, raw } = await listen(t)
  t.equal((await raw(compose('GET /auth/check HTTP/1.1', asked))).status, 299, 'nobody has read it yet')
  queries.keep('/auth/check', query)
  const answer = await raw(compose('GET /auth/check HTTP/1.1', asked))
  t.equal(answer.status, 200)
  t.equal(answer.header('authorization'), 'Bearer head.claims.signature')
  t.equal(counts.routineChecks, 1)
})

const left: ReadonlyArray<readonly [what: string, line: string, headers: ReadonlyArray<readonly [string, string]>]> = [
  ['another target', 'GET /auth/session', asked],
  ['a query that nobody has read', 'GET /auth/check?roles=admin', asked],
  ['a method that may bring a body', 'POST /auth/check', asked],
  ['HEAD, which is no use', 'HEAD /auth/check', asked],
  ['a body', 'GET /auth/check', [...asked, ['Content-Length', '0']]],
  ['a body without a length', 'GET /auth/check', [...asked, ['Transfer-Encoding', 'chunked']]],
  ['no cookie', 'GET /auth/check', [['Host', host]]],
  ['a forged cookie', 'GET /auth/check', [['Host', host], ['Cookie', `${cookie}x`]]],
  ['two cookies', 'GET /auth/check', [['Host', host], ['Cookie', `${cookie}; gatehouse=planted`]]],
  ['a host of nobody', 'GET /auth/check', [['Host', 'evil.test'], ['Cookie', cookie]]],
  ['two hosts', 'GET /auth/check', [...asked, ['Host', 'evil.test']]],
  ['a host that only a stranger forwards', 'GET /auth/check', [['Host', 'evil.test'], ['X-Forwarded-Host', host], ['Cookie', cookie]]]
]
void t.test('everything else is left to the framework, untouched', async t => {
  const { queries, counts, raw } = await listen(t)
  queries.keep('/auth/check', query)
  for (const [what, line, headers] of left) t.equal((await raw(compose(`${line} HTTP/1.1`, headers, headers.some(([, value]) => value === 'chunked') ? '0\r\n\r\n' : ''))).status, 299, what)
  t.equal(counts.routineChecks, 0)
  for (const [what, change] of [['apps that have to be read', { apps: null }], ['no yes', { pass: () => null }], ['a failure, which the framework reports', { pass: () => { throw new Error('broken') } }]] as const) {
    const other = await listen(t, change)
    other.queries.keep('/auth/check', query)
    t.equal((await other.raw(compose('GET /auth/check HTTP/1.1', asked))).status, 299, what)
    t.equal(other.counts.routineChecks, 0)
  }
})

void t.test('a check that somebody traces is the framework’s, where anything is traced', async t => {
  const traceparent = ['Traceparent', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`] as const
  for (const [isTraced, headers, status] of [[true, [...asked, traceparent], 299], [true, asked, 200], [false, [...asked, traceparent], 200]] as const) {
    const { queries, raw } = await listen(t, { isTraced })
    queries.keep('/auth/check', query)
    t.equal((await raw(compose('GET /auth/check HTTP/1.1', headers))).status, status)
  }
})

void t.test('only plain spellings of the check are known, some of them, and none that is long', t => {
  const queries = keepQueries()
  for (const target of ['/auth/%63heck', '/auth/checks', '/auth/check/', '/auth/Check', `/auth/check?roles=${'x'.repeat(1_000)}`, '/', '']) {
    queries.keep(target, query)
    t.equal(queries.find(target), undefined, target)
  }
  for (let each = 0; each < 1_000; each++) queries.keep(`/auth/check?app=${each}`, query)
  t.equal(queries.find('/auth/check?app=0'), query)
  queries.keep('/auth/check?app=1000', query)
  t.equal(queries.find('/auth/check?app=0'), undefined, 'whoever invents targets takes no memory')
  t.equal(queries.find('/auth/check?app=1000'), query)
  t.end()
})

// Every question twice on a line of the real gateway, so that the second may be answered at once, and once past the line.
const queriesAsked = ['', '?', '?roles=admin', '?roles=admin,owner', '?roles=owner', '?roles=', '?tenant=acme', '?tenant=globex', '?app=northwind', '?app=orders', '?app=none', '?mode=redirect', '?app=northwind&app=orders', '?roles=admin&tenant=acme&mode=redirect', '?unknown=1', '?roles=%61dmin', `?app=${'x'.repeat(64)}`]
const headersAsked: ReadonlyArray<readonly [string, Readonly<Record<string, string>>]> = [
  ['signed in', { cookie: signedIn }],
  ['nobody', {}],
  ['a forged cookie', { cookie: signedIn.replace(/gatehouse=[^;]*/, 'gatehouse=forged') }],
  ['a bearer token', { authorization: bearer }],
  ['both', { cookie: signedIn, authorization: bearer }],
  ['a cookie and nonsense', { cookie: signedIn, authorization: 'Bearer x' }],
  ['a host in capitals', { cookie: signedIn, host: house.host.toUpperCase() }],
  ['a host of nobody', { cookie: signedIn, host: 'evil.test' }],
  ['another app’s host', { cookie: signedIn, host: house.ordersHost }],
  ['a forwarded host', { cookie: signedIn, host: 'evil.test', 'x-forwarded-host': house.host }],
  ['two forwarded hosts', { cookie: signedIn, host: 'evil.test', 'x-forwarded-host': `evil.test, ${house.host}` }],
  ['a forwarded host of nobody', { cookie: signedIn, 'x-forwarded-host': 'evil.test' }]
]

// Each answer has its own reference, which is of any length, and its own moment.
function comparable (status: number, headers: Readonly<Record<string, unknown>>, body: string) {
  const { date: _date, connection: _connection, 'keep-alive': _keepAlive, 'content-length': length, ...told } = headers
  return { status, headers: told, body: body.replace(/"reference":"[^"]*"/, ''), ...(body === '' ? { length: String(length) } : {}) }
}

void t.test('whoever answers, the answer is the same', async t => {
  let allowed = 0
  for (const search of queriesAsked) {
    for (const [who, headers] of headersAsked) {
      const url = `/auth/check${search}`
      const past = await house.gateway.gateway.server.inject({ url, headers: { host: house.host, ...headers }, remoteAddress: '127.0.0.1' })
      const expected = comparable(past.statusCode, past.headers, past.body)
      if (expected.status === 200) allowed++
      for (const time of ['first', 'second']) {
        const answer = await house.ask('GET', url, { headers })
        t.strictSame(comparable(answer.status, answer.headers, answer.text), expected, `${search} ${who}, ${time} time`)
      }
    }
  }
  t.ok(allowed > 30, `${allowed} were a yes`)
})

void t.test('what ends a session, or changes its person, is seen as soon as it is heard of', async t => {
  const { cookie: mine } = await house.signIn()
  const check = async () => (await house.ask('GET', '/auth/check', { headers: { cookie: mine } }))
  for (let time = 0; time < 3; time++) t.equal((await check()).status, 200)
  const id = house.acme.members.get('ada@acme.test') ?? ''
  t.equal((await house.gateway.api('PATCH', `/tenants/acme/members/${id}`, { roles: ['owner'] })).status, 200)
  await until('the new roles are told', async () => (await check()).headers['x-auth-request-roles'] === 'owner')
  t.equal((await house.gateway.api('PATCH', `/tenants/acme/members/${id}`, { status: 'suspended' })).status, 200)
  await until('nobody passes', async () => (await check()).status === 403)
  t.equal((await house.gateway.api('PATCH', `/tenants/acme/members/${id}`, { status: 'active', roles: ['admin', 'buyer'] })).status, 200)
})

void t.test('once it is closing, the answer ends its line', async t => {
  const { server } = house.gateway.gateway
  const accepted = once(server.server, 'connection')
  const socket = connect(Number(new URL(house.gateway.url).port), '127.0.0.1')
  const [line]: Socket[] = await accepted
  socket.write(`GET /auth/check HTTP/1.1\r\nHost: ${house.host}\r\nCookie: ${signedIn}\r\n\r\n`)
  const [first] = await once(socket, 'data')
  t.match(String(first), /^HTTP\/1\.1 200 OK[^]*connection: keep-alive/i)
  // Begun before the end and asked after it.
  const read = line?.bytesRead ?? 0
  socket.write('GET /auth/check HTTP/1.1\r\n')
  await until('the gateway has read so far', () => (line?.bytesRead ?? 0) > read)
  const closed = server.close()
  socket.write(`Host: ${house.host}\r\nCookie: ${signedIn}\r\n\r\n`)
  const [last] = await once(socket, 'data')
  t.match(String(last), /^HTTP\/1\.1 200 OK[^]*connection: close/i)
  await closed
})

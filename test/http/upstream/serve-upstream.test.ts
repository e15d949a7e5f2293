import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { request } from 'undici'
import type { Access, Opened } from '../../../src/flows/check-access.ts'
import { Outage } from '../../../src/outage.ts'
import type { App } from '../../../src/tenant/app.ts'
import { startSteeredUpstream } from '../../world/steered-upstream.ts'
import { tokenOf } from '../../flows/live-session.ts'
import { adaSession, northwindApp } from '../../tenant/acme.ts'
import { buildServedApp } from './served-app.ts'

const upstream = await startSteeredUpstream()
t.teardown(async () => { await upstream.stop() })
const desk = northwindApp({ hosts: ['desk.northwind.test'], upstream: upstream.url })
const host = 'desk.northwind.test'
const allowed: Access = { kind: 'allowed', session: adaSession, issued: tokenOf(adaSession) }
const away = async (): Promise<readonly App[]> => { throw new Outage('database-unavailable') }

void t.test('an app that takes its connection and says nothing is 504, as a page and as a problem', async t => {
  const { server, cookie } = await buildServedApp(t, { apps: () => [desk], checkAccess: () => allowed, patience: { connectSeconds: 1, headersSeconds: 0.05 } })
  const { answer } = upstream
  t.teardown(() => { upstream.answer = answer })
  upstream.answer = () => {}
  const problem = await server.inject({ url: '/', headers: { host, cookie } })
  t.equal(problem.statusCode, 504)
  t.match(problem.json(), { code: 'upstream-timeout' })
  const page = await server.inject({ url: '/', headers: { host, cookie, accept: 'text/html' } })
  t.equal(page.statusCode, 504)
  t.match(page.body, /The app isn’t answering/)
})

const doors: ReadonlyArray<readonly [what: string, access: Access | Error | Promise<Access>, status: number, code: string]> = [
  ['nobody is signed in', { kind: 'refused', code: 'not-signed-in' }, 401, 'not-signed-in'],
  ['the session has ended', { kind: 'refused', code: 'session-expired' }, 401, 'session-expired'],
  ['the member is suspended', { kind: 'refused', code: 'member-suspended' }, 403, 'member-suspended'],
  ['the company is not entitled', Promise.resolve({ kind: 'refused', code: 'sso-not-entitled' }), 403, 'sso-not-entitled'],
  ['the database is away', new Outage('database-unavailable'), 503, 'database-unavailable'],
  ['we are wrong', new TypeError('x is not a function'), 500, 'fault']
]
for (const [what, access, status, code] of doors) {
  void t.test(`a request goes nowhere when ${what}`, async t => {
    const { server, cookie } = await buildServedApp(t, {
      apps: () => [desk],
      checkAccess: () => {
        if (access instanceof Error) throw access
        return access
      }
    })
    const before = upstream.asked.length
    const answer = await server.inject({ url: '/private', headers: { host, cookie } })
    t.equal(answer.statusCode, status)
    t.match(answer.json(), { code })
    t.equal(answer.headers['cache-control'], 'no-store')
    t.equal(upstream.asked.length, before)
  })
}

void t.test('a request goes nowhere when the apps cannot be read, and our own doors stay ours', async t => {
  const { server, cookie } = await buildServedApp(t, { apps: away, checkAccess: () => allowed })
  t.match((await server.inject({ url: '/private', headers: { host, cookie } })).json(), { status: 503, code: 'database-unavailable' })
  t.equal((await server.inject({ url: '/', headers: { host: 'login.northwind.test' } })).body, 'ours')
})

void t.test('apps that have to be read first are waited for', async t => {
  const { server, cookie } = await buildServedApp(t, { apps: async () => [desk], checkAccess: async () => allowed })
  t.match((await server.inject({ url: '/x', headers: { host, cookie } })).json(), { url: '/x', headers: { authorization: 'Bearer head.claims.signature', 'x-auth-request-roles': 'admin,reader' } })
})

void t.test('an app that loses its upstream between two looks serves nobody', async t => {
  let looks = 0
  const { server, cookie } = await buildServedApp(t, { apps: () => looks++ === 0 ? [desk] : [{ ...desk, upstream: null }], checkAccess: () => allowed })
  t.match((await server.inject({ url: '/x', headers: { host, cookie } })).json(), { code: 'route-unknown' })
})

void t.test('a trusted proxy says which host and whose request it is; anybody else does not', async t => {
  const forwarded = { host: 'internal:4000', 'x-forwarded-host': `first.test, ${host}`, 'x-forwarded-for': '198.51.100.9, 203.0.113.7', 'x-forwarded-proto': 'http' }
  for (const [trustedProxies, remoteAddress, status] of [[['127.0.0.1'], '127.0.0.1', 200], [['127.0.0.1'], '10.0.0.9', 404], [[], '127.0.0.1', 404]] as const) {
    const { server, cookie } = await buildServedApp(t, { apps: () => [desk], checkAccess: () => allowed, trustedProxies })
    const answer = await server.inject({ url: '/x', headers: { ...forwarded, cookie }, remoteAddress })
    t.equal(answer.statusCode, status, `${trustedProxies.join()} ${remoteAddress}`)
    if (status === 200) t.match(answer.json().headers, { host, 'x-forwarded-host': host, 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' })
  }
})

/** The next request is answered by the test itself. */
function steer (t: { teardown (done: () => void): unknown }): Promise<ServerResponse> {
  const { answer } = upstream
  t.teardown(() => { upstream.answer = answer })
  return new Promise(resolve => { upstream.answer = (_request, response) => { resolve(response) } })
}

const openSession = (): Opened => ({ kind: 'open', session: adaSession })

void t.test('a gateway that goes down lets an answer that is under way come to its end, and waits for nothing more', async t => {
  const { server, cookie } = await buildServedApp(t, { apps: () => [desk], checkAccess: () => allowed, openSession })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const steered = steer(t)
  const asked = request(`${url}/export`, { headers: { host, cookie } })
  const response = await steered
  const closed = server.close()
  response.writeHead(200, { 'content-length': '4' }).end('done')
  const answer = await asked
  t.equal(await answer.body.text(), 'done')
  await closed
})

void t.test('events that begin while the gateway goes down end at once', async t => {
  const { server, cookie } = await buildServedApp(t, { apps: () => [desk], checkAccess: () => allowed, openSession })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const steered = steer(t)
  const asked = request(`${url}/events`, { headers: { host, cookie } })
  const response = await steered
  const closed = server.close()
  await new Promise(resolve => { setImmediate(resolve) })
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  t.equal(await (await asked).body.text(), '')
  await closed
})

void t.test('whoever has left while the door was thinking is not announced to the app', async t => {
  const thinking = Promise.withResolvers<Access>()
  const knocked = Promise.withResolvers<void>()
  const { server, cookie } = await buildServedApp(t, { apps: () => [desk], checkAccess: () => { knocked.resolve(); return thinking.promise }, openSession })
  const url = await server.listen({ port: 0, host: '127.0.0.1' })
  const before = upstream.asked.length
  const left = new AbortController()
  const gone = new Promise<void>(resolve => { server.server.once('connection', socket => { socket.once('close', () => { resolve() }) }) })
  const asked = request(`${url}/slow`, { headers: { host, cookie }, signal: left.signal })
  await knocked.promise
  left.abort()
  await t.rejects(asked)
  await gone
  thinking.resolve(allowed)
  await server.close()
  t.equal(upstream.asked.length, before)
})

void t.test('HEAD does not count as use of the session, anything else does', async t => {
  const touched: boolean[] = []
  const { server, cookie } = await buildServedApp(t, { apps: () => [desk], openSession, checkAccess: ({ touch }) => { touched.push(touch); return allowed } })
  for (const method of ['HEAD', 'GET', 'POST'] as const) await server.inject({ method, url: '/x', headers: { host, cookie } })
  t.strictSame(touched, [false, true, true])
})

void t.test('a stream that nobody reads is taken down a second after the sign-in has ended', async t => {
  let open = true
  let tick = () => {}
  const { server, cookie } = await buildServedApp(t, { apps: () => [desk], checkAccess: () => allowed, openSession: () => open ? openSession() : { kind: 'closed', code: 'not-signed-in' }, every: (_milliseconds, work) => { tick = work; return () => {} } })
  const url = new URL(await server.listen({ port: 0, host: '127.0.0.1' }))
  const steered = steer(t)
  const socket = connect(Number(url.port), '127.0.0.1')
  t.teardown(() => { socket.destroy() })
  socket.write(`GET /events HTTP/1.1\r\nHost: ${host}\r\nCookie: ${cookie}\r\n\r\n`)
  const response = await steered
  const gone = once(response, 'close')
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  // Until everything between the two is full.
  let full = false
  response.on('drain', () => { full = false })
  for (let idle = 0; idle < 100; idle++) {
    while (!full) {
      idle = 0
      full = !response.write('x'.repeat(65_536))
    }
    await new Promise(resolve => { setImmediate(resolve) })
  }
  open = false
  tick()
  await gone
})

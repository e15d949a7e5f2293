// What flows through the gateway to an app and back: uploads, events, WebSockets; in pieces, without waiting, and never longer than the sign-in.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import t from 'tap'
import { Agent } from 'undici'
import type { Browser } from '../world/browser.ts'
import { agreeTo, echo, textFrame } from '../world/steered-upstream.ts'
import { type OpenSocket, openSocket, shakeHands } from '../world/web-socket.ts'
import { openServedWorld } from './served-world.ts'

const { world, clock, at, crm, enter, cookieAt, askAt, host } = await openServedWorld(t)
const agent = new Agent()
t.teardown(async () => { await agent.destroy() })

async function signIn (email = 'ada@acme.test'): Promise<{ browser: Browser, cookie: string }> {
  const browser = world.browser()
  await enter(browser, 'crm', email)
  return { browser, cookie: cookieAt(browser, 'crm') }
}

/** The next requests are answered by the test itself. */
function steer (t: { teardown (done: () => void): unknown }): Promise<{ request: IncomingMessage, response: ServerResponse }> {
  t.teardown(() => { crm.answer = echo })
  return new Promise(resolve => { crm.answer = (request, response) => { resolve({ request, response }) } })
}

async function openStream (path: string, cookie: string) {
  return await agent.request({ origin: world.gateway.url, path, method: 'GET', headers: { host: host('crm'), cookie } })
}

const MEGABYTE = 1024 * 1024
const MEGABYTES = 20

void t.test('20 MB go up in pieces: the app has read each before the next is sent', async t => {
  const { cookie } = await signIn()
  const progress = { got: 0, told: () => {} }
  t.teardown(() => { crm.answer = echo })
  crm.answer = (request, response) => {
    request.on('data', (chunk: Buffer) => {
      progress.got += chunk.length
      if (progress.got % MEGABYTE === 0) progress.told()
    })
    request.on('end', () => { response.end(String(progress.got)) })
  }
  async function * send () {
    for (let sent = 1; sent <= MEGABYTES; sent++) {
      // If anything on the way waited for the whole, this would never come.
      const arrived = new Promise<void>(resolve => { progress.told = resolve })
      yield Buffer.alloc(MEGABYTE, sent)
      await arrived
    }
  }
  for (const headers of [{}, { 'content-length': String(MEGABYTES * MEGABYTE), 'content-type': 'text/plain' }, { 'content-type': 'application/json' }]) {
    progress.got = 0
    const answer = await agent.request({ origin: world.gateway.url, path: '/upload', method: 'POST', headers: { host: host('crm'), cookie, ...headers }, body: Readable.from(send()) })
    t.equal(answer.statusCode, 200)
    t.equal(await answer.body.text(), String(MEGABYTES * MEGABYTE))
  }
})

void t.test('a body of any type arrives as it was sent', async t => {
  const { cookie } = await signIn()
  for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/octet-stream', 'image/svg+xml']) {
    const { status, body } = await askAt('crm', '/', { method: 'POST', cookie, headers: { 'content-type': type }, body: '{"a": 1,, not json' })
    t.equal(status, 200, type)
    t.match(JSON.parse(body), { body: '{"a": 1,, not json', headers: { 'content-type': type } }, type)
  }
  for (const method of ['POST', 'DELETE', 'OPTIONS'] as const) t.match(JSON.parse((await askAt('crm', '/', { method, cookie })).body), { method, body: '' }, method)
  const bare = await askAt('crm', '/', { method: 'PUT', cookie, body: 'bare' })
  t.match(JSON.parse(bare.body), { body: 'bare' })
})

void t.test('a GET with a body is refused: it could be read as the beginning of another request', async t => {
  const { cookie } = await signIn()
  const before = crm.asked.length
  t.match(await askAt('crm', '/', { cookie, body: 'GET /admin HTTP/1.1\r\n\r\n' }), { status: 400, body: /"code":"body-malformed"/ })
  t.equal(crm.asked.length, before)
})

void t.test('events arrive one by one while the stream stays open, and the open stream is known before the first', async t => {
  const { cookie } = await signIn()
  const steered = steer(t)
  const stream = openStream('/events', cookie)
  const { response } = await steered
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  const { statusCode, headers, body } = await stream
  t.match({ statusCode, headers }, { statusCode: 200, headers: { 'content-type': 'text/event-stream' } })
  const events = body[Symbol.asyncIterator]()
  for (const word of ['one', 'two', 'three']) {
    response.write(`data: ${word}\n\n`)
    t.equal(String((await events.next()).value), `data: ${word}\n\n`)
  }
  response.end()
  t.equal((await events.next()).done, true)
})

void t.test('a stream of events ends with the sign-in, and the app hears that nobody listens any more', async t => {
  const { browser, cookie } = await signIn()
  const steered = steer(t)
  const stream = openStream('/events', cookie)
  const { response } = await steered
  const gone = new Promise<void>(resolve => { response.once('close', resolve) })
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n')
  const { body } = await stream
  await browser.visit(`${at('crm')}/auth/logout`)
  await browser.submit('/auth/logout')
  t.equal(await body.text(), 'data: one\n\n')
  await gone
})

void t.test('an endless answer that is no stream of events is cut off visibly', async t => {
  const { cookie } = await signIn('bob@acme.test')
  const steered = steer(t)
  const stream = openStream('/export', cookie)
  const { response } = await steered
  response.writeHead(200, { 'content-type': 'application/x-ndjson' }).write('{}\n')
  const { body } = await stream
  await world.gateway.api('DELETE', '/tenants/acme/sessions')
  await t.rejects(body.text())
})

void t.test('a browser that leaves takes its request along', async t => {
  const { cookie } = await signIn()
  const steered = steer(t)
  const left = new AbortController()
  const asked = agent.request({ origin: world.gateway.url, path: '/slow', method: 'GET', headers: { host: host('crm'), cookie }, signal: left.signal })
  const { response } = await steered
  const gone = new Promise<void>(resolve => { response.once('close', resolve) })
  left.abort()
  await t.rejects(asked)
  await gone
  t.notOk(world.log.some(line => line.includes('"msg":"fault"') || line.includes('"msg":"outage"')))
})

void t.test('answers without a body, and HEAD, are as the app gave them', async t => {
  const { cookie } = await signIn()
  t.teardown(() => { crm.answer = echo })
  crm.answer = (_request, response) => { response.writeHead(200, { 'content-length': '1234', etag: '"x"' }).end() }
  t.match(await askAt('crm', '/', { method: 'HEAD', cookie }), { status: 200, headers: { 'content-length': '1234', etag: '"x"' }, body: '' })
  for (const status of [204, 304]) {
    crm.answer = (_request, response) => { response.writeHead(status, { etag: '"x"' }).end() }
    t.match(await askAt('crm', '/', { cookie }), { status, headers: { etag: '"x"' }, body: '' })
  }
  crm.answer = (_request, response) => { response.writeHead(503, { 'retry-after': '1' }).end('busy') }
  const before = crm.asked.length
  t.match(await askAt('crm', '/', { cookie }), { status: 503, body: 'busy' })
  t.equal(crm.asked.length, before + 1, 'nothing is tried a second time')
  crm.answer = (_request, response) => { response.writeHead(200, { 'set-cookie': ['theme=dark; Path=/', 'lang=en'], 'content-encoding': 'gzip', 'x-powered-by': 'x' }).end('raw') }
  t.match(await askAt('crm', '/', { cookie }), { headers: { 'set-cookie': ['theme=dark; Path=/', 'lang=en'], 'content-encoding': 'gzip' }, body: 'raw' })
})

void t.test('bytes arrive as they are, in one piece or in many, with a length or without', async t => {
  const { cookie } = await signIn()
  t.teardown(() => { crm.answer = echo })
  const bytes = Buffer.from(Array.from({ length: 1_024 }, (_, index) => index % 256))
  const long = Buffer.concat(Array.from({ length: 300 }, () => bytes))
  const ask = async () => {
    const { statusCode, headers, body } = await openStream('/file', cookie)
    return { statusCode, length: headers['content-length'], bytes: Buffer.from(await body.arrayBuffer()) }
  }
  for (const [what, file] of [['short', bytes], ['long', long]] as const) {
    crm.answer = (_request, response) => { response.writeHead(200, { 'content-length': String(file.length) }).end(file) }
    t.strictSame(await ask(), { statusCode: 200, length: String(file.length), bytes: file }, what)
    crm.answer = (_request, response) => {
      response.writeHead(200).write(file.subarray(0, 100))
      setImmediate(() => { response.end(file.subarray(100)) })
    }
    t.strictSame(await ask(), { statusCode: 200, length: undefined, bytes: file }, `${what}, in pieces`)
  }
  crm.answer = (_request, response) => { response.writeHead(200).end() }
  t.equal((await ask()).bytes.length, 0)
})

void t.test('an interim answer is not the answer', async t => {
  const { cookie } = await signIn()
  t.teardown(() => { crm.answer = echo })
  crm.answer = (_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' })
    response.writeHead(201, { 'x-answer': 'the one' }).end('made')
  }
  t.match(await askAt('crm', '/', { cookie }), { status: 201, headers: { 'x-answer': 'the one' }, body: 'made' })
})

void t.test('an app that breaks off leaves half an answer that looks like half', async t => {
  const { cookie } = await signIn()
  t.teardown(() => { crm.answer = echo })
  for (const headers of [{ 'content-length': '1000' }, {}]) {
    crm.answer = (_request, response) => {
      response.writeHead(200, headers).write('half')
      setImmediate(() => { response.destroy() })
    }
    const { body } = await openStream('/half', cookie)
    await t.rejects(body.text())
  }
})

async function openAt (cookie: string, path = '/live', protocols: readonly string[] = []): Promise<OpenSocket> {
  return await openSocket(`ws://${host('crm')}${path}`, { origin: at('crm'), cookie }, protocols)
}

void t.test('a WebSocket goes through to the app, which is told who came', async t => {
  const { cookie } = await signIn()
  const socket = await openAt(cookie, '/live?room=1')
  for (const word of ['one', 'two']) {
    socket.send(word)
    t.equal(await socket.next(), word)
  }
  const shaken = crm.asked.at(-1)
  t.equal(shaken?.url, '/live?room=1')
  t.match(shaken?.headers, { 'x-auth-request-email': 'ada@acme.test', 'x-auth-request-tenant': 'acme', authorization: /^Bearer ey/, 'x-forwarded-host': host('crm'), origin: at('crm') })
  t.notMatch(shaken?.headers.cookie ?? '', 'gatehouse')
  socket.close()
  await socket.closed
})

void t.test('the app itself chooses the protocol of a WebSocket', async t => {
  const { cookie } = await signIn()
  const { agree } = crm
  t.teardown(() => { crm.agree = agree })
  crm.agree = (request, socket) => { agreeTo(request, socket, 'second') }
  t.equal((await openAt(cookie, '/', ['first', 'second'])).protocol, 'second')
})

void t.test('a WebSocket from a page of another origin, or of none, is refused', async t => {
  const { cookie } = await signIn()
  const before = crm.asked.length
  for (const origin of ['https://evil.test', 'null', `${at('crm')}.evil.test`, at('docs'), world.url, `https://${host('crm')}`, undefined]) {
    t.match(await shakeHands(`${at('crm')}/live`, { origin, cookie }), { status: 403, body: /"code":"cross-site"/ }, origin ?? 'none')
  }
  t.equal(crm.asked.length, before)
})

void t.test('a WebSocket without a sign-in is refused before the app hears of it', async t => {
  const before = crm.asked.length
  t.match(await shakeHands(`${at('crm')}/live`, { origin: at('crm') }), { status: 401, headers: { location: /\/auth\/login/ }, body: /"code":"not-signed-in"/ })
  t.match(await shakeHands(`${at('crm')}/a/..%2flive`, { origin: at('crm') }), { status: 400 })
  t.equal(crm.asked.length, before)
  t.match(await shakeHands(`${at('crm')}/auth/session`, { origin: at('crm') }), { status: 401 }, 'the gateway\'s own paths are no WebSockets')
})

void t.test('an app that does not agree to a WebSocket is 502', async t => {
  const { cookie } = await signIn()
  const { agree } = crm
  t.teardown(() => { crm.agree = agree })
  crm.agree = (_request, socket) => { socket.end('HTTP/1.1 404 Not Found\r\ncontent-length: 6\r\n\r\nsecret') }
  const told = await shakeHands(`${at('crm')}/live`, { origin: at('crm'), cookie })
  t.match(told, { status: 502, body: /"code":"upstream-unreachable"/ })
  t.notMatch(told.body, 'secret')
})

const endings: ReadonlyArray<readonly [what: string, end: (browser: Browser) => Promise<unknown>]> = [
  ['is ended by its person', async browser => { await browser.visit(`${at('crm')}/auth/logout`); await browser.submit('/auth/logout') }],
  ['is ended by the operator', async () => await world.gateway.api('DELETE', '/tenants/acme/sessions')],
  ['belongs to a company that is no longer entitled', async () => await world.patch('/tenants/acme', { ssoEntitled: false })],
  ['is to an app that moves elsewhere', async () => await world.patch('/apps/crm', { upstream: null })]
]
for (const [what, end] of endings) {
  void t.test(`a WebSocket is closed when the sign-in ${what}, by 1008 and with a reason`, async t => {
    const { browser, cookie } = await signIn()
    const socket = await openAt(cookie)
    const gone = new Promise<void>(resolve => { crm.sockets.at(-1)?.once('close', resolve) })
    await end(browser)
    t.strictSame(await socket.closed, { code: 1008, reason: 'The session has ended.' })
    await gone
    await world.heard(async () => { await world.patch('/tenants/acme', { ssoEntitled: true }); await world.patch('/apps/crm', { upstream: crm.url }) })
  })
}

void t.test('a WebSocket in the middle of a long message is closed after it', async t => {
  const { browser, cookie } = await signIn()
  const { agree } = crm
  t.teardown(() => { crm.agree = agree })
  crm.agree = (request, socket) => { agreeTo(request, socket) }
  const socket = await openAt(cookie)
  const message = textFrame('long '.repeat(1_000))
  const upstream = crm.sockets.at(-1)
  upstream?.write(Buffer.concat([textFrame('first'), message.subarray(0, 100)]))
  t.equal(await socket.next(), 'first')
  await browser.visit(`${at('crm')}/auth/logout`)
  await world.heard(async () => await browser.submit('/auth/logout'))
  upstream?.write(Buffer.concat([message.subarray(100), textFrame('too late')]))
  t.equal(await socket.next(), 'long '.repeat(1_000))
  t.strictSame(await socket.closed, { code: 1008, reason: 'The session has ended.' })
})

void t.test('frames keep no session alive, and the end of its time is the end of its WebSockets', async t => {
  const { cookie } = await signIn()
  const socket = await openAt(cookie)
  socket.send('hello')
  t.equal(await socket.next(), 'hello')
  clock.advance(3_601)
  t.match(await socket.closed, { code: 1008 })
})

void t.test('an app that closes a WebSocket closes the browser\'s, and one that leaves is left', async t => {
  const { cookie } = await signIn()
  const socket = await openAt(cookie)
  crm.sockets.at(-1)?.end(Buffer.from([0x88, 2, 0x0f, 0xa0]))
  t.match(await socket.closed, { code: 4000 })
  const other = await openAt(cookie)
  const gone = new Promise<void>(resolve => { crm.sockets.at(-1)?.once('close', resolve) })
  other.close()
  await gone
})

void t.test('a gateway that goes down says goodbye to its WebSockets and streams', async t => {
  const { cookie } = await signIn()
  const socket = await openAt(cookie)
  const steered = steer(t)
  const stream = openStream('/events', cookie)
  const { response } = await steered
  response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: one\n\n')
  const { body } = await stream
  await world.gateway.close()
  t.match(await socket.closed, { code: 1001 })
  t.equal(await body.text(), 'data: one\n\n')
})

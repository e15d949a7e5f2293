// Tests of src/idp/send.ts and guarded-agent.ts: what a provider can do to a request, and what it cannot.
import type { LookupAddress } from 'node:dns'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Test } from 'tap'
import { startBareServer, startBareSocket } from './bare-server.ts'
import type { BareServer } from './bare-server.ts'
import { FailedExchange, failureReason } from '../../src/idp/failed-exchange.ts'
import { createGuardedAgent } from '../../src/idp/guarded-agent.ts'
import { BlockedAddress } from '../../src/idp/public-address.ts'
import { createSend } from '../../src/idp/send.ts'
import type { Send, SendLimits } from '../../src/idp/send.ts'
import { Outage } from '../../src/outage.ts'

const secretBody = 'id_token=eyJhbGciOi-very-secret'

interface World { send: Send, lookups: string[] }

function open (t: Test, developmentOrigins: readonly string[], found: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }]): World {
  const lookups: string[] = []
  const agent = createGuardedAgent({
    developmentOrigins,
    timeouts: { connectSeconds: 0.3, headersSeconds: 0.3, bodySeconds: 0.3 },
    lookup: (hostname, _options, callback) => {
      lookups.push(hostname)
      callback(null, found)
    }
  })
  t.teardown(() => agent.destroy())
  return { send: createSend(agent, { developmentOrigins, totalSeconds: 0.6 }), lookups }
}

const get = (url: string) => ({ method: 'GET' as const, url, headers: { accept: 'application/json' } })

async function failing (send: Send, url: string, limits?: SendLimits): Promise<Outage> {
  const error = await send(get(url), limits).then(() => new Error('was answered'), (error: unknown) => error)
  if (!(error instanceof Outage)) throw error
  return error
}

async function serve (t: Test, server: Promise<BareServer>): Promise<BareServer> {
  const started = await server
  t.teardown(() => started.close())
  return started
}

void t.test('an answer is data: status, lower-case media type, the headers that rules look at, the body', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => response.writeHead(401, {
    'Content-Type': 'Application/JSON; charset=utf-8', 'X-Okta-Request-Id': 'req1', 'Cache-Control': 'no-store', 'Set-Cookie': 'dt=1', Server: 'nginx', Date: 'Sat, 21 Nov 2026 09:00:00 GMT'
  }).end('{"error":"invalid_client"}')))
  t.strictSame(await open(t, [origin]).send(get(`${origin}/token`)), {
    status: 401,
    contentType: 'application/json',
    headers: { 'cache-control': 'no-store', 'x-okta-request-id': 'req1', date: 'Sat, 21 Nov 2026 09:00:00 GMT' },
    body: '{"error":"invalid_client"}'
  })
})

void t.test('only what the protocol needs is sent: no Origin, no cookie, nothing forwarded from a browser', async t => {
  const { origin } = await serve(t, startBareServer((request, response) => response.end(JSON.stringify([request.headers, request.method, request.url]))))
  const headers = { accept: 'application/json', Authorization: 'Basic eA==', 'content-type': 'text/plain', origin: 'https://a.test', cookie: 'a=b', 'x-forwarded-for': '1.2.3.4', host: 'evil.test' }
  const { body } = await open(t, [origin]).send({ method: 'POST', url: `${origin}/a?b=c`, headers, body: 'x=y' })
  const [seen, method, url]: unknown[] = JSON.parse(body)
  t.strictSame([method, url], ['POST', '/a?b=c'])
  t.strictSame(Object.entries(seen ?? {}).sort(), Object.entries({
    accept: 'application/json', 'accept-encoding': 'identity', authorization: 'Basic eA==', connection: 'keep-alive', 'content-length': '3', 'content-type': 'text/plain', host: new URL(origin).host, 'user-agent': 'gatehouse'
  }).sort())
})

void t.test('DISC-10 a name that leads to our own network gets no connection', async t => {
  let connections = 0
  const { port } = await serve(t, startBareSocket(() => connections++))
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    const { send, lookups } = open(t, [], [{ address: '8.8.8.8', family: 4 }, { address, family: address.includes(':') ? 6 : 4 }])
    const outage = await failing(send, `https://rebinding.test:${port}/`)
    t.equal(outage.code, 'provider-unreachable')
    t.ok(outage.cause instanceof BlockedAddress, address)
    t.equal(failureReason(outage), 'blocked-address')
    t.strictSame(lookups, ['rebinding.test'], 'what is vetted is the very lookup that the socket makes')
  }
  t.equal(connections, 0)
})

void t.test('DISC-10 an address written into the URL is vetted too, though no lookup is made for it', async t => {
  let connections = 0
  const { port } = await serve(t, startBareSocket(() => connections++))
  const { send, lookups } = open(t, [])
  for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '169.254.169.254', '[fd00:ec2::254]', '0.0.0.0']) {
    t.ok((await failing(send, `https://${host}:${port}/`)).cause instanceof BlockedAddress, host)
  }
  t.strictSame([lookups, connections], [[], 0])
})

void t.test('DISC-10 plain http, other schemes and URLs with a password are refused, unless a development origin says otherwise', async t => {
  const { send } = open(t, ['http://127.0.0.1:1'])
  for (const url of ['http://acme.okta.com/', 'ftp://acme.okta.com/', 'file:///etc/passwd', 'data:,x', 'http://127.0.0.1:2/', 'http://a:b@127.0.0.1:1/', 'nonsense']) {
    t.ok((await failing(send, url)).cause instanceof BlockedAddress, url)
  }
})

void t.test('DISC-10 a development origin is that origin exactly, not its host', async t => {
  const allowed = await serve(t, startBareServer((_request, response) => response.end('ok')))
  const other = await serve(t, startBareServer((_request, response) => response.end('never')))
  const { send } = open(t, [allowed.origin])
  t.equal((await send(get(allowed.origin))).body, 'ok')
  t.ok((await failing(send, other.origin)).cause instanceof BlockedAddress)
  t.ok((await failing(send, allowed.origin.replace('http:', 'https:'))).cause instanceof BlockedAddress)
})

void t.test('DISC-12 a redirect to a private address is an answer, and is not followed', async t => {
  let reached = 0
  const inside = await serve(t, startBareServer((_request, response) => { reached++; response.end() }))
  for (const status of [301, 302, 303, 307, 308]) {
    const { origin } = await serve(t, startBareServer((_request, response) => response.writeHead(status, { location: `${inside.origin}/latest/meta-data` }).end()))
    const answer = await open(t, [origin, inside.origin]).send(get(origin))
    t.strictSame([answer.status, answer.headers.location], [status, `${inside.origin}/latest/meta-data`])
  }
  t.equal(reached, 0)
})

void t.test('DISC-13 a body up to the cap is taken, one byte more is an outage', async t => {
  const { origin } = await serve(t, startBareServer((request, response) => response.end('x'.repeat(Number(request.url?.slice(1))))))
  const { send } = open(t, [origin])
  t.equal((await send(get(`${origin}/65536`))).body.length, 65536)
  t.match(await failing(send, `${origin}/65537`), { code: 'provider-error', cause: { reason: 'too-large' } })
  t.equal((await send(get(`${origin}/100000`), { maxBytes: 131072 })).body.length, 100_000)
  t.match(await failing(send, `${origin}/11`, { maxBytes: 10 }), { cause: { reason: 'too-large' } })
})

void t.test('DISC-13 a body that never ends is cut off at the cap', async t => {
  let sent = 0
  const { origin } = await serve(t, startBareServer((_request, response) => {
    const pour = (): void => { while (!response.destroyed && response.write('x'.repeat(1024))) sent += 1024 }
    response.on('drain', pour)
    pour()
  }))
  t.match(await failing(open(t, [origin]).send, origin, { totalSeconds: 5 }), { code: 'provider-error', cause: { reason: 'too-large' } })
  t.ok(sent < 16 * 1024 * 1024, 'it was not read to exhaustion')
})

void t.test('DISC-13 a compressed answer is refused unread: we asked for plain bytes', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5_000_000)))))
  t.match(await failing(open(t, [origin]).send, origin), { code: 'provider-error', cause: { reason: 'encoded' } })
})

void t.test('DISC-14 a provider that takes the request and says nothing is a timeout', async t => {
  const { origin } = await serve(t, startBareServer(() => {}))
  t.match(await failing(open(t, [origin]).send, origin), { code: 'provider-timeout', cause: { reason: 'timeout' } })
})

void t.test('DISC-14 a provider that drips a byte now and then meets the deadline of the whole exchange', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => {
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }))
  const started = performance.now()
  t.match(await failing(open(t, [origin]).send, origin, { totalSeconds: 0.3 }), { code: 'provider-timeout', cause: { reason: 'timeout' } })
  t.ok(performance.now() - started < 2000)
})

void t.test('DISC-14 headers that come byte by byte meet it too', async t => {
  const { origin } = await serve(t, startBareSocket(socket => {
    socket.write('HTTP/1.1 200 OK\r\nx: ')
    const timer = setInterval(() => socket.write('x'), 20)
    socket.on('close', () => clearInterval(timer))
  }))
  t.match(await failing(open(t, [origin]).send, origin), { code: 'provider-timeout' })
})

void t.test('DISC-14 whoever waits for a slot until the deadline is told so, and nothing is ever sent for them', async t => {
  const paths: (string | undefined)[] = []
  const { origin } = await serve(t, startBareServer(request => { paths.push(request.url) }))
  const agent = createGuardedAgent({ developmentOrigins: [origin], timeouts: { headersSeconds: 1 } })
  t.teardown(() => agent.destroy())
  const send = createSend(agent, { developmentOrigins: [origin], totalSeconds: 0.2, slots: { perOrigin: 1 } })
  const [first, second] = await Promise.all([failing(send, `${origin}/first`), failing(send, `${origin}/second`, { totalSeconds: 0.1 })])
  t.match(first, { code: 'provider-timeout', cause: { reason: 'timeout' } })
  t.match(second, { code: 'provider-timeout', cause: { reason: 'crowded' } })
  t.match(await failing(send, `${origin}/third`), { code: 'provider-timeout' }, 'the slot is free again')
  t.same(paths, ['/first', '/third'])
})

void t.test('DISC-14 a name server that says nothing holds a request no longer than its deadline', async t => {
  const agent = createGuardedAgent({ developmentOrigins: [], timeouts: { connectSeconds: 20 }, lookup: () => {} })
  t.teardown(() => agent.destroy())
  const started = performance.now()
  t.match(await failing(createSend(agent, { developmentOrigins: [], totalSeconds: 0.1 }), 'https://provider.test/token'), { code: 'provider-timeout', cause: { reason: 'timeout' } })
  t.ok(performance.now() - started < 10_000, 'not when the line is given up')
})

void t.test('an interim answer is not the answer, and a header that comes twice is one', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeHead(401, [['WWW-Authenticate', 'Basic'], ['WWW-Authenticate', 'DPoP']]).end('{}')
  }))
  t.match(await open(t, [origin]).send(get(origin)), { status: 401, headers: { 'www-authenticate': 'Basic, DPoP' }, body: '{}' })
})

void t.test('DISC-14 a body that stops half way is a timeout', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => response.writeHead(200, { 'content-length': '100' }).write(secretBody)))
  t.match(await failing(open(t, [origin]).send, origin), { code: 'provider-timeout', cause: { reason: 'timeout' } })
})

void t.test('DISC-14 a connection that never gets through its handshake is a timeout', async t => {
  const { port } = await serve(t, startBareSocket(() => {}))
  const origin = `https://127.0.0.1:${port}`
  t.match(await failing(open(t, [origin]).send, origin), { code: 'provider-timeout', cause: { reason: 'timeout' } })
})

void t.test('DISC-15 a host that speaks no TLS is unreachable', async t => {
  const { port } = await serve(t, startBareSocket(socket => socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))))
  const origin = `https://127.0.0.1:${port}`
  t.match(await failing(open(t, [origin]).send, origin), { code: 'provider-unreachable', cause: { reason: 'tls' } })
})

void t.test('a reset in mid-body, a refused connection and an unknown name are told apart', async t => {
  const resetting = await serve(t, startBareServer((_request, response) => {
    response.writeHead(200, { 'content-length': '5000' }).write(secretBody, () => response.socket?.resetAndDestroy())
  }))
  t.match(await failing(open(t, [resetting.origin]).send, resetting.origin), { code: 'provider-unreachable', cause: { reason: 'reset' } })
  const gone = await startBareServer(() => {})
  await gone.close()
  t.match(await failing(open(t, [gone.origin]).send, gone.origin), { code: 'provider-unreachable', cause: { reason: 'refused', errorCode: 'ECONNREFUSED' } })
  const agent = createGuardedAgent({ developmentOrigins: [], lookup: (_hostname, _options, callback) => callback(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []) })
  t.teardown(() => agent.destroy())
  t.match(await failing(createSend(agent, { developmentOrigins: [] }), 'https://nowhere.test/'), { code: 'provider-unreachable', cause: { reason: 'name-unknown' } })
})

void t.test('DISC-17 an outage never carries what the other side sent', async t => {
  const spoilt = await serve(t, startBareSocket(socket => socket.on('data', () => socket.end(`220 ${secretBody}\r\n`))))
  const halfHttp = await serve(t, startBareSocket(socket => socket.on('data', () => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${secretBody}\r\n\r\n`))))
  const tooLong = await serve(t, startBareServer((_request, response) => response.end(secretBody)))
  const crowdedHeaders = await serve(t, startBareServer((_request, response) => response.writeHead(200, { 'x-a': 'y'.repeat(60_000) }).end(secretBody)))
  for (const { origin } of [spoilt, halfHttp, tooLong, crowdedHeaders]) {
    const outage = await failing(open(t, [origin]).send, origin, { maxBytes: 5 })
    t.equal(outage.code, 'provider-error')
    t.ok(outage.cause instanceof FailedExchange)
    t.equal(outage.cause instanceof Error ? outage.cause.cause : 'no cause', undefined, 'nothing of undici comes with it')
    for (const text of [outage.message, outage.stack, String(outage.cause), JSON.stringify(outage), JSON.stringify(outage.cause)]) t.notMatch(text ?? '', 'very-secret')
  }
})

void t.test('HTML and 5xx are answers: what they mean is for the core to say', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => response.writeHead(503, { 'content-type': 'text/html', 'retry-after': '7', date: 'x' }).end('<html>')))
  t.strictSame(await open(t, [origin]).send(get(origin)), { status: 503, contentType: 'text/html', headers: { 'retry-after': '7', date: 'x' }, body: '<html>' })
})

void t.test('bytes that are no UTF-8 are replaced and control nothing', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => response.end(Buffer.from([0x7b, 0xff, 0xc0, 0x7d]))))
  t.equal((await open(t, [origin]).send(get(origin))).body, '{\ufffd\ufffd}')
})

void t.test('our own mistake is a fault and not an outage of the provider', async t => {
  const { origin } = await serve(t, startBareServer((_request, response) => response.end()))
  const broken = { method: 'GET' as const, url: origin, headers: { authorization: 'a\nb' } }
  const error = await open(t, [origin]).send(broken).catch((error: unknown) => error)
  t.ok(error instanceof Error && !(error instanceof Outage))
})

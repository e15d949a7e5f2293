// What arrives at an app byte by byte, and what comes back, when a client or the app itself does what no client and no app should do.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { agreeTo, echo } from '../world/steered-upstream.ts'
import { openServedWorld } from './served-world.ts'

const { world, at, crm, enter, cookieAt, askAt, host } = await openServedWorld(t)
const browser = world.browser()
await enter(browser, 'crm', 'ada@acme.test')
const cookie = cookieAt(browser, 'crm')

function open (text: string): Socket {
  const socket = connect(Number(new URL(world.gateway.url).port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text, 'latin1')
  return socket
}

/** Everything that comes back until the connection ends. */
async function talk (text: string): Promise<string> {
  let answer = ''
  for await (const chunk of open(text)) answer += String(chunk)
  return answer
}

function lines (first: string, ...headers: readonly string[]): string {
  return [`${first} HTTP/1.1`, `Host: ${host('crm')}`, `Cookie: ${cookie}`, ...headers, '', ''].join('\r\n')
}

function upload (bytes: number, ...headers: readonly string[]): string {
  return lines('POST /upload', `Content-Length: ${bytes}`, ...headers) + 'x'.repeat(bytes)
}

const handshake = [`Origin: ${at('crm')}`, 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==', 'Sec-WebSocket-Version: 13']
const last = lines('GET /auth/session', 'Connection: close')

void t.test('a WebSocket that is asked for behind an unanswered request ends that connection and nothing else', async t => {
  for (const first of [lines('GET /first'), `GET /auth/login HTTP/1.1\r\nHost: ${host('northwind')}\r\n\r\n`]) await talk(first + lines('GET /live', ...handshake))
  t.equal((await askAt('crm', '/', { cookie })).status, 200)
})

void t.test('a WebSocket by HTTP/1.0, or with another one in mind, is an ordinary request', async t => {
  t.match(await talk(lines('GET /live', ...handshake).replace('HTTP/1.1', 'HTTP/1.0')), /^HTTP\/1\.1 200 /)
  t.match(await talk(lines('GET /live', ...handshake, 'Connection: close').replace('Upgrade: websocket', 'Upgrade: websocket, h2c')), /^HTTP\/1\.1 200 /)
})

void t.test('bytes behind a handshake that is refused are read by nobody', async t => {
  const before = crm.asked.length
  const answer = await talk(lines('GET /live', ...handshake).replace(/Cookie: .*/, 'X: y') + lines('GET /smuggled'))
  t.match(answer, /^HTTP\/1\.1 401 /)
  t.equal(answer.match(/HTTP\/1\.1 \d/g)?.length, 1)
  t.match(await talk(lines('GET /live', ...handshake, 'Content-Length: 4') + 'GET '), /^HTTP\/1\.1 400 /)
  t.equal(crm.asked.length, before)
})

void t.test('a body is framed in one way or not at all', async t => {
  const before = crm.asked.length
  for (const headers of [['Transfer-Encoding: chunked', 'Content-Length: 3'], ['Content-Length: 3', 'Content-Length: 4'], ['Transfer-Encoding: xchunked'], ['Transfer-Encoding: chunked, identity'], ['Transfer-Encoding : chunked'], ['Content-Length: +3'], ['X: y\nContent-Length: 3'], [' Content-Length: 3']]) {
    t.match(await talk(`${lines('POST /', ...headers, 'Connection: close')}3\r\nabc\r\n0\r\n\r\n`), /^HTTP\/1\.1 400 /, headers.join())
  }
  t.equal(crm.asked.length, before)
  for (const method of ['DELETE', 'OPTIONS', 'PATCH']) t.match(await talk(`${lines(`${method} /`, 'Content-Length: 3', 'Connection: close')}abc`), /^HTTP\/1\.1 200 [^]*"body":"abc"/, method)
})

void t.test('trailers reach nobody, in either direction', async t => {
  t.teardown(() => { crm.answer = echo })
  const answer = await talk(`${lines('POST /', 'Transfer-Encoding: chunked', 'Trailer: X-Auth-Request-User', 'TE: trailers', 'Connection: close')}3\r\nabc\r\n0\r\nX-Auth-Request-User: eve\r\n\r\n`)
  t.match(answer, /^HTTP\/1\.1 200 [^]*"body":"abc"/)
  t.strictSame(crm.asked.at(-1)?.rawTrailers, [])
  t.notOk(crm.asked.at(-1)?.headers.trailer)
  crm.answer = (_request, response) => {
    response.writeHead(200, { trailer: 'set-cookie' }).write('body')
    response.addTrailers({ 'set-cookie': 'gatehouse=planted' })
    response.end()
  }
  t.notMatch(await talk(lines('GET /', 'Connection: close')), /planted|trailer/i)
})

void t.test('Expect: 100-continue is answered here, and the body goes on', async t => {
  const answer = await talk(upload(3, 'Expect: 100-continue', 'Connection: close'))
  t.match(answer, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 [^]*"body":"xxx"/)
})

void t.test('HTTP/1.0 gets its answer, however long, and then the end of the connection', async t => {
  t.teardown(() => { crm.answer = echo })
  crm.answer = (_request, response) => {
    response.write('one,')
    response.end('two')
  }
  const answer = await talk(`GET / HTTP/1.0\r\nHost: ${host('crm')}\r\nCookie: ${cookie}\r\n\r\n`)
  t.match(answer, /^HTTP\/1\.1 200 [^]*\r\n\r\none,two$/)
  t.notMatch(answer, /transfer-encoding/i)
  t.match(await talk('GET / HTTP/1.0\r\n\r\n'), /^HTTP\/1\.1 421 /, 'without any host')
})

void t.test('an upload to an app that is not there is answered, and the connection serves the next request', async t => {
  await world.heard(async () => await world.patch('/apps/crm', { upstream: 'http://127.0.0.1:9' }))
  t.match(await talk(upload(200_000, 'Accept: text/html') + last), /^HTTP\/1\.1 502 [^]*The app isn.t answering[^]*HTTP\/1\.1 200 /)
  await world.heard(async () => await world.patch('/apps/crm', { upstream: crm.url }))
})

void t.test('an app that hangs up within an upload is 502, and the connection serves the next request', async t => {
  t.teardown(() => { crm.answer = echo })
  crm.answer = request => { request.once('data', () => { request.socket.destroy() }) }
  t.match(await talk(upload(2_000_000) + last), /^HTTP\/1\.1 502 [^]*HTTP\/1\.1 200 /)
})

void t.test('an app that refuses an upload early is heard, and the connection serves the next request', async t => {
  t.teardown(() => { crm.answer = echo })
  crm.answer = (_request, response) => { response.writeHead(413, { 'content-length': '9' }).end('too large') }
  t.match(await talk(upload(5_000_000) + last), /^HTTP\/1\.1 413 [^]*too large[^]*HTTP\/1\.1 200 /)
})

void t.test('a browser that leaves within its upload takes it along, and nobody is blamed', async t => {
  t.teardown(() => { crm.answer = echo })
  const before = world.log.length
  const socket = open(lines('POST /', 'Content-Length: 20000000') + 'x'.repeat(20_000))
  await new Promise<void>(resolve => {
    crm.answer = request => {
      request.once('data', () => { socket.destroy() })
      request.once('close', () => { resolve() })
    }
  })
  await askAt('crm', '/auth/session')
  t.notMatch(world.log.slice(before).join('\n'), /outage|fault/)
})

void t.test('a browser that leaves within an answer takes it along', async t => {
  t.teardown(() => { crm.answer = echo })
  const before = world.log.length
  for (const headers of [{ 'content-length': '1000000' }, {}]) {
    const gone = new Promise<void>(resolve => {
      crm.answer = (_request, response) => {
        response.once('close', () => { resolve() })
        response.writeHead(200, headers).write('one')
      }
    })
    const socket = open(lines('GET /'))
    await once(socket, 'data')
    socket.destroy()
    await gone
  }
  t.notMatch(world.log.slice(before).join('\n'), /outage|fault/)
})

void t.test('an app that hangs up within an answer is seen to have done so, by whatever length it went', async t => {
  t.teardown(() => { crm.answer = echo })
  crm.answer = (_request, response) => { response.write('half', () => { response.destroy() }) }
  const answer = await talk(lines('GET /'))
  t.match(answer, /half/)
  t.notMatch(answer, /\r\n0\r\n\r\n/, 'no last chunk, which would call it whole')
})

void t.test('what an app says that is no HTTP is 502, and neither shown nor logged', async t => {
  t.teardown(() => { crm.answer = echo })
  const before = world.log.length
  const nonsense = ['confidential\r\n\r\n', 'HTTP/1.1 200 OK\r\nconfidential confidential\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 12\r\nTransfer-Encoding: chunked\r\n\r\nconfidential', 'HTTP/1.1 200 OK\r\nX: confidential\x01\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nconfidential', `HTTP/1.1 200 OK\r\nX: ${'confidential'.repeat(2_000)}\r\n\r\n`]
  for (const text of nonsense) {
    crm.answer = (_request, response) => { response.socket?.end(text) }
    const told = await askAt('crm', '/', { cookie })
    t.equal(told.status, 502, text.slice(0, 40))
    t.notMatch(told.body + JSON.stringify(told.headers), 'confidential')
  }
  t.notMatch(world.log.slice(before).join('\n'), 'confidential')
  t.notMatch(world.log.slice(before).join('\n'), cookie.slice(-20))
})

void t.test('headers beyond ASCII go through byte by byte, both ways', async t => {
  t.teardown(() => { crm.answer = echo })
  t.match(await talk(lines('GET /', 'X-Name: \xc3\xa9t\xc3\xa9', 'Connection: close')), Buffer.from('\xc3\xa9t\xc3\xa9').toString())
  crm.answer = (_request, response) => { response.socket?.end('HTTP/1.1 200 OK\r\nContent-Disposition: attachment; filename="été €.txt"\r\nContent-Length: 2\r\n\r\nok') }
  t.match(await talk(lines('GET /', 'Connection: close')), /filename="été €\.txt"/)
})

void t.test('a client that does not read stops the app, and nothing is kept in between', async t => {
  t.teardown(() => { crm.answer = echo })
  const answering = new Promise<ServerResponse>(resolve => { crm.answer = (_request, response) => { resolve(response) } })
  const socket = open(lines('GET /'))
  const response = await answering
  let drained = true
  let written = 0
  response.on('drain', () => { drained = true })
  for (let idle = 0; idle < 20 && written < 100_000_000; idle++) {
    while (drained && written < 100_000_000) {
      idle = 0
      written += 65_536
      drained = response.write(Buffer.alloc(65_536))
    }
    // Whatever is under way is given time to arrive.
    await askAt('crm', '/auth/session')
  }
  t.ok(written < 50_000_000, `${written} bytes`)
  socket.destroy()
})

void t.test('a WebSocket that one side has left half-way is taken down on the other', async t => {
  const { agree } = crm
  t.teardown(() => { crm.agree = agree })
  const agreed = new Promise<void>(resolve => { crm.agree = (request, socket) => { agreeTo(request, socket); resolve() } })
  const socket = open(lines('GET /live', ...handshake))
  await once(socket, 'data')
  await agreed
  const gone = once(crm.sockets.at(-1) ?? socket, 'close')
  socket.end()
  await gone
})

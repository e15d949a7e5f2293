// Does a gateway that is told to stop leave so that nobody notices?
import { connect, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { migrateDatabase } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { completeEnvironment, serve, statusOf, untilTrue } from './door.ts'

// Whole processes start here.
t.setTimeout(60_000)
const database = await createScratchDatabase(t, migrateDatabase)
const environment = completeEnvironment(database.url)
const keys = '/.well-known/jwks.json'

interface Line { readonly socket: Socket, heard (): string, send (text: string): void, readonly closed: Promise<void> }

async function openLine (t: Test, url: string): Promise<Line> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let heard = ''
  socket.setEncoding('utf8').on('data', (text: string) => { heard += text })
  socket.on('error', () => {})
  const closed = new Promise<void>(resolve => { socket.once('close', () => { resolve() }) })
  await new Promise(resolve => { socket.once('connect', resolve) })
  t.teardown(() => { socket.destroy() })
  return { socket, heard: () => heard, send: text => { socket.write(text) }, closed }
}

const ask = (path: string) => `GET ${path} HTTP/1.1\r\nhost: login.northwind.test\r\n\r\n`

void t.test('told to stop, it is not ready at once, serves on for SHUTDOWN_DELAY_SECONDS, and then leaves with 0', async t => {
  const gateway = await serve(t, { ...environment, SHUTDOWN_DELAY_SECONDS: '2' })
  const kept = await openLine(t, gateway.url)
  kept.send(ask(keys))
  await untilTrue('a connection has been used', () => kept.heard().includes('"keys"'))
  t.notMatch(kept.heard(), /connection: close/i, 'it is kept')

  const toldAt = performance.now()
  gateway.child.kill('SIGTERM')
  await untilTrue('it is not ready', async () => await statusOf(`${gateway.management}/readyz`) === 503)
  t.equal(await statusOf(`${gateway.management}/livez`), 200, 'alive: nobody shall restart it')
  t.equal(await statusOf(gateway.url + keys), 200, 'a new connection is served')
  kept.send(ask(keys))
  await kept.closed
  t.match(kept.heard(), /connection: close[^]*"keys"/i, 'a connection that was kept is served, and told to end')
  t.ok(performance.now() - toldAt < 2_000, 'all that before the delay was over')

  const { code } = await gateway.ended
  t.ok(performance.now() - toldAt >= 2_000, `${(performance.now() - toldAt).toFixed(0)} ms`)
  t.equal(code, 0)
  t.equal(await statusOf(gateway.url + keys), 0)
})

void t.test('what is under way when it stops listening is finished, and not waited for any longer than that', async t => {
  const gateway = await serve(t, { ...environment, SHUTDOWN_DELAY_SECONDS: '0' })
  const slow = await openLine(t, gateway.url)
  const idle = await openLine(t, gateway.url)
  idle.send(ask(keys))
  slow.send('POST /auth/token HTTP/1.1\r\nhost: login.northwind.test\r\nx-csrf: 1\r\nx-forwarded-proto: https\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{')
  await untilTrue('both have been heard', () => idle.heard().includes('"keys"'))
  gateway.child.kill('SIGTERM')
  await untilTrue('it listens no more', async () => await statusOf(gateway.url + keys) === 0)
  await idle.closed
  t.equal(gateway.child.exitCode, null, 'it waits for the one')
  slow.send('}')
  await slow.closed
  t.match(slow.heard(), /^HTTP\/1\.1 4\d\d [^]*"code":/, 'an answer of its own, not one of a server that goes away')
  t.notMatch(slow.heard(), /^HTTP\/1\.1 503/)
  t.equal((await gateway.ended).code, 0)
})

void t.test('what comes in on an open connection after it stopped listening is answered, for its sender may ask nobody else', async t => {
  const gateway = await serve(t, { ...environment, SHUTDOWN_DELAY_SECONDS: '0' })
  const late = await openLine(t, gateway.url)
  // Half a request keeps the connection from being idle.
  late.send(`GET ${keys} HTTP/1.1\r\nhost: login`)
  await untilTrue('there is another way in', async () => await statusOf(gateway.url + keys) === 200)
  gateway.child.kill('SIGTERM')
  await untilTrue('it listens no more', async () => await statusOf(gateway.url + keys) === 0)
  late.send('.northwind.test\r\n\r\n')
  await late.closed
  t.match(late.heard(), /^HTTP\/1\.1 200 [^]*"keys"/)
  t.equal((await gateway.ended).code, 0)
})

void t.test('told twice, it leaves at once', async t => {
  const gateway = await serve(t, { ...environment, SHUTDOWN_DELAY_SECONDS: '600' })
  gateway.child.kill('SIGTERM')
  await untilTrue('it has heard', async () => await statusOf(`${gateway.management}/readyz`) === 503)
  gateway.child.kill('SIGINT')
  t.equal((await gateway.ended).code, 1)
})

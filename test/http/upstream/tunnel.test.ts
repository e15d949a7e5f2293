import { once } from 'node:events'
import { duplexPair } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { mock } from 'node:test'
import t from 'tap'
import { buildCloseFrame } from '../../../src/http/upstream/frames.ts'
import { buildSwitch, openTunnel } from '../../../src/http/upstream/tunnel.ts'

mock.timers.enable({ apis: ['setTimeout'] })

/** A tunnel between two people who do what the test says. */
function dig () {
  const [browser, browserSide] = duplexPair()
  const [app, appSide] = duplexPair()
  return { browser, app, browserSide, appSide, tunnel: openTunnel(browserSide, appSide) }
}

const turns = async () => { for (let turn = 0; turn < 10; turn++) await new Promise(resolve => { setImmediate(resolve) }) }

void t.test('what one says the other hears', async t => {
  const { browser, app } = dig()
  browser.write('one')
  t.equal(String((await once(app, 'data'))[0]), 'one')
  app.write(Buffer.from([0x81, 1, 0x61]))
  t.strictSame((await once(browser, 'data'))[0], Buffer.from([0x81, 1, 0x61]))
})

void t.test('who is told that it is over and never hangs up is hung up on after a second', async t => {
  const { browser, browserSide, appSide, tunnel } = dig()
  tunnel.end(1008, 'over')
  tunnel.end(1001, '')
  t.strictSame((await once(browser, 'data'))[0], buildCloseFrame(1008, 'over'))
  mock.timers.tick(999)
  t.notOk(browserSide.destroyed)
  mock.timers.tick(1)
  await tunnel.closed
  t.ok(browserSide.destroyed && appSide.destroyed)
})

void t.test('an app in the middle of a frame has a second to end it', async t => {
  const { app, browserSide, tunnel } = dig()
  app.write(Buffer.from([0x81, 100, 0x61]))
  await turns()
  tunnel.end(1008, 'over')
  mock.timers.tick(1_000)
  await tunnel.closed
  t.ok(browserSide.destroyed)
})

void t.test('nothing of the browser reaches the app once it is over', async t => {
  const { browser, app, tunnel } = dig()
  tunnel.end(1008, 'over')
  browser.write('too late')
  await turns()
  t.equal(app.read(), null)
  mock.timers.tick(1_000)
})

void t.test('a side that has hung up does not hang on: the other has ten seconds', async t => {
  for (const side of ['browser', 'app'] as const) {
    const world = dig()
    world[side].end()
    world.browser.resume()
    world.app.resume()
    await turns()
    t.notOk(world.browserSide.destroyed, side)
    mock.timers.tick(10_000)
    await world.tunnel.closed
    t.ok(world.browserSide.destroyed && world.appSide.destroyed, side)
  }
})

void t.test('what an app said last is heard before the end', async t => {
  const { browser, app } = dig()
  const heard = buffer(browser)
  app.end(buildCloseFrame(4000, 'bye'))
  t.strictSame(await heard, buildCloseFrame(4000, 'bye'))
})

void t.test('a side that breaks takes the other along', async t => {
  for (const side of ['browserSide', 'appSide'] as const) {
    const world = dig()
    world[side].destroy(new Error('reset'))
    await world.tunnel.closed
    t.ok(world.browserSide.destroyed && world.appSide.destroyed, side)
  }
})

void t.test('no header of an app becomes two, and none speaks of a body', async t => {
  const text = buildSwitch({ 'sec-websocket-accept': 'x', 'x-odd': 'a\r\nset-cookie: b', 'set-cookie': ['c', 'd'], 'content-length': '5' })
  t.equal(text, 'HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-accept: x\r\nx-odd: aset-cookie: b\r\nset-cookie: c\r\nset-cookie: d\r\n\r\n')
})

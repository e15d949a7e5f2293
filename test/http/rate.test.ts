// What happens to somebody who asks too often?
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { answerError } from '../../src/http/answer-error.ts'
import { limitRate, limitStarts } from '../../src/http/guards/rate.ts'
import { logRequests } from '../../src/http/request-log.ts'
import type { TenantId } from '../../src/tenant/id.ts'
import { at, look, type WithTeardown } from './asking.ts'

async function openLimited (t: WithTeardown, perMinute: number) {
  const app = Fastify({ trustProxy: ['127.0.0.1'] })
  logRequests(app, { routineChecks: 0, answered () {} })
  app.setErrorHandler(answerError({ look, now: () => at }))
  await app.register(async scope => {
    await limitRate(scope, perMinute)
    scope.get('/limited', async () => ({}))
    scope.get('/too', async () => ({}))
  })
  app.get('/free', async () => ({}))
  t.teardown(async () => { await app.close() })
  return async (url: string, headers: Record<string, string> = {}, remoteAddress = '203.0.113.7') => await app.inject({ url, headers, remoteAddress })
}

void t.test('Over the limit it is 429 with Retry-After, as a page or a problem', async t => {
  const ask = await openLimited(t, 2)
  t.equal((await ask('/limited')).statusCode, 200)
  t.equal((await ask('/too')).statusCode, 200)
  const refused = await ask('/limited')
  t.equal(refused.statusCode, 429, 'the routes of a scope are counted together')
  t.match(refused.json(), { code: 'too-many-requests', status: 429, detail: /^Try again in \d+ seconds\.$/ })
  const wait = Number(refused.headers['retry-after'])
  t.ok(wait >= 1 && wait <= 60)
  const page = await ask('/limited', { accept: 'text/html' })
  t.equal(page.statusCode, 429)
  t.match(page.body, /One moment, please/)
  t.ok(Number(page.headers['retry-after']) >= 1)
  t.equal((await ask('/free')).statusCode, 200, 'what is outside of the scope is not limited')
})

void t.test('Addresses are counted one by one, and nobody can claim another', async t => {
  const ask = await openLimited(t, 1)
  t.equal((await ask('/limited', {}, '203.0.113.7')).statusCode, 200)
  t.equal((await ask('/limited', {}, '203.0.113.8')).statusCode, 200)
  t.equal((await ask('/limited', { 'x-forwarded-for': '198.51.100.1' }, '203.0.113.7')).statusCode, 429, 'a stranger\'s X-Forwarded-For')
  t.equal((await ask('/limited', { 'x-forwarded-for': '198.51.100.1' }, '127.0.0.1')).statusCode, 200, 'a trusted proxy\'s')
  t.equal((await ask('/limited', { 'x-forwarded-for': '198.51.100.1' }, '127.0.0.1')).statusCode, 429)
  t.equal((await ask('/limited', { 'x-forwarded-for': '198.51.100.2, 198.51.100.1' }, '127.0.0.1')).statusCode, 429, 'what the visitor wrote before the proxy does not count')
})

void t.test('A network is counted as one: who has an IPv6 prefix cannot ask from each of its addresses', async t => {
  const ask = await openLimited(t, 1)
  const same: ReadonlyArray<readonly [string, string]> = [
    ['2001:db8:1:2::7', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
    ['2001:DB8:1:3::7', '2001:db8:1:3:0::8'],
    ['203.0.113.1', '::ffff:203.0.113.1'],
    ['203.0.113.2:1024', '203.0.113.2:1025'],
    ['[2001:db8:1:4::7]:1024', '2001:db8:1:4::8'],
    ['no address', 'no address']
  ]
  const behindProxy = async (address: string) => (await ask('/limited', { 'x-forwarded-for': address }, '127.0.0.1')).statusCode
  for (const [first, second] of same) t.strictSame([await behindProxy(first), await behindProxy(second)], [200, 429], `${first} and ${second}`)
  t.equal(await behindProxy('2001:db8:1:5::7'), 200, 'the neighbour’s prefix')
})

void t.test('After a minute it is as before', async t => {
  const pass = stopTime(t)
  const ask = await openLimited(t, 1)
  t.equal((await ask('/limited')).statusCode, 200)
  pass(20_000)
  t.equal((await ask('/limited')).headers['retry-after'], '40')
  pass(39_999)
  t.equal((await ask('/limited')).statusCode, 429, 'asking meanwhile makes it neither shorter nor longer')
  pass(1)
  t.equal((await ask('/limited')).statusCode, 200)
})

void t.test('0 is no limit', async t => {
  const ask = await openLimited(t, 0)
  for (let times = 0; times < 300; times++) await ask('/limited')
  t.equal((await ask('/limited')).statusCode, 200)
})

/** Time that stands until a test moves it: the counters go by the clock of the machine. */
function stopTime (t: Test): (milliseconds: number) => void {
  let now = at.getTime()
  t.intercept(Date, 'now', { value: () => now })
  return milliseconds => { now += milliseconds }
}

async function openStarts (t: Test, perMinute: number) {
  const pass = stopTime(t)
  const app = Fastify({ trustProxy: ['127.0.0.1'] })
  logRequests(app, { routineChecks: 0, answered () {} })
  app.setErrorHandler(answerError({ look, now: () => at }))
  await app.register(async scope => {
    const admitStart = await limitStarts(scope, perMinute)
    scope.get('/start/:tenant', async request => {
      await admitStart(request, { id: String(Object(request.params)['tenant']) as TenantId })
      return {}
    })
  })
  t.teardown(async () => { await app.close() })
  const start = async (remoteAddress: string, tenant = 'tnt-acme', headers: Record<string, string> = {}) => await app.inject({ url: `/start/${tenant}`, remoteAddress, headers })
  return { pass, start, status: async (remoteAddress: string, tenant?: string) => (await start(remoteAddress, tenant)).statusCode }
}

void t.test('So many logins begin at one tenant in a minute, from wherever; the other tenants do not notice', async t => {
  const { pass, start, status } = await openStarts(t, 4)
  for (let host = 1; host <= 4; host++) t.equal(await status(`198.51.100.${host}`), 200)
  const refused = await start('198.51.100.5')
  t.equal(refused.statusCode, 429)
  t.match(refused.json(), { code: 'tenant-busy', status: 429, detail: 'Try again in 60 seconds.' })
  t.equal(refused.headers['retry-after'], '60')
  t.equal(await status('198.51.100.1'), 429, 'who was first has no more right than others')
  t.equal(await status('198.51.100.5', 'tnt-globex'), 200)
  pass(18_000)
  const page = await start('198.51.100.6', 'tnt-acme', { accept: 'text/html' })
  t.equal(page.statusCode, 429)
  t.match(page.body, /Very many people are signing in at your company right now\. Try again in 42 seconds\./)
  pass(42_000)
  t.equal(await status('198.51.100.6'), 200)
})

void t.test('One site alone cannot shut a tenant, however often it asks and from however many of its addresses', async t => {
  for (const address of [() => '198.51.100.1', (round: number) => `2001:db8:7:${round.toString(16)}::1`]) {
    await t.test(address(0), async t => {
      const { status } = await openStarts(t, 4)
      for (let round = 0; round < 50; round++) t.equal(await status(address(round)), 200, 'it is the limit of its address that holds it')
      t.strictSame([await status('203.0.113.1'), await status('203.0.113.2')], [200, 200], 'half is left to everybody else')
      t.equal(await status('203.0.113.3'), 429)
      t.equal(await status(address(51)), 429, 'and when the tenant is full, it is for that site too')
    })
  }
})

void t.test('0 lets any number begin', async t => {
  const { status } = await openStarts(t, 0)
  for (let round = 0; round < 300; round++) await status(`198.51.100.${round % 250}`)
  t.equal(await status('198.51.100.1'), 200)
})

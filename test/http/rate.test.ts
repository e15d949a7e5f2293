// What happens to somebody who asks too often?
import Fastify from 'fastify'
import t from 'tap'
import { answerError } from '../../src/http/answer-error.ts'
import { limitRate } from '../../src/http/guards/rate.ts'
import { logRequests } from '../../src/http/request-log.ts'
import { at, look, type WithTeardown } from './asking.ts'

async function openLimited (t: WithTeardown, perMinute: number) {
  const app = Fastify({ trustProxy: ['127.0.0.1'] })
  logRequests(app)
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

void t.test('0 is no limit', async t => {
  const ask = await openLimited(t, 0)
  for (let times = 0; times < 300; times++) await ask('/limited')
  t.equal((await ask('/limited')).statusCode, 200)
})

// Is every answer to a browser as strict as the last, whoever gives it?
import Fastify from 'fastify'
import t from 'tap'
import { sayBeSecure } from '../../../src/http/guards/security-headers.ts'
import { openHouse } from '../house.ts'

const house = await openHouse(t)

const always = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0'
}
const strict = { 'strict-transport-security': 'max-age=31536000' }

async function saidBy (plainLocalhost: boolean): Promise<Record<string, unknown>> {
  const server = Fastify()
  server.addHook('onRequest', sayBeSecure(plainLocalhost))
  server.get('/', async () => '')
  server.get('/broken', async () => { throw new Error('broken') })
  const [good, broken] = [await server.inject('/'), await server.inject('/broken')]
  await server.close()
  const own = ({ headers }: typeof good) => Object.fromEntries(Object.entries(headers).filter(([name]) => !['content-type', 'content-length', 'date', 'connection'].includes(name)))
  t.strictSame(own(broken), own(good), 'an error is no exception')
  return own(good)
}

void t.test('what is said is this, and https for a year where there is https', async t => {
  t.strictSame(await saidBy(true), always)
  t.strictSame(await saidBy(false), { ...always, ...strict })
})

void t.test('pages, redirects, refusals and answers to scripts say all of it', async t => {
  const asked: ReadonlyArray<readonly [what: string, method: string, path: string, headers: Readonly<Record<string, string>>, status: number]> = [
    ['a page', 'GET', '/auth/login', {}, 200],
    ['a redirect', 'GET', '/auth/login?login_hint=ada%40acme.test', {}, 303],
    ['a refusal as a page', 'GET', '/auth/callback/none?state=x&code=y', { accept: 'text/html' }, 400],
    ['a host of nobody', 'GET', '/auth/login', { host: 'evil.test' }, 421],
    ['an answer to a script', 'GET', '/auth/session', {}, 401],
    ['what an admin sees', 'GET', '/auth/setup/none', { accept: 'text/html' }, 404],
    ['what an operator sees', 'GET', '/auth/operator/sign-in', { accept: 'text/html' }, 200]
  ]
  for (const [what, method, path, headers, status] of asked) {
    const answer = await house.ask(method, path, { headers })
    t.equal(answer.status, status, what)
    t.match(answer.headers, always, what)
    t.notOk('strict-transport-security' in answer.headers, 'not on plain http')
  }
})

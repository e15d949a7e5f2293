// Is an operator told what was done once, on that page, in that session and in our own words alone?
import t from 'tap'
import { cookieScheme } from '../../src/http/attempt-cookies.ts'
import { createOperatorSaid, type OperatorSaid } from '../../src/http/operator-said.ts'
import { sessionCookies } from '../../src/http/session-cookie.ts'
import { Secret } from '../../src/secret.ts'
import { createCookieJar } from '../world/cookie-jar.ts'
import { createClock } from '../world/clock.ts'
import { at, openServer, setCookies, type WithTeardown } from './asking.ts'

const page = '/auth/operator/tenants/acme'
const sentences = { ended: 'Signed out everywhere.', suspend: 'Suspended.', empty: '' }

/** A browser at the operator's pages: what was said in one answer comes back with the next request. */
async function openBrowser (t: WithTeardown, plain = false, secret = 'a-cookie-secret-of-the-test-0123456789') {
  const scheme = cookieScheme(plain)
  const said = createOperatorSaid(scheme, sessionCookies([new Secret(secret)], scheme).signer)
  let handler: Parameters<typeof openServer>[1] = () => null
  const server = await openServer(t, async (request, reply) => await handler?.(request, reply))
  const clock = createClock(at)
  const jar = createCookieJar(clock.now)
  const url = new URL(plain ? `http://localhost:4000${page}` : `https://login.northwind.test${page}`)
  const ask = async (what: typeof handler, cookie = jar.header(url)) => {
    handler = what
    const answer = await server.inject({ url: '/', ...(cookie === undefined ? {} : { headers: { cookie } }) })
    const set = setCookies(answer.headers)
    for (const one of set) jar.take(url, one)
    return { answer, set }
  }
  return {
    jar,
    clock,
    leave: async (path: string, ...codes: readonly string[]) => await ask(async (_request, reply) => await said.leave(reply, 'hash-of-ada', path, ...codes)),
    async take (path = page, { session = 'hash-of-ada', words = sentences, cookie }: { session?: string, words?: Parameters<OperatorSaid['take']>[4], cookie?: string } = {}) {
      const { answer, set } = await ask((request, reply) => ({ said: said.take(request, reply, session, path, words) }), cookie)
      return { said: answer.json().said, set }
    }
  }
}

void t.test('What was done leads on to its page, by a cookie of this host that no script reads, no other site sends and a minute ends', async t => {
  const { leave, take, clock } = await openBrowser(t)
  const { answer, set } = await leave(page, 'ended')
  t.equal(answer.statusCode, 303)
  t.equal(answer.headers.location, page)
  t.equal(answer.headers['cache-control'], 'no-store')
  t.equal(set.length, 1)
  t.match(set[0], /^__Host-gatehouse-operator-said=[^;]+; Max-Age=60; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
  clock.advance(60)
  t.equal((await take()).said, null)
})

void t.test('On plain http at localhost the cookie has neither prefix nor Secure', async t => {
  const { leave, take } = await openBrowser(t, true)
  t.match((await leave(page, 'ended')).set[0], /^gatehouse-operator-said=[^;]+; Max-Age=60; Path=\/; HttpOnly; SameSite=Strict$/)
  t.equal((await take()).said, 'Signed out everywhere.')
})

void t.test('It is said once, and then the browser has nothing left of it', async t => {
  const { leave, take, jar } = await openBrowser(t)
  t.strictSame(await take(), { said: null, set: [] })
  await leave(page, 'suspend', 'ended')
  const { said, set } = await take()
  t.equal(said, 'Suspended. Signed out everywhere.', 'in the order in which it was done')
  t.match(set, [/^__Host-gatehouse-operator-said=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; SameSite=Strict$/])
  t.strictSame(jar.list(), [])
  t.equal((await take()).said, null)
})

void t.test('The page of somebody else and another session say nothing, and leave it for where it belongs', async t => {
  const { leave, take } = await openBrowser(t)
  await leave(page, 'ended')
  t.strictSame(await take(`${page}/accounts`), { said: null, set: [] })
  t.strictSame(await take(page, { session: 'hash-of-bob' }), { said: null, set: [] })
  t.equal((await take()).said, 'Signed out everywhere.')
})

void t.test('Nothing is said that we have not left, whatever a cookie claims', async t => {
  const { leave, take, jar } = await openBrowser(t)
  await leave(page, 'ended')
  const left = jar.header(new URL('https://login.northwind.test/')) ?? ''
  const stranger = await openBrowser(t, false, 'another-cookie-secret-0123456789-abcdef')
  await stranger.leave(page, 'ended')
  const foreign = stranger.jar.header(new URL('https://login.northwind.test/')) ?? ''
  t.not(foreign, left)
  for (const cookie of [left.replace('ended', 'suspend'), foreign, left.slice(0, -1), left.slice(0, left.lastIndexOf('.')), '__Host-gatehouse-operator-said=', '__Host-gatehouse-operator-said=.ended', '__Host-gatehouse-operator-said=%', left.replace('__Host-', '')]) {
    t.strictSame(await take(page, { cookie }), { said: null, set: [] }, cookie)
  }
  t.equal((await take(page, { cookie: left })).said, 'Signed out everywhere.')
})

void t.test('A code without a sentence on this page is passed over, also one that every object answers to', async t => {
  const { leave, take } = await openBrowser(t)
  for (const [codes, said] of [[['constructor', 'ended', 'nonsense'], 'Signed out everywhere.'], [['toString'], null], [['empty'], null], [[], null]] as const) {
    await leave(page, ...codes)
    t.equal((await take()).said, said, codes.join())
  }
})

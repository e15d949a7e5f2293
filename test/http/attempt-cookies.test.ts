// What does a browser hold while logins are under way, and what if it holds nonsense?
import t from 'tap'
import { type AttemptCookies, attemptCookies, cookieScheme } from '../../src/http/attempt-cookies.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { createCookieJar } from '../world/cookie-jar.ts'
import { at, openServer, setCookies, type WithTeardown } from './asking.ts'

const word = (name: string) => hashOf(name)
const attempt = (name: string, startedAt = at) => ({ stateHash: word(`state ${name}`), nonce: word(`nonce ${name}`), verifier: word(`verifier ${name}`), startedAt })
const later = (seconds: number) => new Date(at.getTime() + seconds * 1000)
const page = new URL('https://login.northwind.test/auth/login')

type Visit = (cookies: AttemptCookies, request: Parameters<AttemptCookies['read']>[0], reply: Parameters<AttemptCookies['set']>[1]) => unknown

/** A browser that sends what it was given: each call is one request in which `visit` happens. */
async function openBrowser (t: WithTeardown, plain = false, now = () => at) {
  const cookies = attemptCookies(cookieScheme(plain))
  let visit: Visit = () => null
  const server = await openServer(t, (request, reply) => ({ saw: visit(cookies, request, reply) ?? null }))
  const jar = createCookieJar(now)
  const url = plain ? new URL('http://localhost:4000/auth/login') : page
  const ask = async (what: Visit, cookie = jar.header(url)): Promise<{ saw: unknown, set: readonly string[], status: number }> => {
    visit = what
    const answer = await server.inject({ url: '/', ...(cookie === undefined ? {} : { headers: { cookie } }) })
    const set = setCookies(answer.headers)
    for (const one of set) jar.take(url, one)
    return { saw: answer.json().saw, set, status: answer.statusCode }
  }
  return { ask, jar }
}

void t.test('An attempt is one cookie, read back by the hash of its state and by no other', async t => {
  const { ask, jar } = await openBrowser(t)
  const one = attempt('one')
  const { set } = await ask((cookies, request, reply) => { cookies.set(request, reply, one) })
  t.equal(set.length, 1)
  t.match(set[0], /^__Host-gatehouse-attempt-[\w-]{16}=\d+\.[\w-]{43}\.[\w-]{43}; Max-Age=1200; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  t.notOk(set.join().includes(one.stateHash), 'the state\'s hash is not there whole')
  t.strictSame((await ask((cookies, request) => cookies.read(request, one.stateHash))).saw, { nonce: one.nonce, verifier: one.verifier })
  t.equal((await ask((cookies, request) => cookies.read(request, word('another')))).saw, null)
  t.equal(jar.list().length, 1)
})

void t.test('On plain http at localhost the cookie has neither prefix nor Secure', async t => {
  const { ask } = await openBrowser(t, true)
  const { set } = await ask((cookies, request, reply) => { cookies.set(request, reply, attempt('one')) })
  t.match(set[0], /^gatehouse-attempt-[\w-]{16}=[^;]+; Max-Age=1200; Path=\/; HttpOnly; SameSite=Lax$/)
})

void t.test('A browser holds five attempts at most; the oldest makes room', async t => {
  const { ask, jar } = await openBrowser(t)
  const attempts = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].map((name, index) => attempt(name, later(index)))
  for (const one of attempts) await ask((cookies, request, reply) => { cookies.set(request, reply, one) })
  t.equal(jar.list().length, 5)
  const { saw } = await ask((cookies, request) => attempts.map(one => cookies.read(request, one.stateHash) !== null))
  t.strictSame(saw, [false, false, true, true, true, true, true])
  await ask((cookies, request, reply) => { cookies.set(request, reply, attempt('four', later(9))) })
  t.equal(jar.list().length, 5, 'the same attempt again takes no second place')
})

void t.test('A spent attempt leaves no secret in the browser, and its time for a minute', async t => {
  const { ask, jar } = await openBrowser(t)
  const one = attempt('one')
  await ask((cookies, request, reply) => { cookies.set(request, reply, one) })
  const { set } = await ask((cookies, request, reply) => { cookies.spend(request, reply, one.stateHash) })
  t.match(set[0], /=\d+\.spent; Max-Age=60; /)
  t.notOk(set.join().includes(one.nonce) || set.join().includes(one.verifier))
  t.equal((await ask((cookies, request) => cookies.read(request, one.stateHash))).saw, null)
  t.equal((await ask((cookies, request) => cookies.countSince(request, at))).saw, 1, 'it still counts for the loop breaker')
  t.strictSame((await ask((cookies, request, reply) => { cookies.spend(request, reply, one.stateHash) })).set, [], 'spending it twice says nothing')
  t.strictSame((await ask((cookies, request, reply) => { cookies.spend(request, reply, word('never begun')) })).set, [])
  t.equal(jar.list().length, 1)
})

void t.test('Logins are counted from a moment on', async t => {
  const { ask } = await openBrowser(t)
  for (const [index, name] of ['one', 'two', 'three'].entries()) await ask((cookies, request, reply) => { cookies.set(request, reply, attempt(name, later(index * 30))) })
  for (const [since, count] of [[0, 3], [30, 2], [31, 1], [61, 0]] as const) {
    t.equal((await ask((cookies, request) => cookies.countSince(request, later(since)))).saw, count)
  }
})

void t.test('A cookie that is not as we make them holds nothing and goes first', async t => {
  const { ask } = await openBrowser(t)
  const one = attempt('one')
  const name = `__Host-gatehouse-attempt-${one.stateHash.slice(0, 16)}`
  const [time, nonce, verifier] = [String(at.getTime() / 1000), one.nonce, one.verifier]
  const broken = ['', 'spent', `${time}.spent`, `${time}`, `${time}.${nonce}`, `.${nonce}.${verifier}`, `${time}.${nonce}.${verifier}.x`, `${time}.${nonce}.${verifier}x`, `${time}.${nonce.slice(1)}.${verifier}`, `-1.${nonce}.${verifier}`, `1e9.${nonce}.${verifier}`, `${time}0000.${nonce}.${verifier}`, `${time}.${nonce}.${'%41'.repeat(15)}`, 'x'.repeat(4000), `${time}.${nonce}\u00e9.${verifier}`]
  for (const value of broken) {
    const { saw, status } = await ask((cookies, request) => cookies.read(request, one.stateHash), `${name}=${value}`)
    t.equal(status, 200)
    t.equal(saw, null, value.slice(0, 20))
  }
  t.match((await ask((cookies, request) => cookies.read(request, one.stateHash), `${name}=${time}.${nonce}.${verifier}`)).saw, { nonce }, 'while the whole one is read')
})

void t.test('Names that only look like ours are left alone, whatever they are', async t => {
  const { ask } = await openBrowser(t)
  const prefix = '__Host-gatehouse-attempt-'
  const odd = ['__proto__', 'constructor', 'toString', '', 'short', 'x'.repeat(200), '(){}<>@,', 'a"b', '\u00e9', '%00', 'a b', '[x]', '..', '/']
  const cookie = [...odd.map(name => `${prefix}${name}=1.spent`), ...odd.map(name => `${name}=1`)].join('; ')
  const { status, set } = await ask((cookies, request, reply) => { cookies.set(request, reply, attempt('one')) }, cookie)
  t.equal(status, 200)
  t.equal(set.length, 1, 'only the new attempt is set')
})

void t.test('However many cookies a browser holds, the answer stays small enough for any proxy', async t => {
  const { ask } = await openBrowser(t)
  const cookie = Array.from({ length: 200 }, (_, index) => `__Host-gatehouse-attempt-${word(String(index)).slice(0, 16)}=1700000000.spent`).join('; ')
  const { status, set } = await ask((cookies, request, reply) => { cookies.set(request, reply, attempt('one')) }, cookie)
  t.equal(status, 200)
  t.ok(set.join('\r\n').length < 4_000, `${set.join('\r\n').length} bytes`)
})

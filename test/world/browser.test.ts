// Does the scripted browser do what a browser does, as far as a login can depend on it?
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { once } from 'node:events'
import t from 'tap'
import type { Test } from 'tap'
import { createBrowser } from './browser.ts'
import { createCookieJar } from './cookie-jar.ts'
import { createClock } from './clock.ts'
import { createRandom } from './randomness.ts'
import { findForms, findLinks, textOf } from './html-page.ts'

interface Seen { method: string | undefined, url: string | undefined, headers: IncomingMessage['headers'], body: string }

async function serve (t: Test, answer: (seen: Seen, response: ServerResponse) => void): Promise<{ port: number, seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    const { method, url, headers } = request
    seen.push({ method, url, headers, body })
    answer({ method, url, headers, body }, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  const address = server.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0, seen }
}

void t.test('a jar keeps only the cookies that a browser keeps', async t => {
  const cases: Array<[string, string, boolean]> = [
    ['https://a.test/', 'n=v', true],
    ['http://a.test/', 'n=v; Secure', false],
    ['http://localhost:1/', 'n=v; Secure', true],
    ['http://app.localhost:1/', 'n=v; Secure', true],
    ['https://a.test/', 'n=v; SameSite=None', false],
    ['https://a.test/', 'n=v; SameSite=None; Secure', true],
    ['https://a.test/x', '__Host-n=v; Secure; Path=/', true],
    ['http://localhost:1/', '__Host-n=v; Secure; Path=/', true],
    ['https://a.test/x', '__Host-n=v; Secure', true],
    ['https://a.test/x/y', '__Host-n=v; Secure', false],
    ['https://a.test/', '__Host-n=v; Secure; Path=/; Domain=a.test', false],
    ['https://a.test/', '__Host-n=v; Path=/', false],
    ['https://a.test/', '__HOST-n=v; Path=/', false],
    ['https://a.test/', '__Secure-n=v', false],
    ['https://b.a.test/', 'n=v; Domain=a.test', true],
    ['https://a.test/', 'n=v; Domain=b.test', false],
    ['https://a.test/', 'n=v; Domain=test', false],
    ['https://a.test/', '=v', false]
  ]
  for (const [url, header, kept] of cases) t.equal(createCookieJar().take(new URL(url), header), kept, `${url} ${header}`)
})

void t.test('a jar sends a cookie only where it belongs', async t => {
  const cases: Array<[string, string, string, boolean]> = [
    ['http://127.0.0.1:1/', 'n=v', 'http://127.0.0.1:2/', true],
    ['http://127.0.0.1:1/', 'n=v', 'http://localhost:1/', false],
    ['https://a.test/', 'n=v', 'https://b.a.test/', false],
    ['https://b.a.test/', 'n=v; Domain=a.test', 'https://c.a.test/', true],
    ['https://a.test/', 'n=v; Domain=a.test', 'https://evila.test/', false],
    ['https://a.test/', 'n=v; Path=/auth', 'https://a.test/auth/x', true],
    ['https://a.test/', 'n=v; Path=/auth', 'https://a.test/authority', false],
    ['https://a.test/x/y', 'n=v', 'https://a.test/x/z', true],
    ['https://a.test/x/y', 'n=v', 'https://a.test/', false],
    ['https://a.test/', 'n=v; Secure', 'http://a.test/', false]
  ]
  for (const [from, header, to, sent] of cases) {
    const jar = createCookieJar()
    jar.take(new URL(from), header)
    t.equal(jar.header(new URL(to)) !== undefined, sent, `${from} ${header} → ${to}`)
  }
})

void t.test('a cross-site request takes Lax cookies along only when it is a navigation by GET, and Strict ones never', async t => {
  const jar = createCookieJar()
  const url = new URL('https://a.test/')
  for (const header of ['strict=1; SameSite=Strict', 'lax=1; SameSite=Lax', 'plain=1', 'none=1; SameSite=None; Secure']) jar.take(url, header)
  t.equal(jar.header(url, { crossSite: true, topLevelGet: true }), 'lax=1; plain=1; none=1')
  t.equal(jar.header(url, { crossSite: true, topLevelGet: false }), 'none=1')
  t.equal(jar.header(url), 'strict=1; lax=1; plain=1; none=1')
})

void t.test('a cookie is replaced, expires by the clock and is taken away', async t => {
  const clock = createClock()
  const jar = createCookieJar(clock.now)
  const url = new URL('https://a.test/')
  jar.take(url, 'n=1; Max-Age=60; Path=/')
  jar.take(url, 'n=2; Max-Age=60; Path=/')
  t.equal(jar.header(url), 'n=2')
  clock.advance(61)
  t.equal(jar.value(url, 'n'), undefined)
  jar.take(url, 'n=3')
  jar.take(url, 'n=; Expires=Thu, 01 Jan 1970 00:00:00 GMT')
  t.same(jar.list(), [])
  jar.take(url, 'n=4')
  jar.clear()
  t.equal(jar.header(url), undefined)
})

void t.test('redirects are followed hop by hop, can be stopped anywhere and gone on with', async t => {
  const { port, seen } = await serve(t, ({ url, method }, response) => {
    if (url === '/one') response.writeHead(302, { location: '/two', 'set-cookie': 'step=1; Path=/' }).end()
    else if (url === '/two') response.writeHead(303, { location: '/three' }).end()
    else if (url === '/form') response.end('<form action="/keep" method="post"><input name="a" value="1"><input type="hidden" name="csrf" value="&quot;x&quot;"><button name="go" value="yes">Go</button></form><a href="/one">First <b>step</b></a>')
    else if (url === '/keep') response.writeHead(307, { location: '/change' }).end()
    else if (url === '/change') response.writeHead(303, { location: '/done' }).end()
    else if (url === '/loop') response.writeHead(302, { location: '/loop' }).end()
    else response.end(`done by ${method}`)
  })
  const origin = `http://localhost:${port}`
  const browser = createBrowser()
  t.throws(() => browser.page(), /No page/)
  t.equal((await browser.visit(`${origin}/one`)).text, 'done by GET')
  t.same(browser.hops.map(({ url, status }) => [new URL(url).pathname, status]), [['/one', 302], ['/two', 303], ['/three', 200]])
  t.equal(seen[1]?.headers.cookie, 'step=1', 'a cookie set on the way is sent on the next hop')
  const stopped = await browser.visit(`${origin}/one`, next => next.pathname === '/three')
  t.match(stopped, { status: 303, location: `${origin}/three` })
  t.equal((await browser.follow()).url, `${origin}/three`)
  await t.rejects(browser.follow(), /does not redirect/)
  await browser.visit(`${origin}/form`)
  await browser.submit('/keep', { a: '2' })
  t.same(seen.slice(-3).map(({ method, url, body }) => [method, url, body]), [['POST', '/keep', 'a=2&csrf=%22x%22&go=yes'], ['POST', '/change', 'a=2&csrf=%22x%22&go=yes'], ['GET', '/done', '']])
  await browser.visit(`${origin}/form`)
  t.equal((await browser.click('First step')).url, `${origin}/three`)
  await browser.visit(`${origin}/form`)
  await t.rejects(browser.submit('/nowhere'), /No form for \/nowhere/)
  await t.rejects(browser.click('nothing'), /No link "nothing"/)
  await t.rejects(browser.visit(`${origin}/loop`), /More than 20 redirects/)
})

void t.test('the gateway is told, as by a browser, who began a navigation and across which sites it came', async t => {
  const other = await serve(t, ({ url }, response) => {
    if (url === '/bounce') response.writeHead(303, { location: `http://localhost:${app.port}/back` }).end()
    else response.end(`<a href="http://localhost:${app.port}/back">link</a><form method="post" action="http://localhost:${app.port}/post"></form>`)
  })
  const app = await serve(t, ({ url }, response) => {
    if (url === '/start') response.setHeader('set-cookie', ['lax=1; Path=/', 'strict=1; Path=/; SameSite=Strict'])
    if (url === '/out') response.writeHead(303, { location: `http://127.0.0.1:${other.port}/bounce` }).end()
    else response.end('<a href="/out">out</a>')
  })
  const browser = createBrowser()
  const last = (): Seen['headers'] => app.seen.at(-1)?.headers ?? {}
  await browser.visit(`http://localhost:${app.port}/start`)
  t.match(last(), { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', accept: /text\/html/ })
  await browser.visit(`http://localhost:${app.port}/start`)
  t.equal(last()['cookie'], 'lax=1; strict=1')
  await browser.click('out')
  t.match(last(), { 'sec-fetch-site': 'cross-site', cookie: 'lax=1' }, 'on the way back from another site a Strict cookie is absent')
  await browser.visit(`http://localhost:${app.port}/out`)
  t.match(last(), { 'sec-fetch-site': 'none', cookie: 'lax=1' }, 'also when the address was typed')
  await browser.visit(`http://127.0.0.1:${other.port}/`)
  await browser.click('link')
  t.match(last(), { 'sec-fetch-site': 'cross-site', cookie: 'lax=1' })
  await browser.visit(`http://127.0.0.1:${other.port}/`)
  await browser.submit(`http://localhost:${app.port}/post`)
  t.match(last(), { origin: `http://127.0.0.1:${other.port}`, 'sec-fetch-site': 'cross-site' })
  t.notOk('cookie' in last(), 'and a cross-site POST brings none')
  await browser.visit(`http://localhost:${app.port}/start`)
  await browser.fetch('/x')
  t.match(last(), { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', cookie: 'lax=1; strict=1' })
})

void t.test('any origin can stand for a server behind a proxy that ends TLS', async t => {
  const { port, seen } = await serve(t, (_seen, response) => { response.setHeader('set-cookie', '__Host-s=1; Secure; Path=/').end('hello') })
  const browser = createBrowser({ origins: { 'https://login.northwind.test': `http://127.0.0.1:${port}` } })
  const page = await browser.visit('https://login.northwind.test/x?y=1')
  t.match(page, { url: 'https://login.northwind.test/x?y=1', text: 'hello' })
  t.match(seen[0], { url: '/x?y=1', headers: { host: 'login.northwind.test', 'x-forwarded-proto': 'https' } })
  t.equal(browser.jar.value('https://login.northwind.test/', '__Host-s'), '1')
})

void t.test('pages are read as a person reads them', async t => {
  const page = '<title>t</title><p>a &amp; <b>b</b>&#33;</p><script>no()</script><a class=x href="/a?b=1&amp;c=2">Go <i>on</i></a><form action="/f"><input name=u value="&lt;"><input type=checkbox name=c><input type=checkbox name=d checked><button name=p value=1>1</button><button name=p value=2>2</button></form>'
  t.equal(textOf(page), 'a & b ! Go on 1 2')
  t.same(findLinks(page), [{ href: '/a?b=1&c=2', text: 'Go on' }])
  t.same(findForms(page), [{ action: '/f', method: 'GET', fields: { u: '<', d: 'on' }, buttons: [['p', '1'], ['p', '2']] }])
})

void t.test('a clock moves only when told, and the same seed gives the same bytes', async t => {
  const clock = createClock('2026-01-01T00:00:00Z')
  const before = clock.now()
  clock.advance(1.5)
  t.equal(clock.now().toISOString(), '2026-01-01T00:00:01.500Z')
  t.equal(before.toISOString(), '2026-01-01T00:00:00.000Z', 'a time that was read does not change')
  const [one, same, other] = [createRandom('a'), createRandom('a'), createRandom('b')]
  const whole = Buffer.from(one(100)).toString('hex')
  t.equal(whole, Buffer.concat([same(1), same(64), same(35)]).toString('hex'), 'however it is asked for')
  t.not(whole, Buffer.from(other(100)).toString('hex'))
  t.equal(one(0).length, 0)
})

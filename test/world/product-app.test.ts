// Does the product show who the gateway says is there, and does its API believe nothing but the gateway's signature?
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import t from 'tap'
import type { Test } from 'tap'
import { createBrowser } from './browser.ts'
import type { Browser } from './browser.ts'
import { startProductApp } from './product-app.ts'

const AUDIENCE = 'https://api.northwind.test'

interface World { url: string, browser: Browser, seen: IncomingMessage[], token (claims?: Record<string, unknown>, header?: Record<string, unknown>, key?: CryptoKey): Promise<string>, stopGateway (): void }

type CryptoKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

/** The product in front of as little of a gateway as it needs: a cookie `who`, and keys. */
async function createWorld (t: Test): Promise<World> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const jwks = { keys: [{ ...await exportJWK(publicKey), kid: 'key-1', alg: 'ES256', use: 'sig' }] }
  const seen: IncomingMessage[] = []
  const gateway = createServer((request, response) => {
    seen.push(request)
    const path = new URL(request.url ?? '/', 'http://gateway').pathname
    const json = (status: number, body: unknown): void => { response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)) }
    if (path === '/.well-known/jwks.json') return json(200, jwks)
    if (path === '/auth/login') return response.writeHead(303, { location: '/auth/elsewhere?x=1', 'set-cookie': ['who=ada; Path=/; HttpOnly', 'other=1; Path=/'] }).end()
    if (path !== '/auth/session') return json(404, {})
    if (request.headers.cookie?.includes('who=ada') !== true) return json(401, {})
    json(200, { member: { id: 'mem-1', email: 'ada@acme.test', name: 'Ada <Lovelace>', externalId: null }, tenant: { id: 'tnt-1', slug: 'acme', name: 'Acme Corp' }, roles: ['admin'], expiresAt: '2026-11-21T21:00:00Z', logoutUrl: '/auth/logout' })
  }).listen(0, '127.0.0.1')
  await once(gateway, 'listening')
  const address = gateway.address()
  const product = await startProductApp({ gateway: () => `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, audience: AUDIENCE })
  const stopGateway = (): void => { gateway.closeAllConnections(); gateway.close() }
  t.teardown(async () => { await product.stop(); stopGateway() })
  const token: World['token'] = async (claims = {}, header = {}, key = privateKey) => await new SignJWT({ iss: product.url, aud: AUDIENCE, sub: 'mem-1', tenant: 'acme', exp: Math.floor(Date.now() / 1000) + 300, ...claims })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-1', ...header }).sign(key)
  return { url: product.url, browser: createBrowser(), seen, token, stopGateway }
}

void t.test('a stranger sees a way to sign in, a member sees who is signed in', async t => {
  const { url, browser } = await createWorld(t)
  const landing = await browser.visit(`${url}/`)
  t.equal(landing.status, 200)
  t.ok(landing.body.includes('href="/auth/login?return_to=/"'))
  t.match(landing.headers['content-security-policy'], /^default-src 'none'/)
  t.notOk(landing.text.includes('Acme'))
  const missing = await browser.visit(`${url}/nothing`)
  t.equal(missing.status, 404)
  t.ok(missing.text.includes('There is nothing here'), 'a page for people, not a line of JSON')
  await browser.visit(`${url}/auth/login?return_to=/`)
  const desk = await browser.visit(`${url}/`)
  for (const shown of ['Hello, Ada', 'Acme Corp', 'acme', 'ada@acme.test', 'admin']) t.ok(desk.text.includes(shown), shown)
  t.ok(desk.body.includes('Ada &lt;Lovelace&gt;'), 'what the gateway says is escaped')
  for (const asset of ['/product.css', '/product.js', '/browser-module.js', '/icon.svg']) t.equal((await browser.fetch(asset)).status, 200, asset)
})

void t.test('the gateway is mounted under the product’s own origin, unchanged, and is told where the visitor came in', async t => {
  const { url, browser, seen } = await createWorld(t)
  await browser.visit(`${url}/auth/login?return_to=/&x=%2F`, () => true)
  t.equal(browser.page().location, `${url}/auth/elsewhere?x=1`, 'a redirect stays what it was')
  t.same(browser.jar.list().map(cookie => cookie.name), ['who', 'other'], 'every cookie comes through')
  t.equal(seen[0]?.url, '/auth/login?return_to=/&x=%2F')
  await browser.fetch(`${url}/auth/check`, { headers: { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', forwarded: 'host=evil.test', 'x-forwarded-uri': '/x' } })
  const { headers } = seen.at(-1) ?? {}
  t.match(headers, { 'x-forwarded-host': new URL(url).host, 'x-forwarded-proto': 'http' })
  t.match(headers?.['x-forwarded-for'], /^(127\.0\.0\.1|::1)$/)
  t.notOk(headers?.['forwarded'] ?? headers?.['x-forwarded-uri'], 'what a visitor says about it is thrown away')
})

void t.test('the API gives the orders of the caller’s own tenant', async t => {
  const { url, browser, token } = await createWorld(t)
  await browser.visit(`${url}/`)
  const ask = async (bearer: string): Promise<{ status: number, body: string }> => await browser.fetch('/api/orders', { headers: { authorization: `Bearer ${bearer}` } })
  const acme = await ask(await token())
  t.equal(acme.status, 200)
  t.ok(acme.body.includes('Anvil'))
  const globex = await ask(await token({ tenant: 'globex' }))
  t.ok(globex.body.includes('Hammock'))
  t.notOk(globex.body.includes('Anvil'))
  t.ok((await ask(await token({ tenant: '__proto__' }))).body.endsWith('"orders":[]}'))
})

void t.test('the API refuses every token that the gateway did not sign for it', async t => {
  const { url, browser, token } = await createWorld(t)
  await browser.visit(`${url}/`)
  const stranger = await generateKeyPair('ES256')
  const refused: Array<[string, string]> = [
    ['none at all', ''],
    ['nonsense', 'a.b.c'],
    ['another issuer', await token({ iss: 'https://evil.test' })],
    ['another audience', await token({ aud: 'https://other.test' })],
    ['an expired one', await token({ exp: 1 })],
    ['one without a tenant', await token({ tenant: undefined })],
    ['an ID token', await token({}, { typ: 'JWT' })],
    ['somebody else’s key', await token({}, {}, stranger.privateKey)],
    ['an unknown key', await token({}, { kid: 'key-2' }, stranger.privateKey)]
  ]
  for (const [title, bearer] of refused) {
    const answer = await browser.fetch('/api/orders', { headers: bearer === '' ? {} : { authorization: `Bearer ${bearer}` } })
    t.equal(answer.status, 401, title)
    t.match(answer.headers['www-authenticate'], /^Bearer/)
  }
})

void t.test('while the gateway is away nobody is signed in and the API says so', async t => {
  const { url, browser, token, stopGateway } = await createWorld(t)
  await browser.visit(`${url}/auth/login`, () => true)
  stopGateway()
  const page = await browser.visit(`${url}/`)
  t.equal(page.status, 503)
  t.notOk(page.text.includes('Ada'))
  t.equal((await browser.fetch('/api/orders', { headers: { authorization: `Bearer ${await token()}` } })).status, 503)
})

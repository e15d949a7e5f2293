// Does the module of docs/browser-apps.md do what that page promises, in a real browser?
import { readFileSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import t from 'tap'
import { launchChromium, openPage, reasonToSkip } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'

const skip = reasonToSkip()
const documented = readFileSync(new URL('../../docs/browser-module.js', import.meta.url), 'utf8')

t.setTimeout(180_000)
let demo: Demo
let browser: Browser
t.before(async () => {
  if (skip !== false) return
  browser = await launchChromium()
  demo = await startDemo({ product: 0, gateway: 0, acme: 0, globex: 0, initech: 0, mailbox: 0 })
})
t.teardown(async () => {
  await browser?.close()
  await demo?.stop()
})

interface WithTeardown { teardown (done: () => Promise<void>): unknown }

/** Ada at her desk, and every request that the page makes from now on. */
async function atDesk (t: WithTeardown): Promise<{ page: Page, asked: string[] }> {
  const page = await openPage(browser, [])
  t.teardown(async () => { await page.context().close() })
  await page.goto(`${demo.url}/auth/login?login_hint=ada@acme.test&return_to=/`)
  await page.locator('button[value="ada@acme.test"]').click()
  await page.waitForURL(`${demo.url}/`)
  const asked: string[] = []
  page.on('request', request => { asked.push(`${request.method()} ${new URL(request.url()).pathname}`) })
  return { page, asked }
}

/** Runs lines in the page, with the module at hand as `gatehouse`. */
async function run (page: Page, lines: string): Promise<unknown> {
  return await page.evaluate(`import('/browser-module.js').then(async gatehouse => { ${lines} })`)
}

const times = (asked: readonly string[], what: string) => asked.filter(one => one === what).length

async function signOutInAnotherTab (page: Page): Promise<void> {
  const beside = await page.context().newPage()
  await beside.goto(`${demo.url}/auth/logout`)
  await beside.getByRole('button', { name: 'Sign out', exact: true }).click()
  await beside.getByRole('heading', { name: /signed out/ }).waitFor()
  await beside.close()
}

void t.test('the product serves the very file of the documentation, which needs nothing besides itself and keeps nothing', { skip }, async t => {
  t.equal(await (await fetch(`${demo.url}/browser-module.js`)).text(), documented)
  const code = documented.replaceAll(/\/\*\*.*\*\/|\/\/.*$/gm, '')
  t.notMatch(code, /\bimport\b|localStorage|sessionStorage|document\.cookie|indexedDB/)
  t.ok(code.split('\n').filter(line => line.trim() !== '').length <= 50, 'short enough to be read before it is copied')
})

void t.test('a page learns who is signed in, and gets a token once for all who ask', { skip }, async t => {
  const { page, asked } = await atDesk(t)
  t.match(await run(page, 'return await gatehouse.session()'), { member: { email: 'ada@acme.test' }, tenant: { slug: 'acme' }, roles: ['admin', 'buyer'] })
  const tokens = await run(page, 'return await Promise.all([1, 2, 3].map(() => gatehouse.token("northwind")))')
  t.match(tokens, [/^eyJ/, /^eyJ/, /^eyJ/])
  t.equal(new Set(Object.values(Object(tokens))).size, 1)
  const orders = await run(page, 'return await (await gatehouse.fetchWithToken("northwind", "/api/orders", { headers: { accept: "application/json", authorization: "none" } })).json()')
  t.match(orders, { tenant: 'acme', orders: [{ number: 'NW-1042' }] })
  t.equal(times(asked, 'POST /auth/token'), 1)
  t.same(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]'), [0, 0, ''], 'nothing that a later script could find')
})

void t.test('a token is asked for anew when a tenth of its time is left, and after an API has refused it, once', { skip }, async t => {
  const { page, asked } = await atDesk(t)
  const later = (seconds: number) => `const real = Date.now; Date.now = () => real() + ${seconds * 1000}; await gatehouse.token("northwind"); Date.now = real`
  await run(page, `await gatehouse.token("northwind"); ${later(265)}`)
  t.equal(times(asked, 'POST /auth/token'), 1)
  await run(page, later(271))
  t.equal(times(asked, 'POST /auth/token'), 2)

  const call = 'return (await gatehouse.fetchWithToken("northwind", "/api/orders")).status'
  await page.route('**/api/orders', async route => { await route.fulfill({ status: 401 }) }, { times: 1 })
  t.equal(await run(page, call), 200, 'the second call went well, and nobody noticed')
  t.equal(times(asked, 'POST /auth/token'), 3)
  await page.route('**/api/orders', async route => { await route.fulfill({ status: 401 }) })
  t.equal(await run(page, call), 401, 'an API that always refuses is the page’s to explain; signing in again would not help')
  t.equal(times(asked, 'GET /api/orders'), 4)
  t.equal(page.url(), `${demo.url}/`)
})

void t.test('after a sign-out elsewhere the next call leads to the login, once, and from there back to the same address', { skip }, async t => {
  const { page, asked } = await atDesk(t)
  await page.goto(`${demo.url}/?view=open#late`)
  await signOutInAnotherTab(page)
  t.equal(await run(page, 'return await gatehouse.session()'), null)
  await page.evaluate('for (const app of ["northwind", "northwind", "other"]) void import("/browser-module.js").then(gatehouse => gatehouse.fetchWithToken(app, "/api/orders"))')
  await page.getByLabel('Work email').waitFor()
  t.equal(times(asked, 'GET /auth/login'), 1)
  t.equal(times(asked, 'GET /api/orders'), 0)
  t.equal(new URL(page.url()).searchParams.get('return_to'), `${demo.url}/?view=open#late`)
  await page.getByLabel('Work email').fill('ada@acme.test')
  await page.getByRole('button', { name: 'Continue with Okta' }).click()
  await page.waitForURL(`${demo.url}/?view=open#late`)
  await page.getByRole('button', { name: 'Call the API' }).click()
  await page.getByText('Anvil').waitFor()
})

void t.test('the page that was open when somebody signed out elsewhere shows nothing of them any more', { skip }, async t => {
  const { page } = await atDesk(t)
  await signOutInAnotherTab(page)
  await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))')
  await page.getByRole('heading', { name: /^Supplies/ }).waitFor()
  t.notMatch(await page.locator('body').innerText(), /Ada|Acme/)
})

void t.test('signing out is one call, and forgets the tokens', { skip }, async t => {
  const { page, asked } = await atDesk(t)
  await run(page, 'await gatehouse.token("northwind"); gatehouse.signOut()')
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('heading', { name: /signed out/ }).waitFor()
  await page.goto(demo.url)
  t.match(await page.locator('h1').innerText(), /^Supplies/)
  await page.evaluate('void import("/browser-module.js").then(gatehouse => gatehouse.token("northwind"))')
  await page.getByLabel('Work email').waitFor()
  t.equal(times(asked, 'GET /auth/login'), 1)
})

void t.test('a gateway that does not answer signs nobody out', { skip }, async t => {
  const { page, asked } = await atDesk(t)
  await page.route('**/auth/**', async route => { await route.fulfill({ status: 503, body: 'away' }) })
  t.match(await run(page, 'return await Promise.allSettled([gatehouse.session(), gatehouse.token("northwind")]).then(all => all.map(one => String(one.reason)))'), [/answered 503/, /no token \(503\)/])
  await page.unroute('**/auth/**')
  t.match(await run(page, 'return await gatehouse.token("northwind")'), /^eyJ/, 'and the next try is a try')
  t.equal(times(asked, 'GET /auth/login'), 0)
})

import t from 'tap'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { createTenancy } from '../world/tenancy.ts'
import { TOKEN } from './outgoing.ts'
import { ask, atCallback, atOkta, atProduct, nextUrl, typeEmail, whoAmI } from './signing-in.ts'
import { asOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date())
const okta = await startFaultyProvider({ name: 'acme', now: clock.now })
t.teardown(okta.close)
const world = await openWorld(t, [okta.origin], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: asOrg(okta), admission: 'just-in-time' })
const till = atProduct(world)
const orders = `${world.url}/orders/7`
const login = `${world.url}/auth/login?tenant=acme&return_to=/orders/7`
const ada = { status: 200, body: { member: { email: 'ada@acme.test' } } }
const redeemed = async (work: () => Promise<unknown>): Promise<number> => (await world.outgoing.during(work, { path: TOKEN })).length
const story = async (reference: string): Promise<Record<string, unknown>> => (await world.gateway.api('GET', `/attempts/${reference}`)).body

void t.test('BCP-05: a reload of the callback goes on to where the login was to lead, and redeems nothing', async t => {
  const browser = world.browser()
  await browser.visit(login, atCallback)
  const callback = nextUrl(browser.page())
  t.equal(await redeemed(async () => await browser.follow(till)), 1)
  for (let again = 0; again < 3; again++) {
    t.equal(await redeemed(async () => await browser.visit(callback.href, till)), 0)
    t.match(browser.page(), { status: 303, location: orders })
  }
  t.match(await whoAmI(world, browser), ada, 'still the same person')
  const [attempt] = await world.sql("select steps::text from attempts where outcome = 'signed-in' limit 1")
  t.equal(String(attempt?.['steps']).match(/came-back-again/g)?.length, 3, 'and the story knows of it')
})

void t.test('BCP-05: after signing out, a reload is a page that offers to start again', async t => {
  const browser = world.browser()
  await browser.visit(login, atCallback)
  const callback = nextUrl(browser.page())
  await browser.follow(till)
  t.equal((await ask(world, browser, '/auth/logout', 'POST', { 'x-csrf': '1' })).status, 204)
  browser.jar.take(new URL(world.url), 'gatehouse=; Path=/; Max-Age=0')
  t.equal(await redeemed(async () => await browser.visit(callback.href, till)), 0)
  t.match(browser.page(), { status: 400, text: /can.t be continued here.*Each sign-in works once/ })
  t.equal((await whoAmI(world, browser)).status, 401)
  t.equal((await browser.click('Try again', atOkta)).status, 200, 'the sign-in page')
})

void t.test('BCP-05: the back button to Okta, and forward again, ends where the login ended', async t => {
  const browser = world.browser()
  const asked = nextUrl(await browser.visit(login, atOkta))
  await browser.follow(till)
  t.equal(await redeemed(async () => await browser.visit(asked.href, till)), 0, 'Okta hands out a second code; nobody takes it')
  t.match(browser.page(), { status: 303, location: orders })
  t.match(await whoAmI(world, browser), ada)
})

void t.test('BCP-05: two callbacks at once redeem once', async t => {
  const browser = world.browser()
  await browser.visit(login, atCallback)
  const { pathname, search } = nextUrl(browser.page())
  const answers: number[] = []
  const count = await redeemed(async () => {
    const knocks = await Promise.all([1, 2, 3].map(async () => await ask(world, browser, pathname + search, 'GET', { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' })))
    answers.push(...knocks.map(({ status }) => status).sort())
    for (const { headers } of knocks) for (const cookie of [headers['set-cookie'] ?? []].flat()) if (cookie.startsWith('gatehouse=')) browser.jar.take(new URL(world.url), cookie)
  })
  t.equal(count, 1)
  t.strictSame(answers, [303, 400, 400], 'one signs in, the others may start again')
  t.match(await whoAmI(world, browser), ada)
})

void t.test('BCP-05: a browser that prefetches the callback is signed in by it, and not asked twice', async t => {
  const browser = world.browser()
  await browser.visit(login, atCallback)
  const callback = nextUrl(browser.page())
  const count = await redeemed(async () => {
    const early = await ask(world, browser, callback.pathname + callback.search, 'GET', { 'sec-purpose': 'prefetch', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' })
    for (const cookie of [early.headers['set-cookie'] ?? []].flat()) browser.jar.take(new URL(world.url), cookie)
    await browser.follow(till)
  })
  t.equal(count, 1)
  t.match(browser.page(), { status: 303, location: orders })
})

void t.test('BCP-06: five tabs sign in side by side; of six the oldest starts again', async t => {
  for (const tabs of [5, 6]) {
    const browser = world.browser()
    const asked: URL[] = []
    for (let tab = 0; tab < tabs; tab++) {
      asked.push(nextUrl(await typeEmail(world, browser, 'ada@acme.test', atOkta)))
      world.clock.advance(1)
    }
    t.equal(browser.jar.list().filter(({ name }) => name.startsWith('gatehouse-attempt-')).length, 5)
    const ends: Array<number | string> = []
    for (const { href } of asked) {
      const page = await browser.visit(href, till)
      ends.push(page.location ?? page.status)
    }
    t.strictSame(ends, [...tabs === 6 ? [400] : [], ...Array(5).fill(world.home)], `${tabs} tabs`)
    t.match(await whoAmI(world, browser), ada)
  }
})

void t.test('BCP-02: an attempt is good for ten minutes, also in a browser whose clock runs with ours', async t => {
  for (const browser of [world.browser(), createBrowser({ now: clock.now })]) {
    await browser.visit(login, atOkta)
    clock.advance(598)
    await browser.follow(till)
    t.equal(browser.page().location, orders, 'just in time')
  }
  // A browser with a clock of its own brings no cookie any more, and then nobody can tell whether it was ever the right one.
  for (const [browser, code] of [[world.browser(), 'attempt-expired'], [createBrowser({ now: clock.now }), 'attempt-expired']] as const) {
    await browser.visit(login, atCallback)
    clock.advance(601)
    t.equal(await redeemed(async () => await browser.follow(till)), 0)
    t.match(browser.page(), { status: 400, text: /left open for too long/ })
    t.match(await story(referenceOn(browser.page())), { code, outcome: 'refused' })
  }
})

void t.test('MIX-08: a connection that is edited meanwhile ends the login; the next one goes by the new settings', async t => {
  const browser = world.browser()
  await browser.visit(login, atCallback)
  await world.heard(async () => await world.patch(`/tenants/acme/connections/${acme.connection}`, { clientSecret: okta.clientSecret, apply: 'now' }))
  t.equal(await redeemed(async () => await browser.follow(till)), 0)
  t.match(browser.page(), { status: 400, text: /The connection was changed while you signed in/ })
  t.match(await story(referenceOn(browser.page())), { code: 'attempt-connection-changed' })
  t.equal((await browser.visit(login, till)).location, orders)
})

void t.test('BCP-02: a callback carried into another browser signs nobody in, in neither of them', async t => {
  const [mine, other] = [world.browser(), world.browser()]
  await mine.visit(login, atCallback)
  const callback = nextUrl(mine.page())
  t.equal(await redeemed(async () => { await other.visit(callback.href, till); await mine.visit(callback.href, till) }), 0)
  t.match(await story(referenceOn(other.page())), { code: 'attempt-other-browser' })
  t.strictSame([(await whoAmI(world, mine)).status, (await whoAmI(world, other)).status], [401, 401])
})

void t.test('a code whose answer was lost is not sent a second time', async t => {
  for (const [kind, status] of [['reset', 502], ['not-http', 502]] as const) {
    okta.next.token = { mishap: { kind } }
    const browser = world.browser()
    t.equal(await redeemed(async () => await browser.visit(login, till)), 1, kind)
    t.equal(browser.page().status, status)
    t.equal(await redeemed(async () => await browser.visit(browser.page().url, till)), 0, 'nor by a reload')
  }
})

void t.test('BCP-05: in all of this, Okta was never asked twice for one code', async t => {
  const codes = world.outgoing.all.filter(({ path }) => path === TOKEN).map(({ parameters }) => parameters.get('code'))
  t.ok(codes.length > 10)
  t.equal(new Set(codes).size, codes.length)
  t.equal(await world.count('pending_attempts'), 0, 'and nothing is left lying about')
})

// Apps on hosts of their own: one sign-in, a session for each host, and a ticket that only its own browser can use.
import t from 'tap'
import { request } from 'undici'
import type { Browser, Page } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { ask, pickPerson, type Told, whoAmI } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const org = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
const world = await openWorld(t, [org.url], {}, clock)
await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, admission: 'just-in-time' })
const { port } = new URL(world.url)
const at = (name: string) => `http://${name}.localhost:${port}`
for (const slug of ['crm', 'docs']) {
  await made(world.gateway, '/apps', { slug, name: slug, audience: slug, hosts: [`${slug}.localhost:${port}`], returnTo: [`${at(slug)}/`], homeUrl: `${at(slug)}/` })
}

const atApp = (slug: string) => (next: URL) => next.origin === at(slug) && !next.pathname.startsWith('/auth/')
const atArrival = (next: URL) => next.pathname === '/auth/arrive'

/** A visit to an app's page that its proxy has turned away: off to the login, as `Location` says. */
async function open (browser: Browser, slug: string, path = '/', until = atApp(slug)): Promise<Page> {
  return await browser.visit(`${at(slug)}/auth/login?return_to=${encodeURIComponent(at(slug) + path)}`, until)
}

async function enter (browser: Browser, slug: string, email: string, path = '/', until = atApp(slug)): Promise<Page> {
  await open(browser, slug, path, until)
  await browser.submit(`${world.url}/auth/login`, { email }, until)
  return await pickPerson(browser, email, until)
}

/** What a script or a proxy on that origin gets; the names are this machine, which only the scripted browser knows. */
async function askAt (origin: string, browser: Browser, path: string, cookie = browser.jar.header(new URL(origin)) ?? ''): Promise<Told> {
  return await ask({ url: world.gateway.url }, world.browser(), path, 'GET', { host: new URL(origin).host, cookie })
}

const check = async (browser: Browser, slug: string) => await askAt(at(slug), browser, '/auth/check')

void t.test('a visit to an app without a session goes through the login host and Okta and arrives signed in', async t => {
  const browser = world.browser()
  const page = await enter(browser, 'crm', 'ada@acme.test', '/deals?open=1')
  t.equal(page.location, `${at('crm')}/deals?open=1`)
  t.equal((await check(browser, 'crm')).status, 200)
  t.match((await askAt(at('crm'), browser, '/auth/session')).body, { member: { email: 'ada@acme.test' } })
})

void t.test('a second app needs no second sign-in: Okta is not asked again', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const before = browser.hops.length
  await open(browser, 'docs', '/start')
  t.strictSame(browser.hops.slice(before).map(({ url }) => new URL(url).origin + new URL(url).pathname), [`${at('docs')}/auth/login`, `${world.url}/auth/login`, `${at('docs')}/auth/arrive`])
  t.equal((await check(browser, 'docs')).status, 200)
})

void t.test('a session counts on its own host only, whatever cookie is carried there', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  t.equal((await check(browser, 'docs')).status, 401)
  const cookie = browser.jar.header(new URL(at('crm')))
  for (const origin of [at('docs'), world.url]) t.equal((await askAt(origin, browser, '/auth/check?app=docs', cookie)).status, 401)
  const login = browser.jar.header(new URL(world.url))
  t.equal((await askAt(at('crm'), browser, '/auth/check', login)).status, 401)
})

void t.test('signing out on one host ends the sign-in on every host', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  await open(browser, 'docs')
  await browser.visit(`${at('docs')}/auth/logout`)
  await world.heard(async () => await browser.submit('/auth/logout'))
  for (const slug of ['crm', 'docs']) t.equal((await check(browser, slug)).status, 401, slug)
  t.equal((await whoAmI(world, browser)).status, 401)
})

void t.test('a ticket is worth nothing in another browser, and is spent by the try', async t => {
  const browser = world.browser()
  const stopped = await enter(browser, 'crm', 'ada@acme.test', '/', atArrival)
  const arrival = stopped.location ?? ''
  const thief = world.browser()
  const refused = await thief.visit(arrival)
  t.equal(refused.status, 400)
  t.match(refused.text, /didn.t arrive the way you left/)
  t.equal((await check(thief, 'crm')).status, 401)
  t.equal((await browser.visit(arrival)).status, 400, 'its own browser comes too late')
})

void t.test('a ticket is worth nothing on another host, after half a minute, or twice', async t => {
  const other = world.browser()
  const arrival = new URL((await enter(other, 'crm', 'ada@acme.test', '/', atArrival)).location ?? '')
  const elsewhere = new URL(arrival)
  elsewhere.hostname = 'docs.localhost'
  t.equal((await other.visit(elsewhere.href)).status, 400)

  const late = world.browser()
  const slow = (await enter(late, 'crm', 'ada@acme.test', '/', atArrival)).location ?? ''
  clock.advance(31)
  t.equal((await late.visit(slow)).status, 400)

  const twice = world.browser()
  const once = (await enter(twice, 'crm', 'ada@acme.test', '/', atArrival)).location ?? ''
  t.equal((await twice.visit(once, atApp('crm'))).status, 303)
  const sessions = await world.count('sessions')
  t.equal((await twice.visit(once, atApp('crm'))).location, `${at('crm')}/`, 'the back button goes on to the app')
  t.equal(await world.count('sessions'), sessions)
})

void t.test('a ticket for a sign-in that has ended meanwhile opens nothing', async t => {
  const browser = world.browser()
  const arrival = (await enter(browser, 'crm', 'ada@acme.test', '/', atArrival)).location ?? ''
  await world.heard(async () => await world.gateway.api('DELETE', '/tenants/acme/sessions'))
  t.equal((await browser.visit(arrival)).status, 400)
  t.equal((await check(browser, 'crm')).status, 401)
})

void t.test('somebody lured to the login host with a stranger\'s hop signs nobody in but themselves, nowhere', async t => {
  const stranger = world.browser()
  const left = new URL((await stranger.visit(`${at('crm')}/auth/login`, next => next.origin === world.url)).location ?? '')
  const victim = world.browser()
  await enter(victim, 'docs', 'bob@acme.test')
  const arrived = await victim.visit(left.href)
  t.equal(arrived.status, 400)
  t.equal((await check(stranger, 'crm')).status, 401)
})

void t.test('a hop to a host that no app lives on is no hop', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  const hop = 'A'.repeat(43)
  for (const target of ['http://evil.test/', `http://evil.localhost:${port}/`, `${at('crm')}.evil.test/`, 'javascript:alert(1)']) {
    const page = await browser.visit(`${world.url}/auth/login?app=crm&hop=${hop}&return_to=${encodeURIComponent(target)}`, () => true)
    t.notMatch(page.location ?? '', /ticket=|evil/, target)
  }
})

void t.test('an app\'s proxy is told to send people to the app\'s own login', async t => {
  const answer = await check(world.browser(), 'crm')
  t.match(answer.headers['location'], `${at('crm')}/auth/login`)
})

void t.test('on an app\'s own host the check speaks of that app only: its pages cannot ask for another app\'s token', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  t.equal((await askAt(at('crm'), browser, '/auth/check?app=crm')).status, 200)
  const other = await askAt(at('crm'), browser, '/auth/check?app=docs')
  t.match({ status: other.status, code: other.code }, { status: 403, code: 'app-unknown' })
  t.notOk(other.headers['authorization'])
})

void t.test('a proxy that asks by the method of the request gets the same answer', async t => {
  const browser = world.browser()
  await enter(browser, 'crm', 'ada@acme.test')
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    for (const [cookie, status] of [[browser.jar.header(new URL(at('crm'))) ?? '', 200], ['', 401]] as const) {
      const answer = await request(`${world.gateway.url}/auth/check`, { method, headers: { host: new URL(at('crm')).host, cookie, 'content-length': '0' } })
      await answer.body.dump()
      t.equal(answer.statusCode, status, `${method} ${status}`)
    }
  }
})

void t.test('a tile that ends on an app\'s host goes on by the app\'s own hop', async t => {
  const browser = world.browser()
  const [app] = org.apps()
  await browser.visit(`${app?.initiateLoginUri ?? ''}?iss=${encodeURIComponent(org.url)}&target_link_uri=${encodeURIComponent(`${at('docs')}/from-tile`)}`)
  await pickPerson(browser, 'ada@acme.test', next => next.origin === at('docs'))
  t.equal((await check(browser, 'docs')).status, 401, 'the login host\'s session is not the app\'s')
  await open(browser, 'docs', '/from-tile')
  t.equal((await check(browser, 'docs')).status, 200)
})

void t.test('no ticket is kept as it was sent', async t => {
  const browser = world.browser()
  const arrival = new URL((await enter(browser, 'crm', 'ada@acme.test', '/', atArrival)).location ?? '')
  const ticket = arrival.searchParams.get('ticket') ?? ''
  t.equal(ticket.length, 43)
  const rows = JSON.stringify(await world.sql('select * from tickets'))
  t.notOk(rows.includes(ticket))
  t.notOk(world.log.some(line => line.includes(ticket)))
})

// How does a company come from a draft to "everyone signs in with Okta", with nobody locked out on the way?
import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { made } from '../world/tenancy.ts'
import { createClock } from '../world/clock.ts'
import { atCallback, atOkta, atProduct, nextUrl, pickPerson, signIn, typeEmail, whoAmI } from './signing-in.ts'
import { openOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date(Math.floor(Date.now() / 1000) * 1000))
const org = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'])
const world = await openWorld(t, [org.url], {}, clock)
const { gateway } = world
await made(gateway, '/tenants', { slug: 'acme', name: 'Acme Corp' })
await made(gateway, '/tenants/acme/domains', { domain: 'acme.test' })
await made(gateway, '/tenants/acme/domains/acme.test/verify', { provenance: 'operator' })
for (const [email, roles] of [['ada@acme.test', ['admin']], ['bob@acme.test', []]] as const) await made(gateway, '/tenants/acme/members', { email, name: email, roles })
const draft = await made(gateway, '/tenants/acme/connections', { oktaDomain: org.url, clientId: 'to-be-known' })
const place = `/tenants/acme/connections/${String(draft['id'])}`
const callback = String(draft['redirectUri'])
const addApp = () => org.addApp({ label: 'Northwind', redirectUris: [callback], initiateLoginUri: String(draft['initiateLoginUri']), postLogoutRedirectUris: [String(draft['postLogoutRedirectUri'])] })
const first = addApp()
await made(gateway, place, { clientId: first.clientId, clientSecret: first.secrets[0] }, 'PATCH')
const connection = async () => (await gateway.api('GET', place)).body

// The customer's admin, with the setup open.
const admin = world.browser()
const { url: link } = await made(gateway, '/tenants/acme/setup-links', {})
await admin.visit(String(link))
await admin.submit(String(link))

/** The admin tries the connection, as `email` at Okta. */
async function test (email: string, browser: Browser = admin) {
  await browser.visit(`${world.url}/auth/setup/test`)
  await browser.submit('/auth/setup/test', {}, () => false)
  return await pickPerson(browser, email, () => false)
}

async function counts (): Promise<number[]> {
  return await Promise.all(['sign_ins', 'sessions', 'identities', 'members'].map(async table => await world.count(table)))
}

void t.test('a test sign-in shows who it would be, signs nobody in, and is what verifies the connection', async t => {
  t.match(await gateway.api('POST', `${place}/verify`, {}), { status: 409, body: { code: 'connection-state' } })
  const before = await counts()
  const page = await test('ada@acme.test')
  t.match(page.text, /The test sign-in worked.*This person would get in.*ada@acme\.test.*Roles admin/)
  t.match(page.text, /What Okta told us.*sub.*ID token/)
  t.strictSame(await counts(), before, 'nothing was made')
  t.equal((await whoAmI(world, admin)).status, 401)
  t.match(page.headers, { 'cache-control': 'no-store' })
  const story = (await gateway.api('GET', `/attempts/${referenceOn(page)}`)).body
  t.match(story, { outcome: 'tested', door: 'setup', memberId: null, code: null })
  t.notMatch(JSON.stringify(story), /ada@acme/, 'and what Okta said is told to nobody else')
  t.notMatch(world.log.join(''), /ada@acme/)
  t.match((await admin.visit(page.url)).url, `${world.url}/auth/setup`, 'a reload goes back to the setup')
  t.match(await gateway.api('POST', `${place}/verify`, {}), { status: 200, body: { state: 'verified' } })
})

void t.test('a person who would not get in is a result, with who can do what about it', async t => {
  const before = await counts()
  const browser = world.browser()
  const { url } = await made(gateway, '/tenants/acme/setup-links', {})
  await browser.visit(String(url))
  await browser.submit(String(url))
  const page = await test('eve@acme.test', browser)
  t.match(page.text, /The connection works\. This person would not get in yet\..*You haven’t been invited to Northwind yet/)
  t.strictSame(await counts(), before)
})

void t.test('the callback of a test makes no session in a browser that did not begin it, nor in one that is signed in', async t => {
  await admin.visit(`${world.url}/auth/setup/test`)
  await admin.submit('/auth/setup/test', {}, atCallback)
  await pickPerson(admin, 'ada@acme.test', atCallback)
  const stolen = nextUrl(admin.page()).href
  const thief = world.browser()
  t.match((await thief.visit(stolen)).text, /can’t be continued here/)
  t.equal((await whoAmI(world, thief)).status, 401)
  t.strictSame(await world.sql("select 1 from connections where state <> 'verified'"), [])
})

void t.test('until it is live, the login page sends people the other way', async t => {
  await world.heard(async () => await world.patch('/tenants/acme', { fallbackLoginUrl: 'https://www.northwind.test/password' }))
  const page = await typeEmail(world, world.browser(), 'bob@acme.test', () => true)
  t.equal(nextUrl(page).href, 'https://www.northwind.test/password?login_hint=bob%40acme.test')
  t.match((await gateway.api('GET', '/login-policy?email=bob@acme.test')).body, { policy: 'other', url: null, fallbackUrl: nextUrl(page).href })
})

void t.test('a planned go-live happens when its moment has come, once', async t => {
  t.match((await gateway.api('GET', `${place}/report`)).body, { members: 2, neverSignedIn: { count: 2 }, outsideDomains: { count: 0 } })
  const at = new Date(clock.now().getTime() + 3_600_000).toISOString()
  t.match(await made(gateway, `${place}/go-live`, { at }), { state: 'verified', goLiveAt: at })
  t.equal(await gateway.gateway.goLiveDue(), 0)
  clock.advance(3_600)
  await world.heard(async () => { t.strictSame((await Promise.all([gateway.gateway.goLiveDue(), gateway.gateway.goLiveDue()])).reduce((sum, one) => sum + one, 0), 1) })
  t.match(await connection(), { state: 'live', goLiveAt: null })
  t.equal((await signIn(world, world.browser(), 'bob@acme.test')).location, world.home)
  t.match((await gateway.api('GET', '/login-policy?email=bob@acme.test')).body, { policy: 'sso-optional' })
})

void t.test('Okta is required only after somebody has come in who could undo it', async t => {
  t.match(await gateway.api('PATCH', '/tenants/acme', { enforcement: 'required' }), { status: 409, body: { code: 'enforcement-premature' } })
  await signIn(world, world.browser(), 'ada@acme.test')
  await world.heard(async () => await world.patch('/tenants/acme', { enforcement: 'required' }))
  t.match((await gateway.api('GET', '/login-policy?email=bob@acme.test')).body, { policy: 'sso-required', fallbackUrl: null })
})

void t.test('a live connection is edited beside itself: a mistake is met by the admin\'s test and by nobody else', async t => {
  const fresh = async () => (await typeEmail(world, world.browser(), 'bob@acme.test', atOkta))
  await made(gateway, place, { clientId: '0oanobodyknowsthis' }, 'PATCH')
  t.equal(nextUrl(await fresh()).searchParams.get('client_id'), first.clientId)
  await admin.visit(`${world.url}/auth/setup/test`)
  const failed = await admin.submit('/auth/setup/test', {}, () => false)
  t.match(failed.text, /doesn’t know Northwind|client id/i, 'the test begins with what waits')
  t.equal((await gateway.api('POST', `${place}/promote`, {})).status, 409)

  const second = addApp()
  await made(gateway, place, { clientId: second.clientId, clientSecret: second.secrets[0] }, 'PATCH')
  t.match((await test('ada@acme.test')).text, /The test sign-in worked/)
  t.equal(nextUrl(await fresh()).searchParams.get('client_id'), first.clientId, 'until somebody says so')
  await world.heard(async () => await made(gateway, `${place}/promote`, {}))
  t.equal(nextUrl(await fresh()).searchParams.get('client_id'), second.clientId)
  t.equal((await signIn(world, world.browser(), 'bob@acme.test', atProduct(world))).location, world.home)
})

void t.test('one call takes everybody back', async t => {
  await world.heard(async () => await made(gateway, `${place}/rollback`, {}))
  t.match(await connection(), { state: 'verified' })
  t.match(nextUrl(await typeEmail(world, world.browser(), 'bob@acme.test', () => true)).href, /^https:\/\/www\.northwind\.test\/password/)
})

import t from 'tap'
import { request } from 'undici'
import { createClock } from '../world/clock.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { atCallback, atOkta, atProduct, nextUrl, openDashboard, pickPerson, signIn, whoAmI } from './signing-in.ts'
import { asOrg, openForeignPage, openOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date())
const acmeOkta = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
const globexOkta = await startFaultyProvider({ name: 'globex', now: clock.now })
t.teardown(globexOkta.close)
const world = await openWorld(t, [acmeOkta.url, globexOkta.origin], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: acmeOkta, admission: 'just-in-time' })
const globex = await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: asOrg(globexOkta), admission: 'just-in-time' })
const tile = acme.initiateLoginUri
const till = atProduct(world)
const ask = (parameters: Record<string, string>): string => `${tile}?${new URLSearchParams(parameters)}`

void t.test('a click on the tile in the Okta dashboard signs in, with nothing typed anywhere', async t => {
  const browser = world.browser()
  await openDashboard(browser, acmeOkta, 'ada@acme.test')
  t.equal((await browser.click('Northwind', till)).location, world.home)
  t.match(await whoAmI(world, browser), { status: 200, body: { member: { email: 'ada@acme.test' } } })
  const started = new URL(browser.hops.find(({ url }) => url.startsWith(tile))?.url ?? tile)
  t.equal(started.searchParams.get('iss'), acmeOkta.url, 'Okta names itself')
  const answer = await world.browser().visit(tile, atOkta)
  t.match(answer.headers, { 'cache-control': 'no-store', 'x-frame-options': 'DENY' }, 'TPL-08, BCP-12')
})

void t.test('TPL-01: without iss, as after an activation, the tile\'s path says enough', async t => {
  const browser = world.browser()
  await browser.visit(tile, till)
  t.equal((await pickPerson(browser, 'ada@acme.test', till)).location, world.home)
})

void t.test('TPL-01, TPL-10: a form that Okta posts works as well as a link', async t => {
  for (const fields of [{ iss: acmeOkta.url }, { iss: acmeOkta.url, login_hint: 'ada@acme.test', unknown: 'is ignored' }]) {
    const browser = world.browser()
    const inputs = Object.entries(fields).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')
    await browser.visit((await openForeignPage(t, `<form method="post" action="${tile}">${inputs}</form>`)).url)
    t.equal(nextUrl(await browser.submit(tile, {}, atOkta)).searchParams.get('login_hint'), 'login_hint' in fields ? fields.login_hint : null)
    await browser.follow(till)
    t.equal((await pickPerson(browser, 'ada@acme.test', till)).location, world.home)
  }
})

void t.test('TPL-02: the iss of another organisation is refused and never fetched', async t => {
  const stranger = await openForeignPage(t, '{}')
  for (const iss of [stranger.url, globexOkta.origin, `${acmeOkta.url}/`, acmeOkta.url.toUpperCase(), 'file:///etc/passwd']) {
    const sent = await world.outgoing.during(async () => {
      const page = await world.browser().visit(ask({ iss }))
      t.match(page, { status: 400, text: /This tile belongs to another Okta organisation.*Initiate login URI/ }, iss)
    })
    t.strictSame(sent, [])
  }
  t.equal(stranger.visits(), 0)
})

void t.test('TPL-03: target_link_uri is followed where an app allows it, and is nothing where none does', async t => {
  for (const [wanted, lands] of [[`${world.url}/orders/7`, `${world.url}/orders/7`], ['https://evil.example/', world.home], ['//evil.example', world.home]] as const) {
    const browser = world.browser()
    await browser.visit(ask({ iss: acmeOkta.url, target_link_uri: wanted }), till)
    t.equal((await pickPerson(browser, 'ada@acme.test', till)).location, lands, wanted)
  }
})

void t.test('TPL-04: login_hint is passed on, whole and encoded; one that is too long is refused', async t => {
  const hint = 'ada+a&b=c#d@acme.test'
  t.equal(nextUrl(await world.browser().visit(ask({ login_hint: hint }), atOkta)).searchParams.get('login_hint'), hint)
  t.equal((await world.browser().visit(ask({ login_hint: 'a'.repeat(255) }))).status, 400)
  t.equal((await world.browser().visit(`${tile}?login_hint=a&login_hint=b`)).status, 400, 'twice')
})

void t.test('client_id must be the connection\'s own', async t => {
  t.equal(nextUrl(await world.browser().visit(ask({ client_id: acme.clientId }), atOkta)).origin, acmeOkta.url)
  t.match(await world.browser().visit(ask({ client_id: globex.clientId })), { status: 400, text: /another Okta organisation/ })
})

void t.test('TPL-09: a tile without a connection is 404, and one whose connection is not open is 403', async t => {
  t.match(await world.browser().visit(`${world.url}/auth/initiate/con-gone`), { status: 404, text: /This tile leads nowhere/ })
  t.equal((await world.browser().visit(`${world.url}/auth/initiate/${'c'.repeat(200)}`)).status, 404)
  const draft = await made(world.gateway, '/tenants/globex/connections', { oktaDomain: globexOkta.origin, clientId: 'draft', clientSecret: 'draft-secret' })
  const place = `/tenants/globex/connections/${String(draft['id'])}`
  t.match(await world.browser().visit(String(draft['initiateLoginUri'])), { status: 403, text: /isn.t switched on yet/ })
  await made(world.gateway, `${place}/retire`, {})
  t.match(await world.browser().visit(String(draft['initiateLoginUri'])), { status: 403, text: /has been closed/ })
})

void t.test('the one address of catalogue apps finds the connection by iss, or asks for the email', async t => {
  const common = (parameters: Record<string, string>): string => `${world.url}/auth/initiate?${new URLSearchParams(parameters)}`
  const browser = world.browser()
  await browser.visit(common({ iss: acmeOkta.url }), till)
  t.equal((await pickPerson(browser, 'ada@acme.test', till)).location, world.home, 'it names exactly one')
  for (const parameters of [{}, { iss: 'https://nobody.example' }, { iss: acmeOkta.url, client_id: 'another' }]) {
    const asked = world.browser()
    t.match(await asked.visit(common({ ...parameters, target_link_uri: `${world.url}/orders` })), { status: 200, text: /tile does not say which company/ }, 'it names none')
    await asked.submit('/auth/login', { email: 'ada@acme.test' }, till)
    t.equal((await pickPerson(asked, 'ada@acme.test', till)).location, `${world.url}/orders`, 'the email does, and the way goes on')
  }
  const second = await createTenancy(world.gateway, { slug: 'acme-labs', name: 'Acme Labs', domains: ['labs.acme.test'], org: acmeOkta, appLabel: 'Labs' })
  t.match(await world.browser().visit(common({ iss: acmeOkta.url })), { status: 200, text: /tile does not say which company/ }, 'MIX-07: it names two')
  t.equal(nextUrl(await world.browser().visit(common({ iss: acmeOkta.url, client_id: second.clientId }), atOkta)).searchParams.get('client_id'), second.clientId, 'client_id tells which')
  await made(world.gateway, `/tenants/acme-labs/connections/${second.connection}/retire`, {})
  t.equal(nextUrl(await world.browser().visit(common({ iss: acmeOkta.url }), atOkta)).origin, acmeOkta.url, 'a retired one does not count')
})

void t.test('TPL-07: a posted ID token signs nobody in, and the page says what to choose in Okta', async t => {
  const token = await acmeOkta.sign({ iss: acmeOkta.url, aud: acme.clientId, sub: '00u1', email: 'ada@acme.test' })
  const browser = world.browser()
  for (const action of [tile, `${world.url}/auth/initiate`]) {
    await browser.visit((await openForeignPage(t, `<form method="post" action="${action}"><input name="iss" value="${acmeOkta.url}"><input name="id_token" value="${token}"></form>`)).url)
    t.match(await browser.submit(action), { status: 400, text: /Redirect to app to initiate login \(OIDC Compliant\)/ })
  }
  t.equal((await whoAmI(world, browser)).status, 401)
})

void t.test('TPL-05: somebody else\'s session is replaced only after Okta has spoken', async t => {
  const browser = world.browser()
  await signIn(world, browser, 'ada@acme.test')
  await browser.visit(`${globex.initiateLoginUri}?iss=${encodeURIComponent(globexOkta.origin)}`, atCallback)
  t.match(await whoAmI(world, browser), { body: { member: { email: 'ada@acme.test' } } }, 'Okta has been asked, and nothing has changed')
  await browser.follow(till)
  t.match(await whoAmI(world, browser), { body: { member: { email: 'ada@globex.test' }, tenant: { slug: 'globex' } } })

  const refused = world.browser()
  await signIn(world, refused, 'ada@acme.test')
  globexOkta.next.authorize = { parameters: { code: null, error: 'access_denied', error_description: 'User is not assigned to the client application.' } }
  t.equal((await refused.visit(globex.initiateLoginUri)).status, 403)
  t.match(await whoAmI(world, refused), { body: { member: { email: 'ada@acme.test' } } }, 'who is refused at one door has not left by another')
})

void t.test('TPL-05: every start is fresh, for whoever is signed in too', async t => {
  const browser = world.browser()
  await signIn(world, browser, 'ada@acme.test')
  const values = new Set<string>()
  for (let start = 0; start < 2; start++) {
    const asked = nextUrl(await browser.visit(tile, atOkta))
    for (const name of ['state', 'nonce', 'code_challenge']) values.add(asked.searchParams.get(name) ?? '')
  }
  t.equal(values.size, 6)
})

void t.test('TPL-06: after three starts in a minute the circle is broken by a page with a button', async t => {
  const browser = world.browser()
  for (let start = 0; start < 3; start++) t.equal((await browser.visit(ask({ iss: acmeOkta.url }), atOkta)).status, 303)
  const attempts = await world.count('attempts')
  const page = await browser.visit(ask({ iss: acmeOkta.url }), atOkta)
  t.match(page, { status: 400, text: /You seem to be going in circles/ })
  t.equal(await world.count('attempts'), attempts, 'nothing was started')
  t.equal(nextUrl(await browser.click('Continue', atOkta)).origin, acmeOkta.url, 'a person may go on')
  const other = await openForeignPage(t, `<a href="${ask({ iss: acmeOkta.url, again: '1' })}">go on</a>`)
  await browser.visit(other.url)
  t.equal((await browser.click('go on', atOkta)).status, 400, 'another site may not press the button')
  world.clock.advance(61)
  t.equal((await browser.visit(ask({ iss: acmeOkta.url }), atOkta)).status, 303, 'a minute later all is forgotten')
})

void t.test('HEAD changes nothing', async t => {
  const before = [await world.count('attempts'), await world.count('pending_attempts')]
  for (const url of [tile, `${world.url}/auth/initiate?iss=${encodeURIComponent(acmeOkta.url)}`, `${world.url}/auth/login?tenant=acme`, `${acme.redirectUri}?state=x&code=y`]) {
    const { statusCode, headers } = await request(url, { method: 'HEAD' })
    t.match({ statusCode, cookies: headers['set-cookie'] }, { statusCode: 404, cookies: undefined }, url)
  }
  t.strictSame([await world.count('attempts'), await world.count('pending_attempts')], before)
})

void t.test('what went wrong at a tile can be found by its reference where a tenant is known', async t => {
  const suspended = await world.browser().visit(tile, atOkta)
  t.equal(suspended.status, 303)
  globexOkta.next.discovery = { refusal: 'unavailable' }
  await world.heard(async () => await world.patch(`/tenants/globex/connections/${globex.connection}`, { scopes: ['openid', 'email'] }))
  const page = await world.browser().visit(globex.initiateLoginUri)
  t.equal(page.status, 502)
  const story = await world.gateway.api('GET', `/attempts/${referenceOn(page)}`)
  t.match(story.body, { door: 'initiate', outcome: 'failed', code: 'provider-error', tenant: { slug: 'globex' } })
})

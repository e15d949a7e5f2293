import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { createTenancy } from '../world/tenancy.ts'
import { answered, KEYS, TOKEN } from './outgoing.ts'
import { ask, atCallback, atOkta, atProduct, nextUrl, openDashboard, signIn, typeEmail, whoAmI } from './signing-in.ts'
import { asOrg, openForeignPage, openOrg, openWorld, referenceOn } from './world.ts'

// Acme is honest. Globex pays like any customer, runs a provider of its own making, and wants to be in Acme.
const clock = createClock(new Date())
const honest = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'])
// Client ids are public, so the hostile one takes the honest one's for its own (MIX-06): in everything below.
const { clientId } = honest.addApp({ label: 'Northwind', redirectUris: [] })
const hostile = await startFaultyProvider({ name: 'globex', clientId, now: clock.now })
t.teardown(hostile.close)
const world = await openWorld(t, [honest.url, hostile.origin], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: honest, members: ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'].map(email => ({ email, name: email, roles: ['admin'] })) })
const globex = await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: asOrg(hostile), admission: 'just-in-time' })
const till = atProduct(world)
const toGlobex = `${world.url}/auth/login?tenant=globex`
const connection = `/tenants/globex/connections/${globex.connection}`

async function ending (browser: Browser): Promise<string> {
  const page = browser.page()
  const { body } = await world.gateway.api('GET', `/attempts/${referenceOn(page)}`)
  return `${page.status} ${String(body['code'] ?? 'without a story')}`
}

/** Everything of the provider is learnt again, as after an edit. */
async function relearn (): Promise<void> {
  await world.heard(async () => await world.patch(connection, { scopes: ['openid', 'email'] }))
}

/** The address of a callback that Okta has made and nobody has visited. */
async function stolenCallback (browser: Browser, email: string): Promise<URL> {
  await signIn(world, browser, email, atCallback)
  return nextUrl(browser.page())
}

void t.test('MIX-02, BCP-02: the state of one connection is nothing on the path of another, and no code is redeemed', async t => {
  const [one, other] = [world.browser(), world.browser()]
  const fromAcme = await stolenCallback(one, 'ada@acme.test')
  await other.visit(toGlobex, atCallback)
  const fromGlobex = nextUrl(other.page())
  for (const [browser, callback, path] of [[one, fromAcme, globex.redirectUri], [other, fromGlobex, acme.redirectUri]] as const) {
    const sent = await world.outgoing.during(async () => await browser.visit(path + callback.search))
    t.equal(await ending(browser), '400 attempt-other-connection')
    t.strictSame(sent, [], 'nobody is asked anything')
    await browser.visit(callback.href)
    t.equal(browser.page().status, 400, 'and the attempt is spent on its own path too')
    t.equal((await whoAmI(world, browser)).status, 401)
  }
})

void t.test('MIX-03: a code of the honest provider never reaches the hostile one', async t => {
  const browser = world.browser()
  await openDashboard(browser, honest, 'ada@acme.test')
  const asked = nextUrl(await browser.visit(toGlobex, atOkta))
  // What the hostile provider's authorization endpoint does: on to the honest one, with the honest client and redirect URI.
  const mixed = new URL(`${honest.url}/oauth2/v1/authorize`)
  mixed.search = asked.search
  mixed.searchParams.set('client_id', acme.clientId)
  mixed.searchParams.set('redirect_uri', acme.redirectUri)
  const before = hostile.requests.length
  const sent = await world.outgoing.during(async () => await browser.visit(mixed.href, atCallback))
  const code = nextUrl(browser.page()).searchParams.get('code') ?? ''
  t.match(code, /^[\w-]{20,}$/, 'the honest provider has signed Ada in')
  const after = await world.outgoing.during(async () => await browser.follow(till))
  t.equal(await ending(browser), '400 attempt-other-connection')
  t.strictSame([...sent, ...after], [])
  t.equal(hostile.requests.length, before)
  t.notOk(world.outgoing.all.some(one => one.origin === hostile.origin && one.parameters.get('code') === code))
})

void t.test('MIX-01: iss must be the one that was asked, before anybody is sent a code', async t => {
  const cases: ReadonlyArray<readonly [announced: boolean, iss: string | null, code: string]> = [
    [true, null, 'callback-issuer-missing'],
    [true, honest.url, 'callback-issuer-mismatch'],
    [true, `${hostile.origin}/`, 'callback-issuer-mismatch'],
    [false, honest.url, 'callback-issuer-mismatch']
  ]
  for (const [announced, iss, code] of cases) {
    hostile.issInResponse = announced
    await relearn()
    hostile.next.authorize = { parameters: { iss } }
    const browser = world.browser()
    const sent = await world.outgoing.during(async () => await browser.visit(toGlobex, till), { path: TOKEN })
    t.equal(await ending(browser), `400 ${code}`, `CS-F01, CS-F02: announced ${announced}, came ${iss}`)
    t.strictSame(sent, [])
  }
  for (const [announced, iss] of [[true, hostile.origin], [false, hostile.origin], [false, null]] as const) {
    hostile.issInResponse = announced
    await relearn()
    hostile.next.authorize = { parameters: { iss } }
    t.equal((await world.browser().visit(toGlobex, till)).location, world.home)
  }
})

void t.test('MIX-04: a provider whose metadata points at another host is refused before anybody is sent there', async t => {
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri', 'userinfo_endpoint', 'end_session_endpoint']) {
    hostile.next.discovery = { members: { [name]: `${honest.url}/oauth2/v1/${name}` } }
    await relearn()
    const browser = world.browser()
    const sent = await world.outgoing.during(async () => await browser.visit(toGlobex), { origin: honest.url })
    t.equal(await ending(browser), '502 discovery-endpoint-foreign', name)
    t.strictSame(sent, [])
  }
  hostile.next.discovery = { members: { issuer: honest.url } }
  await relearn()
  const browser = world.browser()
  await browser.visit(toGlobex)
  t.equal(await ending(browser), '502 discovery-issuer-mismatch', 'DISC-02, CS-C03: calling itself by the honest name')
  await relearn()
})

void t.test('MIX-05, CS-B02: the hostile provider\'s word about the honest one\'s people is worth nothing', async t => {
  const ada = world.browser()
  await signIn(world, ada, 'ada@acme.test')
  const [adas] = await world.sql('select subject from identities where tenant_id = $1', [acme.id])
  const subject = String(adas?.['subject'])
  const lies: ReadonlyArray<readonly [claims: Record<string, unknown>, code: string]> = [
    [{ iss: honest.url }, '502 id-token-issuer'],
    [{ iss: honest.url, sub: subject, email: 'ada@acme.test' }, '502 id-token-issuer'],
    [{ aud: '0oaAnother' }, '502 id-token-audience'],
    [{ aud: [globex.clientId, '0oaAnother'] }, '502 id-token-audience'],
    [{ sub: subject, email: 'ada@acme.test', email_verified: true }, '403 email-domain-unverified'],
    [{ sub: '00uNew', email: 'ada@acme.test', email_verified: true }, '403 email-domain-unverified']
  ]
  for (const [claims, code] of lies) {
    hostile.next.idToken = { claims }
    const browser = world.browser()
    await browser.visit(toGlobex, till)
    t.equal(await ending(browser), code, JSON.stringify(Object.keys(claims)))
    t.equal((await whoAmI(world, browser)).status, 401)
  }
  hostile.next.idToken = { claims: { sub: subject, email: 'gus@globex.test' } }
  const browser = world.browser()
  await browser.visit(toGlobex, till)
  t.match(await whoAmI(world, browser), { body: { member: { email: 'gus@globex.test' }, tenant: { slug: 'globex' } } }, 'Ada\'s subject from here is one more stranger')
  t.match(await ask(world, browser, '/auth/check?app=northwind&tenant=acme'), { status: 403, code: 'tenant-mismatch' })
})

void t.test('MIX-06: the same client id in two tenants shares neither metadata nor keys', async t => {
  t.equal(globex.clientId, acme.clientId)
  const seconds = Math.floor(clock.now().getTime() / 1000)
  // The honest organisation's key, under its own name: known to the gateway, but not to this connection.
  const token = await honest.sign({ iss: hostile.origin, aud: clientId, sub: '00uAda', email: 'ada@globex.test', iat: seconds, exp: seconds + 600 })
  hostile.next.token = { members: { id_token: token } }
  const browser = world.browser()
  await browser.visit(toGlobex, till)
  t.equal(await ending(browser), '502 id-token-key-unknown')
  await relearn()
  const learnt = await world.outgoing.during(async () => await world.browser().visit(toGlobex, till))
  t.ok(learnt.some(({ path }) => path === KEYS) && learnt.every(({ origin }) => origin === hostile.origin), 'each asks its own provider')
  t.equal((await signIn(world, world.browser(), 'ada@acme.test')).location, world.home, 'and the honest one goes on')
})

void t.test('MIX-07: two connections to one organisation stay two: neither a code nor a person of one counts in the other', async t => {
  const labs = await createTenancy(world.gateway, { slug: 'labs', name: 'Labs', domains: ['labs.test'], org: honest, appLabel: 'Labs', admission: 'just-in-time' })
  const [one, other] = [world.browser(), world.browser()]
  const code = (await stolenCallback(one, 'ada@acme.test')).searchParams.get('code') ?? ''
  await openDashboard(other, honest, 'ada@acme.test')
  const callback = nextUrl(await other.visit(`${world.url}/auth/login?tenant=labs`, atCallback))
  t.ok(callback.href.startsWith(labs.redirectUri))
  callback.searchParams.set('code', code)
  await other.visit(callback.href)
  t.equal(await ending(other), '502 code-of-another-client')
  await other.visit(`${world.url}/auth/login?tenant=labs`, till)
  t.equal(await ending(other), '403 email-domain-unverified', 'Acme\'s people are nobody in Labs, though one Okta vouches for them')
})

void t.test('MIX-09: a session of one tenant does not pass where another is asked for', async t => {
  const browser = world.browser()
  await signIn(world, browser, 'ada@acme.test')
  t.equal((await ask(world, browser, '/auth/check?app=northwind&tenant=acme')).status, 200)
  t.equal((await ask(world, browser, `/auth/check?app=northwind&tenant=${acme.id}`)).status, 200)
  for (const asked of ['globex', globex.id, 'nobody', 'ACME', 'acme,globex']) {
    const { status, code, headers } = await ask(world, browser, `/auth/check?app=northwind&tenant=${asked}`)
    t.match({ status, code, token: headers['authorization'] }, { status: 403, code: 'tenant-mismatch', token: undefined }, asked)
  }
  const { headers } = await ask(world, browser, '/auth/check?app=northwind')
  const claims: unknown = JSON.parse(Buffer.from(String(headers['authorization']).split('.')[1] ?? '', 'base64url').toString())
  t.match(claims, { tenant: 'acme', tenant_id: acme.id, aud: 'https://api.northwind.test' })
})

void t.test('MIX-10: what belongs to one tenant is not found below another, and no secret is ever told', async t => {
  const ada = acme.members.get('ada@acme.test') ?? ''
  for (const path of [`connections/${acme.connection}`, `members/${ada}`]) {
    t.equal((await world.gateway.api('GET', `/tenants/globex/${path}`)).status, 404, path)
    t.equal((await world.gateway.api('DELETE', `/tenants/globex/${path}`)).status, 404)
    t.equal((await world.gateway.api('PATCH', `/tenants/globex/${path}`, path.startsWith('members') ? { roles: [] } : { clientId: 'x' })).status, 404)
  }
  t.equal((await world.gateway.api('POST', `/tenants/globex/connections/${acme.connection}/retire`, {})).status, 404)
  t.equal((await world.gateway.api('DELETE', `/tenants/globex/members/${ada}/sessions`)).status, 404)
  const told = JSON.stringify([await world.gateway.api('GET', '/tenants/acme/connections'), await world.gateway.api('GET', '/events')])
  for (const { secrets } of honest.apps()) t.notOk(secrets.some(secret => told.includes(secret)))
})

void t.test('BCP-16: a domain that one tenant has proven leads there, whoever else claims it', async t => {
  const claim = await world.gateway.api('POST', '/tenants/globex/domains', { domain: 'acme.test' })
  const proof = await world.gateway.api('POST', '/tenants/globex/domains/acme.test/verify', { provenance: 'operator' })
  t.ok(claim.status === 409 || proof.status === 409, `claimed ${claim.status}, proven ${proof.status}`)
  t.equal(nextUrl(await typeEmail(world, world.browser(), 'ada@acme.test', atOkta)).origin, honest.url)
})

void t.test('BCP-02: a state counts once, in the browser that was given it', async t => {
  const [mine, other] = [world.browser(), world.browser()]
  const callback = await stolenCallback(mine, 'ada@acme.test')
  const sent = await world.outgoing.during(async () => {
    for (const search of ['', '?code=x', '?state=unknown&code=x', `?state=${callback.searchParams.get('state')}`, callback.search + callback.search.replace('?', '&')]) {
      t.equal((await mine.visit(acme.redirectUri + search)).status, 400, 'missing, wrong or twice')
    }
    await other.visit(callback.href)
  })
  t.equal(await ending(other), '400 attempt-other-browser')
  t.strictSame(sent, [])
  await mine.visit(callback.href)
  t.match(mine.page(), { status: 400, text: /can.t be continued here/ }, 'whoever was robbed starts again; nobody is signed in')
})

void t.test('BCP-02: a cookie of the right name with other values proves no browser', async t => {
  const [mine, other] = [world.browser(), world.browser()]
  const callback = await stolenCallback(mine, 'ada@acme.test')
  const [held] = mine.jar.list().filter(({ name }) => name.startsWith('gatehouse-attempt-'))
  await typeEmail(world, other, 'eve@acme.test', atOkta)
  const [own] = other.jar.list().filter(({ name }) => name.startsWith('gatehouse-attempt-'))
  other.jar.take(new URL(world.url), `${held?.name}=${own?.value}; Path=/`)
  const sent = await world.outgoing.during(async () => await other.visit(callback.href, till))
  t.equal(await ending(other), '400 attempt-other-browser')
  t.strictSame(sent, [])
})

void t.test('BCP-03: every code goes with its verifier, also to a provider that does not ask for one', async t => {
  hostile.next.discovery = { omit: ['code_challenge_methods_supported'] }
  await relearn()
  const browser = world.browser()
  t.equal(nextUrl(await browser.visit(toGlobex, atOkta)).searchParams.get('code_challenge_method'), 'S256')
  await browser.follow(till)
  await relearn()
  const redeemed = world.outgoing.all.filter(({ path }) => path === TOKEN)
  t.ok(redeemed.length > 5)
  t.ok(redeemed.every(({ parameters }) => /^[\w-]{43,128}$/.test(parameters.get('code_verifier') ?? '')))
  t.equal(new Set(redeemed.map(({ parameters }) => parameters.get('code_verifier'))).size, redeemed.length, 'a new one each time')

  const stripped = world.browser()
  await openDashboard(stripped, honest, 'ada@acme.test')
  const asked = nextUrl(await typeEmail(world, stripped, 'ada@acme.test', atOkta))
  for (const name of ['code_challenge', 'code_challenge_method']) asked.searchParams.delete(name)
  await stripped.visit(asked.href, till)
  t.equal(stripped.page().status, 400, 'a challenge stripped on the way does not open a way without one')
})

void t.test('BCP-04: a victim\'s code in the attacker\'s own login is worth nothing', async t => {
  const [victim, attacker] = [world.browser(), world.browser()]
  const stolen = (await stolenCallback(victim, 'ada@acme.test')).searchParams.get('code') ?? ''
  const own = await stolenCallback(attacker, 'eve@acme.test')
  own.searchParams.set('code', stolen)
  await attacker.visit(own.href)
  t.equal(await ending(attacker), '400 pkce-failed')
  t.equal((await whoAmI(world, attacker)).status, 401)
})

void t.test('IDT-22, IDT-11: an ID token that has signed somebody in signs nobody in again', async t => {
  const [first] = await world.outgoing.during(async () => await world.browser().visit(toGlobex, till), { path: TOKEN })
  for (const members of [{ id_token: answered(first, 'id_token') }, { id_token: answered(first, 'id_token'), access_token: answered(first, 'access_token') }]) {
    hostile.next.token = { members }
    const browser = world.browser()
    await browser.visit(toGlobex, till)
    t.match(await ending(browser), /^502 id-token-(nonce|access-token-hash)$/)
    t.equal((await whoAmI(world, browser)).status, 401)
  }
})

void t.test('BCP-09: nobody can be made to sign in as the attacker', async t => {
  const [attacker, victim] = [world.browser(), world.browser()]
  const trap = await stolenCallback(attacker, 'eve@acme.test')
  await signIn(world, victim, 'ada@acme.test')
  await victim.visit((await openForeignPage(t, `<a href="${trap.href.replaceAll('&', '&amp;')}">a kitten</a>`)).url)
  await victim.click('a kitten', till)
  t.equal(await ending(victim), '400 attempt-other-browser')
  t.match(await whoAmI(world, victim), { body: { member: { email: 'ada@acme.test' } } }, 'and whoever was signed in still is')
})

void t.test('a provider that stalls and streams delays its own people and nobody else', async t => {
  await signIn(world, world.browser(), 'bob@acme.test')
  const ended: string[] = []
  const victims: Array<Promise<unknown>> = []
  for (const kind of ['hang', 'drip', 'endless'] as const) {
    hostile.next.token = { mishap: { kind } }
    const browser = world.browser()
    await browser.visit(toGlobex, atCallback)
    const arrived = hostile.asked(TOKEN)
    victims.push(browser.follow(till).then(page => { ended.push(`globex ${page.status}`) }))
    // Until the request is there, so that each meets the fault that is meant for it.
    while (hostile.asked(TOKEN) === arrived) await new Promise(resolve => { setImmediate(resolve) })
  }
  for (let login = 0; login < 3; login++) {
    const page = await signIn(world, world.browser(), 'ada@acme.test')
    ended.push(`acme ${page.location === world.home}`)
  }
  t.strictSame(ended.filter(one => one.startsWith('acme')), ['acme true', 'acme true', 'acme true'])
  t.notOk(ended.slice(0, -1).includes('globex 303'))
  await hostile.close()
  await Promise.all(victims)
  t.ok(ended.filter(one => one.startsWith('globex')).every(one => /^globex 50[24]$/.test(one)), ended.join())
})

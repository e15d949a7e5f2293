import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { atCallback, atOkta, atProduct, knock, nextUrl, pickPerson, signIn, typeEmail, whoAmI } from './signing-in.ts'
import { asOrg, openOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date())
const acmePeople = ['ada@acme.test', 'bob@acme.test', 'cyd@acme.test', 'dan@acme.test', 'eve@acme.test', 'flo@acme.test']
const acmeOkta = await openOrg(t, clock, 'acme', acmePeople)
const globexOkta = await startFaultyProvider({ name: 'globex', now: clock.now })
t.teardown(globexOkta.close)
const world = await openWorld(t, [acmeOkta.url, globexOkta.origin], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: acmeOkta, members: acmePeople.filter(email => !email.startsWith('eve')).map(email => ({ email, name: email })) })
await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: asOrg(globexOkta), admission: 'just-in-time' })
const till = atProduct(world)
const place = `/tenants/acme/connections/${acme.connection}`
const member = (email: string): string => `/tenants/acme/members/${acme.members.get(email) ?? ''}`

/** What the three doors of the product say, as `status code`. */
async function doors (browser: Browser): Promise<string[]> {
  return Object.values(await knock(world, browser)).map(({ status, code }) => code === undefined ? `${status}` : `${status} ${String(code)}`)
}

/** How a login ended whose page is open, as `status code`, by its own story. */
async function ending (browser: Browser): Promise<string> {
  const page = browser.page()
  if (page.location !== undefined) return `${page.status} ${new URL(page.location).pathname}`
  const { body } = await world.gateway.api('GET', `/attempts/${referenceOn(page)}`)
  return `${page.status} ${String(body['code'])}`
}

const onward = '303 /oauth2/v1/authorize'

interface Case {
  readonly who: string
  /** Shuts the door, and opens it again. */
  readonly shut: () => Promise<unknown>
  readonly open: () => Promise<unknown>
  /** At the sign-in page, at the tile, on the way back from Okta, and at each door of the product. */
  readonly login: string
  readonly tile: string
  readonly back: string
  readonly door: string
}

const cases: Readonly<Record<string, Case>> = {
  'a suspended member': {
    who: 'bob@acme.test',
    shut: async () => await world.patch(member('bob@acme.test'), { status: 'suspended' }),
    open: async () => await world.patch(member('bob@acme.test'), { status: 'active' }),
    login: onward,
    tile: onward,
    back: '403 member-suspended',
    door: '403 member-suspended'
  },
  'a tenant without single sign-on in its plan': {
    who: 'ada@acme.test',
    shut: async () => await world.patch('/tenants/acme', { ssoEntitled: false }),
    open: async () => await world.patch('/tenants/acme', { ssoEntitled: true }),
    login: '403 sso-not-entitled',
    tile: '403 sso-not-entitled',
    back: '403 sso-not-entitled',
    door: '403 sso-not-entitled'
  },
  'a connection in a pilot without this person': {
    who: 'cyd@acme.test',
    // From live there is no way back into a pilot but the rollback to one.
    shut: async () => { await made(world.gateway, `${place}/rollback`, {}); await made(world.gateway, `${place}/pilot`, { emails: ['ada@acme.test'] }) },
    open: async () => await made(world.gateway, `${place}/go-live`, {}),
    login: '403 connection-not-live',
    tile: onward,
    back: '403 pilot-only',
    door: '403 pilot-only'
  }
}

for (const [name, one] of Object.entries(cases)) {
  void t.test(`${name} is kept out at every door, with a live session too, and gets in again`, async t => {
    const [live, midway, fresh] = [world.browser(), world.browser(), world.browser()]
    await signIn(world, live, one.who)
    t.strictSame(await doors(live), ['200', '200', '200'])
    await signIn(world, midway, one.who, atCallback)
    await world.heard(one.shut)
    t.strictSame(await doors(live), [one.door, one.door, one.door], 'the live session, at its very next request')
    await midway.follow(till)
    t.equal(await ending(midway), one.back, 'somebody on the way back from Okta')
    t.strictSame((await doors(midway))[0], '401 not-signed-in')
    await typeEmail(world, fresh, one.who, atOkta)
    t.equal(await ending(fresh), one.login, 'at the sign-in page')
    await fresh.visit(acme.initiateLoginUri, atOkta)
    t.equal(await ending(fresh), one.tile, 'at the tile')
    await world.heard(one.open)
    t.strictSame(await doors(live), ['200', '200', '200'], 'nothing had been thrown away')
    await signIn(world, world.browser(), one.who)
  })
}

void t.test('a pilot lets in the people on its list, by every door, and tells the others at the tile if it can', async t => {
  await world.heard(async () => await made(world.gateway, `${place}/rollback`, {}))
  await world.heard(async () => await made(world.gateway, `${place}/pilot`, { emails: ['Ada@Acme.test'] }))
  const ada = world.browser()
  t.equal((await signIn(world, ada, 'ada@acme.test')).location, world.home)
  const hinted = world.browser()
  await hinted.visit(`${acme.initiateLoginUri}?login_hint=dan%40acme.test`, atOkta)
  t.equal(await ending(hinted), '403 pilot-only')
  const unhinted = world.browser()
  await unhinted.visit(acme.initiateLoginUri, till)
  await pickPerson(unhinted, 'dan@acme.test', till)
  t.equal(await ending(unhinted), '403 pilot-only', 'by then Okta has said who it is')
  t.strictSame(await world.sql('select status from members where email = $1', ['dan@acme.test']), [{ status: 'invited' }], 'and no trace is left among the members')
  await world.heard(async () => await made(world.gateway, `${place}/go-live`, {}))
})

void t.test('identity-conflict: a new subject with a known person\'s address is refused and waits for the operator', async t => {
  t.equal((await signIn(world, world.browser(), 'ada@globex.test')).location, world.home)
  const known = globexOkta.person
  globexOkta.person = { ...known, sub: '00uSomebodyElse' }
  const browser = world.browser()
  await signIn(world, browser, 'ada@globex.test')
  t.equal(await ending(browser), '403 identity-conflict')
  t.match(browser.page().text, /Another Okta account is linked to you already/)
  const path = '/tenants/globex/identity-conflicts'
  const { items: [waiting] } = (await world.gateway.api('GET', path)).body as { items: Array<{ id: string }> }
  t.match(waiting, { subject: '00uSomebodyElse', email: 'ada@globex.test', member: { email: 'ada@globex.test' }, times: 1, reference: referenceOn(browser.page()) })
  t.strictSame((await world.gateway.api('GET', '/tenants/acme/identity-conflicts')).body, { items: [], next: null })
  t.equal((await world.gateway.api('POST', `/tenants/acme/identity-conflicts/${waiting?.id}/link`, {})).status, 404)
  await made(world.gateway, `${path}/${waiting?.id}/link`, {})
  t.equal((await signIn(world, world.browser(), 'ada@globex.test')).location, world.home, 'on the operator\'s word both accounts sign her in')
  globexOkta.person = known
  t.equal((await signIn(world, browser, 'ada@globex.test')).location, world.home, 'the known subject signs in as ever')
})

void t.test('whom a tenant does not admit is told so, each by the right sentence', async t => {
  const known = globexOkta.person
  const people: ReadonlyArray<readonly [code: string, person: Record<string, unknown> & { sub: string }]> = [
    ['email-domain-unverified', { sub: '00uContractor', email: 'kim@elsewhere.test' }],
    ['email-domain-unverified', { sub: '00uBelow', email: 'kim@sub.globex.test' }],
    ['email-domain-unverified', { sub: '00uOther', email: 'ada@acme.test', email_verified: true }],
    ['email-missing', { sub: '00uNoMail', email: undefined }],
    ['email-missing', { sub: '00uOddMail', email: 'not an address' }],
    ['email-missing', { sub: '00uTypeMail', email: { toString: 'x' } }]
  ]
  for (const [code, person] of people) {
    globexOkta.person = { ...known, ...person }
    const browser = world.browser()
    await browser.visit(`${world.url}/auth/login?tenant=globex`, till)
    t.equal(await ending(browser), `403 ${code}`, JSON.stringify(person))
    t.equal((await whoAmI(world, browser)).status, 401)
  }
  globexOkta.person = known
  const eve = world.browser()
  await signIn(world, eve, 'eve@acme.test')
  t.equal(await ending(eve), '403 member-unknown')
  t.equal((await world.sql('select 1 from members where email like \'%elsewhere%\' or email = $1', ['eve@acme.test'])).length, 0, 'and none of them has become a member')
})

void t.test('BCP-17: a known identity signs in whatever its email is now, and the difference is noted', async t => {
  const known = globexOkta.person
  const browser = world.browser()
  globexOkta.person = { ...known, email: 'ada.married@elsewhere.test' }
  await signIn(world, browser, 'ada@globex.test')
  t.match(await whoAmI(world, browser), { status: 200, body: { member: { email: 'ada@globex.test' } } }, 'the member\'s email stays the vendor\'s')
  const noted = await world.sql("select steps::text from attempts where steps::text like '%email-differs%'")
  t.equal(noted.length, 1)
  t.notMatch(String(noted[0]?.['steps']), /married/, 'without the address itself')
  globexOkta.person = known
})

void t.test('a deleted member is signed out, and comes back only as somebody new', async t => {
  const [flo, ada] = [world.browser(), world.browser()]
  await signIn(world, flo, 'flo@acme.test')
  await world.heard(async () => await world.gateway.api('DELETE', member('flo@acme.test')))
  t.strictSame(await doors(flo), ['401 not-signed-in', '401 not-signed-in', '401 not-signed-in'])
  await signIn(world, flo, 'flo@acme.test')
  t.equal(await ending(flo), '403 member-unknown', 'where people are invited')

  await signIn(world, ada, 'ada@globex.test')
  const before = (await whoAmI(world, ada)).body['member']
  const [{ id } = { id: '' }] = await world.sql('select id from members where email = $1', ['ada@globex.test'])
  await world.heard(async () => await world.gateway.api('DELETE', `/tenants/globex/members/${String(id)}`))
  await signIn(world, ada, 'ada@globex.test')
  t.match(await whoAmI(world, ada), { status: 200, body: { member: { email: 'ada@globex.test' } } })
  t.notSame((await whoAmI(world, ada)).body['member'], before, 'where they are admitted just in time, with a new id')
})

void t.test('a role that is taken away is gone from the next check and the next token', async t => {
  const browser = world.browser()
  await world.patch(member('ada@acme.test'), { roles: ['admin'] })
  await signIn(world, browser, 'ada@acme.test')
  const rolesOf = (header: unknown): unknown => JSON.parse(Buffer.from(String(header).split('.')[1] ?? '', 'base64url').toString()).roles
  t.strictSame(rolesOf((await knock(world, browser)).check.headers['authorization']), ['admin'])
  await world.heard(async () => await world.patch(member('ada@acme.test'), { roles: [] }))
  const after = await knock(world, browser)
  t.strictSame([rolesOf(after.check.headers['authorization']), rolesOf(after.token.body['access_token']), after.check.headers['x-auth-request-roles']], [[], [], ''])
})

void t.test('a retired connection signs nobody in, ends nobody\'s story halfway, and shuts every door', async t => {
  const [live, midway, fresh] = [world.browser(), world.browser(), world.browser()]
  await signIn(world, live, 'ada@acme.test')
  await signIn(world, midway, 'ada@acme.test', atCallback)
  await world.heard(async () => await made(world.gateway, `${place}/retire`, {}))
  t.strictSame(await doors(live), Array(3).fill('403 connection-retired'))
  await midway.follow(till)
  t.equal(await ending(midway), '403 connection-retired')
  await typeEmail(world, fresh, 'ada@acme.test', atOkta)
  t.equal(await ending(fresh), '403 connection-retired')
  await fresh.visit(acme.initiateLoginUri, atOkta)
  t.equal(await ending(fresh), '403 connection-retired')
  await world.heard(async () => await world.patch('/tenants/acme', { fallbackLoginUrl: 'https://www.northwind.test/password' }))
  t.equal(nextUrl(await typeEmail(world, fresh, 'ada@acme.test', () => true)).href, 'https://www.northwind.test/password?login_hint=ada%40acme.test', 'or the vendor\'s other way, where there is one')
})

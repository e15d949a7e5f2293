import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy } from '../world/tenancy.ts'
import { DISCOVERY, KEYS, USERINFO } from './outgoing.ts'
import { atCallback, atOkta, atProduct, nextUrl, pickPerson, signIn, typeEmail, whoAmI } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const acmePeople = ['ada@acme.test', 'bob@acme.test', 'cyd@acme.test', 'dan@acme.test', 'eve@acme.test']
const globexPeople = ['gus@globex.test', 'ida@globex.test', 'leo@globex.test', 'max@globex.test']
const acmeOkta = await openOrg(t, clock, 'acme', acmePeople)
const globexOkta = await openOrg(t, clock, 'globex', globexPeople)
const world = await openWorld(t, [acmeOkta.url, globexOkta.url], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: acmeOkta, members: acmePeople.slice(0, 4).map(email => ({ email, name: email, roles: ['buyer'] })) })
await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: globexOkta, admission: 'just-in-time', defaultRoles: ['guest'] })
const login = `${world.url}/auth/login`
const till = atProduct(world)

void t.test('an email leads to the customer\'s own Okta and back to the product, signed in', async t => {
  const browser = world.browser()
  const asked = nextUrl(await typeEmail(world, browser, 'Ada@Acme.test', atOkta))
  t.equal(asked.origin, acmeOkta.url)
  t.equal(asked.searchParams.get('login_hint'), 'Ada@Acme.test', 'Okta is told whom to expect')
  t.equal(asked.searchParams.get('redirect_uri'), acme.redirectUri, 'BCP-01, MIX-02: the connection\'s own redirect URI')
  t.match(Object.fromEntries(asked.searchParams), { response_type: 'code', code_challenge_method: 'S256', code_challenge: /^[\w-]{43}$/, state: /^[\w-]{43}$/, nonce: /^[\w-]{43}$/, scope: 'openid profile email' }, 'CS-B01, BCP-02, BCP-03, BCP-08')
  await browser.follow(till)
  t.equal((await pickPerson(browser, 'ada@acme.test', till)).location, world.home)
  t.match(await whoAmI(world, browser), { status: 200, body: { member: { email: 'ada@acme.test' }, tenant: { slug: 'acme' }, roles: ['buyer'] } })
  t.ok(browser.hops.every(({ status }) => status !== 307 && status !== 308), 'BCP-11: no hop repeats a POST')
})

void t.test('BCP-01: people land where they wanted to go, if an app allows it, and at home if not', async t => {
  const wishes: ReadonlyArray<readonly [wanted: string, lands: string]> = [
    ['/orders?page=2', `${world.url}/orders?page=2`],
    [`${world.url}/orders/7`, `${world.url}/orders/7`],
    ['', world.home],
    ['https://evil.example/', world.home],
    ['//evil.example/', world.home],
    ['/\\evil.example', world.home],
    ['https:evil.example', world.home],
    [`${world.url}@evil.example/`, world.home],
    ['javascript:alert(1)', world.home]
  ]
  for (const [wanted, lands] of wishes) {
    const browser = world.browser()
    await browser.visit(`${login}?${new URLSearchParams({ return_to: wanted })}`)
    await browser.submit('/auth/login', { email: 'ada@acme.test' }, till)
    const { location } = await pickPerson(browser, 'ada@acme.test', till)
    t.equal(location, lands, wanted)
  }
  const [dropped] = await world.sql('select steps::text from attempts where steps::text like \'%return-to-dropped%\' limit 1')
  t.ok(dropped, 'a wish that was not granted is noted on the attempt')
})

void t.test('home is the app\'s that was asked for, then the tenant\'s, then the first app\'s, then a page that says who is signed in', async t => {
  const depot = `${world.url}/depot`
  const land = async (query: string): Promise<string | undefined> => {
    const browser = world.browser()
    await browser.visit(`${login}?tenant=acme${query}`, till)
    return (await pickPerson(browser, 'ada@acme.test', till)).location
  }
  clock.advance(1) // so that it is the second app
  await world.heard(async () => await world.gateway.api('POST', '/apps', { slug: 'depot', name: 'Depot', audience: 'https://depot.northwind.test', hosts: [], returnTo: [depot], homeUrl: depot }))
  await world.heard(async () => await world.patch('/tenants/acme', { homeUrl: `${world.url}/acme` }))
  t.equal(await land('&app=depot'), depot)
  t.equal(await land(''), `${world.url}/acme`)
  await world.patch('/tenants/acme', { homeUrl: null })
  t.equal(await land(''), world.home)
  for (const slug of ['northwind', 'depot']) await world.heard(async () => await world.patch(`/apps/${slug}`, { homeUrl: null }))
  const browser = world.browser()
  t.match(await signIn(world, browser, 'ada@acme.test'), { status: 200, text: /You’re signed in .*ada@acme\.test.*Acme/ })
  await world.heard(async () => await world.patch('/apps/northwind', { homeUrl: world.home }))
})

void t.test('IDT-19, CS-B13: userinfo is asked only where the ID token leaves out what is needed', async t => {
  const first = async (email: string, shape: 'bare' | 'thin' | 'fat'): Promise<readonly [first: number, second: number]> => {
    globexOkta.setIdTokenShape(shape)
    const wanted = { origin: globexOkta.url, path: USERINFO }
    const counts = [(await world.outgoing.during(async () => await signIn(world, world.browser(), email), wanted)).length]
    counts.push((await world.outgoing.during(async () => await signIn(world, world.browser(), email), wanted)).length)
    const [member] = await world.sql('select name, status from members where email = $1', [email])
    t.match(member, { name: /^(Ida|Leo|Max) Globex$/, status: 'active' }, `${email} is known by name`)
    return [counts[0] ?? 0, counts[1] ?? 0]
  }
  t.strictSame(await first('ida@globex.test', 'bare'), [1, 0], 'a bare ID token, and then a known identity')
  t.strictSame(await first('leo@globex.test', 'thin'), [0, 0])
  t.strictSame(await first('max@globex.test', 'fat'), [0, 0])
  globexOkta.setIdTokenShape('thin')
})

void t.test('a link that names the tenant goes straight to its Okta; a link that hints at an address does too', async t => {
  for (const query of ['tenant=globex', 'login_hint=ida%40globex.test', 'tenant=globex&login_hint=someone%40elsewhere.test']) {
    const asked = nextUrl(await world.browser().visit(`${login}?${query}`, atOkta))
    t.equal(asked.origin, globexOkta.url, query)
    t.equal(asked.searchParams.get('login_hint'), new URLSearchParams(query).get('login_hint'))
  }
  t.match(await world.browser().visit(`${login}?tenant=nobody`), { status: 200, text: /Enter your work email/ })
})

void t.test('whoever is signed in goes straight on, and a link to another tenant switches only by that tenant\'s Okta', async t => {
  const browser = world.browser()
  await signIn(world, browser, 'ada@acme.test')
  const before = await world.count('attempts')
  t.match(await browser.visit(`${login}?return_to=/orders`, till), { status: 303, location: `${world.url}/orders` })
  t.match(await browser.visit(`${login}?tenant=acme`, till), { status: 303, location: world.home })
  t.equal(await world.count('attempts'), before, 'no login was started')
  await browser.visit(`${login}?tenant=globex`, till)
  t.match(await whoAmI(world, browser), { body: { tenant: { slug: 'acme' } } }, 'still the old sign-in while Okta asks')
  await pickPerson(browser, 'ida@globex.test', till)
  t.match(await whoAmI(world, browser), { body: { member: { email: 'ida@globex.test' }, tenant: { slug: 'globex' } } })
})

void t.test('BCP-16: the page tells nobody who is here', async t => {
  const sentences = new Set<string>()
  for (const email of ['ada@unknown.test', 'admin+tag@unknown.test', 'a@UNKNOWN.test']) {
    const browser = world.browser()
    const page = await typeEmail(world, browser, email)
    t.equal(page.status, 200, email)
    sentences.add(/role="alert">([^<]*)</.exec(page.body)?.[1] ?? page.text)
    t.notOk(browser.jar.list().length, 'and nothing is kept in the browser')
  }
  t.strictSame([...sentences], ['No company here signs in with that email domain. Check the spelling, or use your work address.'])
  const known = nextUrl(await typeEmail(world, world.browser(), 'ada@acme.test', atOkta))
  const stranger = nextUrl(await typeEmail(world, world.browser(), 'nobody-at-all@acme.test', atOkta))
  t.equal(stranger.origin, known.origin, 'somebody nobody knows is sent to Okta like anybody else')
})

void t.test('what is no email address is said to be none, beside the field', async t => {
  for (const email of ['ada', 'ada@', '@acme.test', 'ada@acme@test', 'ada acme.test', '"a b"@acme.test']) {
    const page = await typeEmail(world, world.browser(), email)
    t.equal(page.status, 400, email)
    t.match(page.text, /That is not an email address/)
  }
})

void t.test('BCP-17: a tenant that admits just in time makes a member of whoever its Okta sends from a proven domain', async t => {
  await signIn(world, world.browser(), 'gus@globex.test')
  t.strictSame(await world.sql('select name, status, roles from members where email = $1', ['gus@globex.test']), [{ name: 'Gus Globex', status: 'active', roles: ['guest'] }])
})

void t.test('an invited member is linked once and is the same member ever after', async t => {
  const status = async () => (await world.sql('select status from members where email = $1', ['bob@acme.test']))[0]?.['status']
  t.equal(await status(), 'invited')
  const browser = world.browser()
  for (const session of [browser, world.browser()]) await signIn(world, session, 'bob@acme.test')
  t.equal(await status(), 'active')
  t.match(await whoAmI(world, browser), { body: { member: { id: acme.members.get('bob@acme.test') } } })
  t.strictSame((await world.sql('select linked_by from identities where member_id = $1', [acme.members.get('bob@acme.test')])), [{ linked_by: 'email' }])
})

void t.test('CS-C01, JWKS-01: a warm login asks Okta for nothing but the tokens', async t => {
  await signIn(world, world.browser(), 'ada@acme.test')
  const sent = await world.outgoing.during(async () => await signIn(world, world.browser(), 'ada@acme.test'))
  t.strictSame(sent.map(({ path }) => path).filter(path => path === DISCOVERY || path === KEYS), [])
  t.strictSame(sent.map(({ method, path }) => `${method} ${path}`), ['POST /oauth2/v1/token'])
})

void t.test('a login costs few statements: at most 8 for a known member, at most 12 the first time', async t => {
  const counts: Record<string, number> = {}
  for (const [who, email] of [['known', 'ada@acme.test'], ['linked', 'cyd@acme.test'], ['known again', 'cyd@acme.test']] as const) {
    const browser = world.browser()
    const before = world.statements.length
    await signIn(world, browser, email, atCallback)
    await browser.follow(till)
    counts[who] = world.statements.length - before
  }
  t.comment(`statements: ${JSON.stringify(counts)}`)
  t.ok((counts['known'] ?? 99) <= 8, `known: ${counts['known']}`)
  t.ok((counts['known again'] ?? 99) <= 8)
  t.ok((counts['linked'] ?? 99) <= 12, `linked: ${counts['linked']}`)
})

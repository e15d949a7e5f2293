// Can a session be planted, guessed, stretched, revived, swapped or carried elsewhere? What was possible at others, tried here.
import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { made } from '../world/tenancy.ts'
import { claimsOf, openScene, script } from './scene.ts'

const { world, clock, ada, gus, at, session, knock, askAt, signIn } = await openScene(t)

async function statuses (slug: string, cookie: string): Promise<readonly number[]> {
  return Object.values(await knock(slug, { cookie })).map(({ status }) => status)
}
const { items } = (await world.gateway.api('GET', '/tenants/acme/connections')).body
const acme: string = Array.isArray(items) ? items[0].id : ''
const out = [401, 401, 401]
const inside = [200, 200, 200]

/** The same browser once more through Okta, which remembers. */
async function signInAgain (browser: Browser): Promise<void> {
  await browser.visit(`${world.url}/auth/initiate/${acme}`, () => false)
}

void t.test('GHSA-f24x-5g9q-753f, CVE-2021-41246: a session planted in a browser never becomes that of who signs in there', async t => {
  const eve = await signIn('bob@acme.test')
  const planted = session(eve, 'northwind')
  const victim = world.browser()
  t.ok(victim.jar.take(new URL(world.url), `${planted}; Path=/`))
  // A link to another tenant than the planted one's: whoever is signed in is not just sent on.
  await victim.visit(`${world.url}/auth/login?tenant=globex`, () => false)
  await victim.submit(victim.page().url, { person: 'gus@globex.test' }, next => next.pathname === '/home')
  t.not(session(victim, 'northwind'), planted)
  t.match(await askAt('northwind', '/auth/session', { cookie: session(victim, 'northwind') }), { status: 200, body: /gus@globex\.test/ })
  t.strictSame(await statuses('northwind', planted), out, 'and what was planted is nobody’s from then on')
})

void t.test('fastify-session 9abea94: the session from before a new sign-in is gone with it', async t => {
  const browser = await signIn('bob@acme.test')
  const before = session(browser, 'northwind')
  await signInAgain(browser)
  t.not(session(browser, 'northwind'), before)
  t.strictSame(await statuses('northwind', before), out)
  t.strictSame(await statuses('northwind', session(browser, 'northwind')), inside)
})

void t.test('CVE-2024-31999: a cookie that was copied before signing out opens nothing after it, on no host', async t => {
  const browser = await signIn('bob@acme.test')
  const copied = ['northwind', 'crm', 'docs'].map(slug => [slug, session(browser, slug)] as const)
  for (const [slug, cookie] of copied) t.strictSame(await statuses(slug, cookie), inside, slug)
  await browser.visit(`${at('docs')}/auth/logout`)
  await world.heard(async () => await browser.submit('/auth/logout'))
  for (const [slug, cookie] of copied) t.strictSame(await statuses(slug, cookie), out, slug)
  for (const [slug, cookie] of copied) t.equal((await askAt(slug, '/private', { cookie, headers: script })).status, slug === 'northwind' ? 404 : 401, slug)
})

void t.test('CVE-2023-35941, lua-resty-openidc 526: the session of one host, app or tenant is nothing on another', async t => {
  for (const from of ['northwind', 'crm', 'docs']) {
    for (const to of ['northwind', 'crm', 'docs']) t.strictSame(await statuses(to, session(ada, from)), from === to ? inside : out, `${from} at ${to}`)
  }
  for (const query of ['?tenant=globex', '?tenant=globex&app=crm', '?tenant=ACME', '?tenant=acme%00']) {
    t.equal((await askAt('crm', `/auth/check${query}`, { cookie: session(ada, 'crm'), headers: script })).status, 403, query)
  }
  t.strictSame((await Promise.all([ada, gus].map(async browser => (await askAt('crm', '/auth/check', { cookie: session(browser, 'crm') })).headers['x-auth-request-tenant']))), ['acme', 'globex'])
})

void t.test('CVE-2023-27496: a callback without its parameters, or with half of them, is 400', async t => {
  for (const query of ['', '?', '?state', '?code', '?state=', '?code=x', '?state=x', '?state=x&code=', '?state=%00&code=%00', '?state[]=x&code[]=y', '#state=x&code=y', '?state=x&state=y&code=z', '?state=x&code=y&code=z', '?iss=x']) {
    t.equal((await askAt('northwind', `/auth/callback/${acme}${query}`, { cookie: session(ada, 'northwind'), headers: script })).status, 400, query)
  }
})

void t.test('CVE-2025-48947, CVE-2025-64762: nothing that depends on who asks may be kept by a cache', async t => {
  const cookie = session(ada, 'crm')
  const asked: ReadonlyArray<readonly ['GET' | 'HEAD' | 'POST', string]> = [['GET', '/auth/check'], ['GET', '/auth/session'], ['POST', '/auth/token'], ['GET', '/auth/login'], ['GET', '/auth/logout'], ['GET', '/auth/arrive?ticket=x'], ['GET', '/auth/nothing'], ['GET', '/auth/callback/con-x?state=x&code=y']]
  for (const [method, path] of asked) {
    for (const headers of [script, { accept: 'text/html', 'sec-fetch-mode': 'navigate' }]) {
      for (const one of [{ cookie }, {}, { cookie: `${cookie}x` }]) {
        const answer = await askAt('crm', path, { method, headers: { ...headers, ...one, 'x-csrf': '1' } })
        t.equal(answer.headers['cache-control'], 'no-store', `${method} ${path}`)
      }
    }
  }
  for (const path of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server']) t.equal((await askAt('crm', path, { cookie: `${cookie}x` })).headers['set-cookie'], undefined, `${path}, which may be kept, sets nothing`)
})

void t.test('CVE-2026-40155, CVE-2025-26620: two people and two apps at once, and every answer is its own asker’s', async t => {
  const people = [[ada, 'ada@acme.test'], [gus, 'gus@globex.test']] as const
  await Promise.all(Array.from({ length: 60 }, async (_, turn) => {
    const [browser, email] = people[turn % 2] ?? people[0]
    const slug = turn % 3 === 0 ? 'docs' : 'crm'
    const { status, body } = await askAt(slug, '/auth/token', { method: 'POST', cookie: session(browser, slug), headers: { ...script, 'x-csrf': '1' } })
    const { access_token: token } = JSON.parse(body)
    t.match([status, claimsOf(token)], [200, { email, aud: slug }])
    const check = await askAt('northwind', `/auth/check?app=${slug}`, { cookie: session(browser, 'northwind') })
    t.match(check.headers, { 'x-auth-request-email': email })
    t.match(claimsOf(String(check.headers['authorization'])), { email, aud: slug })
  }))
})

void t.test('CVE-2021-41230: a role that is taken away counts at the next question', async t => {
  const browser = await signIn('bob@acme.test')
  const cookie = session(browser, 'crm')
  const { body } = await world.gateway.api('GET', '/tenants/acme/members')
  const bob = (Array.isArray(body['items']) ? body['items'] : []).find(member => member.email === 'bob@acme.test')
  for (const roles of [['owner'], ['user'], ['owner']]) {
    await world.heard(async () => await made(world.gateway, `/tenants/acme/members/${bob.id}`, { roles }, 'PATCH'))
    t.equal((await askAt('crm', '/auth/check?roles=owner', { cookie, headers: script })).status, roles.includes('owner') ? 200 : 403)
    t.strictSame(claimsOf(JSON.parse((await askAt('crm', '/auth/token', { method: 'POST', cookie, headers: { ...script, 'x-csrf': '1' } })).body).access_token)['roles'], roles)
  }
})

void t.test('a ticket on its way to an app opens nothing for a thief, on another host, late or twice', async t => {
  const browser = await signIn('bob@acme.test')
  const ticketFor = async (): Promise<URL> => {
    for (const { name, path } of browser.jar.list().filter(({ domain }) => domain.startsWith('docs.'))) browser.jar.take(new URL(at('docs')), `${name}=; Path=${path}; Max-Age=0`)
    return new URL((await browser.visit(`${at('docs')}/auth/login`, next => next.pathname === '/auth/arrive')).location ?? '')
  }
  const arrive = async (slug: string, { search }: URL, cookie = ''): Promise<number> => (await askAt(slug, `/auth/arrive${search}`, { cookie, headers: script })).status
  const held = () => browser.jar.header(new URL(`${at('docs')}/`)) ?? ''
  const stolen = await ticketFor()
  t.equal(await arrive('docs', stolen), 400, 'without the cookie of the one who left')
  t.equal(await arrive('docs', stolen, held()), 400, 'and it is spent')
  const elsewhere = await ticketFor()
  t.equal(await arrive('crm', elsewhere, held()), 400, 'on another host')
  t.equal(await arrive('northwind', await ticketFor(), held()), 400, 'on the login host')
  const twice = await ticketFor()
  const cookie = held()
  t.equal(await arrive('docs', twice, cookie), 303)
  t.equal(await arrive('docs', twice, cookie), 400, 'again, with the same cookie')
  const late = await ticketFor()
  clock.advance(31)
  t.equal(await arrive('docs', late, held()), 400, 'after half a minute')
})

// Last, for it lets time pass.
void t.test('CVE-2024-35220: a session that is over stays over, however often its cookie comes back', async t => {
  const cookie = session(ada, 'crm')
  for (let use = 1; use <= 12; use++) {
    clock.advance(3_500)
    t.equal((await askAt('crm', '/auth/session', { cookie, headers: script })).status, 200, `use ${use}`)
  }
  clock.advance(1_200)
  for (let times = 0; times < 5; times++) {
    t.strictSame(await statuses('crm', cookie), out)
    t.equal((await askAt('crm', '/', { cookie, headers: script })).status, 401)
    clock.advance(1_000)
  }
})

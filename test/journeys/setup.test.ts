// Can a customer's Okta admin connect their Okta alone, with nothing but a link?
import t from 'tap'
import { findForms } from '../world/html-page.ts'
import { copied, firstForm, openSetupWorld as open } from './setting-up.ts'
import { pickPerson } from './signing-in.ts'

void t.test('From the link to a connection that has signed somebody in, without a secret and without the vendor', async t => {
  const { world, org, txt, link, step, gateway, sql } = await open(t)
  const { url: linkUrl } = await link({ email: 'ada@acme.test' })
  const browser = world.browser()

  const seen = await browser.visit(String(linkUrl))
  t.match(seen.text, /Acme Corp.*ada@acme\.test/)
  const overview = await browser.submit(String(linkUrl))
  t.equal(overview.url, `${world.url}/auth/setup`)
  t.match(overview.text, /Start: Your Okta/)

  await step(browser, '/okta')
  const found = await browser.submit('/auth/setup/okta', { okta_domain: ` "${org.url}/app/UserHome?from=mail" ` })
  t.match(found.text, /Is this your Okta\?/)
  t.ok(found.text.includes(org.id))
  t.equal((await sql('select * from connections')).length, 0, 'nothing is saved before somebody says yes')
  const app = await browser.submit('/auth/setup/okta')
  t.equal(app.url, `${world.url}/auth/setup/app`)
  const [name, redirectUri, postLogoutRedirectUri, initiateLoginUri] = copied(app)
  t.equal(name, 'Northwind')
  t.match(redirectUri, /\/auth\/callback\/con-/)

  const credentials = await browser.click('I’ve created it')
  const [jwksUri] = copied(credentials)
  const registered = org.addApp({
    label: 'Northwind', redirectUris: [String(redirectUri)], postLogoutRedirectUris: [String(postLogoutRedirectUri)], initiateLoginUri: String(initiateLoginUri), clientAuthentication: 'private_key_jwt', jwksUri: String(jwksUri)
  })
  const checked = await browser.submit('/auth/setup/credentials', { ...firstForm(credentials), client_id: ` ${registered.clientId}\n` })
  t.equal(checked.url, `${world.url}/auth/setup/preflight`, checked.text)
  t.match(checked.text, /Everything checked is right/)

  await browser.click('Go on: Test sign-in')
  await browser.submit('/auth/setup/test', {}, () => false)
  const tested = await pickPerson(browser, 'ada@acme.test', () => false)
  t.match(tested.text, /The connection works|The test sign-in worked/)
  t.equal((await sql('select * from sessions')).length, 0, 'nobody is signed in by a test')

  await browser.click('Back to the setup')
  const domains = await step(browser, '/domains')
  t.match(domains.text, /Add the domain/)
  const claimed = await browser.submit('/auth/setup/domains/claim', { domain: 'ACME.test ' })
  const [recordName, recordValue] = copied(claimed)
  t.equal(recordName, '_gatehouse.acme.test')
  t.match((await browser.submit('/auth/setup/domains/check')).text, /saw none/)
  txt.set(String(recordName), [String(recordValue)])
  t.match((await browser.submit('/auth/setup/domains/check')).text, /acme\.test proven/)

  const done = await step(browser, '/done')
  t.match(done.text, /That was all/)
  const { body: { items } } = await gateway.api('GET', '/tenants/acme/connections')
  t.match(items, [{ clientId: registered.clientId, clientAuthentication: 'private_key_jwt' }])
  const told = (await sql('select type, actor from events where tenant_id is not null order by ctid')).map(({ type, actor }) => `${String(type)} ${String(actor).slice(0, 4)}`)
  t.strictSame(told.filter(one => !one.startsWith('tenant.')), ['setup-link.created oper', 'setup-link.opened lnk-', 'connection.created lnk-', 'connection.changed lnk-', 'domain.claimed lnk-', 'domain.verified lnk-'])
  t.same(await sql("select type from events where actor <> 'gatehouse' and address is distinct from '127.0.0.1'"), [], 'each says from where')
})

void t.test('A link is looked at as often as scanners like, opens once, and goes on in its own browser only', async t => {
  const { world, link, sql } = await open(t)
  const { url } = await link()
  const [ada, bob] = [world.browser(), world.browser()]
  for (const browser of [ada, bob, ada]) t.match((await browser.visit(String(url))).text, /Start here/)
  t.match(await sql('select opened_at from setup_links'), [{ opened_at: null }])
  const nothing = world.browser()
  t.equal((await nothing.visit(String(url))).status, 200)
  t.equal(nothing.jar.header(new URL(world.url)), undefined, 'looking sets no cookie')

  const [one, other] = await Promise.all([ada.submit(String(url)), bob.submit(String(url))])
  const [winner, loser] = one.url.endsWith('/auth/setup') ? [ada, other] : [bob, one]
  t.equal([one, other].filter(page => page.url.endsWith('/auth/setup')).length, 1, 'exactly one has it')
  t.equal(loser.status, 403)
  t.match(loser.text, /This link was opened already/)
  t.equal((await winner.visit(String(url))).url, `${world.url}/auth/setup`, 'reopened where it was opened, it goes on')
  t.match((await world.browser().visit(String(url))).text, /Ask whoever sent you the link for a new one/)
})

void t.test('A second click on the button is the first one again', async t => {
  const { world, link } = await open(t)
  const { url } = await link()
  const browser = world.browser()
  await browser.visit(String(url))
  const word = findForms(browser.page().body)[0]?.fields['browser'] ?? ''
  await browser.submit(String(url))
  const again = world.browser()
  await again.visit(`${world.url}/auth/login`)
  const answer = await again.fetch(String(url), { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ browser: word }).toString() })
  t.equal(answer.status, 303)
})

void t.test('What became of a link is said in a sentence', async t => {
  const { world, link, clock, gateway } = await open(t)
  const expired = await link({ expiresInSeconds: 60 })
  const revoked = await link()
  await gateway.api('DELETE', `/tenants/acme/setup-links/${String(revoked.id)}`)
  clock.advance(60)
  const cases: ReadonlyArray<readonly [string, number, RegExp]> = [
    [String(expired.url), 403, /This link has expired/],
    [String(revoked.url), 403, /This link was taken back/],
    [`${world.url}/auth/setup/${'x'.repeat(43)}`, 404, /This link leads nowhere/],
    [String(expired.url).slice(0, -1), 404, /This link leads nowhere/],
    [`${world.url}/auth/setup`, 401, /No setup is open in this browser/],
    [`${world.url}/auth/setup/credentials`, 401, /No setup is open in this browser/]
  ]
  for (const [url, status, sentence] of cases) {
    const page = await world.browser().visit(url)
    t.equal(page.status, status, url)
    t.match(page.text, sentence)
  }
})

void t.test('A setup outlives days of waiting, and ends after two weeks', async t => {
  const { begin, step, clock } = await open(t)
  const browser = await begin()
  clock.advance(13 * 86_400)
  t.equal((await step(browser, '')).status, 200)
  clock.advance(86_400)
  t.equal((await step(browser, '')).status, 401)
})

// Somebody is invited by mail, and their address at Okta is another one: does the right person end up with the right account, once?
import t from 'tap'
import { request } from 'undici'
import { createClock } from '../world/clock.ts'
import { startMailbox } from '../world/mailbox.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { atOkta, atProduct, nextUrl, pickPerson, signIn, whoAmI } from './signing-in.ts'
import { openOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date())
const org = await openOrg(t, clock, 'acme', ['ada@acme.test', 'cyd.costa@costa.test', 'dan@acme.test', 'flo.fox@fox.test'])
const mailbox = await startMailbox()
t.teardown(mailbox.stop)
const world = await openWorld(t, [org.url], { SMTP_URL: mailbox.url, MAIL_FROM: 'Northwind <login@northwind.test>' }, clock)
const emails = ['ada@acme.test', 'cyd@acme.test', 'dan@acme.test', 'flo@acme.test', 'gil@acme.test']
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, members: emails.map(email => ({ email, name: email })) })
const till = atProduct(world)
const member = (email: string): string => `/tenants/acme/members/${acme.members.get(email) ?? ''}`

/** A fresh invitation: its link, and the path of it. */
async function invite (email: string, mail = false): Promise<{ url: string, path: string, mailed: unknown }> {
  const { url, mailed } = await made(world.gateway, `${member(email)}/invitations`, { mail })
  return { url: String(url), path: new URL(String(url)).pathname, mailed }
}

/** Opens the link, presses the button, and is somebody at Okta. */
async function accept (browser: ReturnType<typeof world.browser>, { url, path }: { url: string, path: string }, oktaEmail: string) {
  await browser.visit(url)
  await browser.submit(path, {}, till)
  return await pickPerson(browser, oktaEmail, till)
}

void t.test('the mail has the link, the link has a page, the page leads to Okta, and the account there signs in as the invited member', async t => {
  const { url, path, mailed } = await invite('cyd@acme.test', true)
  t.equal(mailed, true)
  const [mail] = mailbox.mails
  t.match(mail, { recipients: ['cyd@acme.test'], sender: 'login@northwind.test' })
  t.equal(mail?.headers.get('subject'), 'You are invited to Northwind')
  t.ok(mail?.text.includes(`\n${url}\n`))

  const browser = world.browser()
  const page = await browser.visit(url)
  t.equal(page.status, 200)
  for (const words of ['Acme Corp invites you to Northwind', 'cyd@acme.test', new URL(org.url).host, 'I already have a login', 'Your address at Okta may be another one']) t.ok(page.text.includes(words), words)
  t.match(page.headers, { 'cache-control': 'no-store', 'referrer-policy': 'same-origin' })
  const leaving = await browser.submit(path, {}, atOkta)
  t.equal(nextUrl(leaving).searchParams.get('login_hint'), null, 'nobody is told at Okta who they should be')
  t.notOk(nextUrl(leaving).href.includes(path.slice(-43)), 'and Okta does not see the invitation')
  await browser.follow(till)
  await pickPerson(browser, 'cyd.costa@costa.test', till)
  t.match((await whoAmI(world, browser)).body, { member: { id: acme.members.get('cyd@acme.test'), email: 'cyd@acme.test' }, tenant: { slug: 'acme' } })
  t.match(await world.sql('select linked_by, member_id from identities'), [{ linked_by: 'invitation', member_id: acme.members.get('cyd@acme.test') }])
  t.match((await world.gateway.api('GET', member('cyd@acme.test'))).body, { status: 'active', email: 'cyd@acme.test' })

  const again = await browser.visit(url)
  t.equal(again.status, 400)
  t.match(again.text, /This invitation has been accepted already/)
  const elsewhere = world.browser()
  await elsewhere.visit(`${world.url}/auth/login?tenant=acme`, till)
  await pickPerson(elsewhere, 'cyd.costa@costa.test', till)
  t.match((await whoAmI(world, elsewhere)).body, { member: { email: 'cyd@acme.test' } }, 'from now on the account is enough')
})

void t.test('opening the link changes nothing, however often a scanner does it', async t => {
  const { url } = await invite('flo@acme.test')
  const before = JSON.stringify(await Promise.all(['invitations', 'attempts', 'pending_attempts', 'identities', 'members'].map(async table => await world.sql(`select * from ${table}`))))
  for (let visits = 0; visits < 3; visits++) {
    const scanner = world.browser()
    t.equal((await scanner.visit(url)).status, 200)
    t.equal(scanner.jar.header(new URL(url)), undefined, 'and gets no cookie')
  }
  t.equal(JSON.stringify(await Promise.all(['invitations', 'attempts', 'pending_attempts', 'identities', 'members'].map(async table => await world.sql(`select * from ${table}`)))), before)
})

void t.test('an account that is somebody else\'s is refused with a page, and the operator finds the whole story', async t => {
  const ada = world.browser()
  await signIn(world, ada, 'ada@acme.test')
  const invitation = await invite('dan@acme.test')
  const browser = world.browser()
  const page = await accept(browser, invitation, 'ada@acme.test')
  t.equal(page.status, 403)
  t.match(page.text, /This Okta account belongs to somebody else here/)
  t.notMatch(page.text, /ada@acme\.test|mem-/, 'and the page names nobody')
  const reference = referenceOn(page)
  t.match((await world.gateway.api('GET', `/attempts/${reference}`)).body, { outcome: 'refused', code: 'identity-taken', door: 'invitation' })
  t.match(await world.sql("select * from events where type = 'identity.conflict'"), [{ reference, subject: acme.members.get('dan@acme.test'), details: { linkedTo: acme.members.get('ada@acme.test') } }])
  t.match(await accept(world.browser(), invitation, 'dan@acme.test'), { status: 303 }, 'the invitation is still open for whom it is for')
})

void t.test('two tabs, two people, one link: one of them gets in', async t => {
  const invitation = await invite('flo@acme.test')
  const [first, second] = [world.browser(), world.browser()]
  for (const browser of [first, second]) {
    await browser.visit(invitation.url)
    await browser.submit(invitation.path, {}, till)
  }
  await pickPerson(first, 'flo.fox@fox.test', till)
  t.match((await whoAmI(world, first)).body, { member: { email: 'flo@acme.test' } })
  const late = await pickPerson(second, 'dan@acme.test', till)
  t.match(late.text, /accepted already/)
  t.equal((await whoAmI(world, second)).status, 401)
})

const shut: Readonly<Record<string, readonly [status: number, words: RegExp, close: () => Promise<unknown>, open: () => Promise<unknown>]>> = {
  'an invitation that was withdrawn': [404, /isn’t valid any more/, async () => await world.gateway.api('DELETE', `${member('gil@acme.test')}/invitations`), async () => {}],
  'one that was replaced': [404, /isn’t valid any more/, async () => await invite('gil@acme.test'), async () => {}],
  'an expired one': [400, /has expired/, async () => await world.sql("update invitations set expires_at = now() - interval '1 minute' where accepted_at is null"), async () => {}],
  'one of a suspended member': [403, /is suspended/, async () => await world.patch(member('gil@acme.test'), { status: 'suspended' }), async () => await world.patch(member('gil@acme.test'), { status: 'invited' })],
  'one of a company whose plan has ended': [403, /plan doesn’t include/, async () => await world.patch('/tenants/acme', { ssoEntitled: false }), async () => await world.patch('/tenants/acme', { ssoEntitled: true })],
  'one of a company that is not live': [403, /isn’t switched on yet/, async () => await made(world.gateway, `/tenants/acme/connections/${acme.connection}/rollback`, {}), async () => await made(world.gateway, `/tenants/acme/connections/${acme.connection}/go-live`, {})]
}
for (const [what, [status, words, close, open]] of Object.entries(shut)) {
  void t.test(`${what} says so at the page and at the button, and starts nothing`, async t => {
    const invitation = await invite('gil@acme.test')
    const browser = world.browser()
    await browser.visit(invitation.url)
    await close()
    const attempts = await world.count('attempts')
    const pressed = await browser.submit(invitation.path, {}, till)
    t.match({ status: pressed.status, text: pressed.text }, { status, text: words })
    t.match({ ...await world.browser().visit(invitation.url) }, { status, text: words })
    t.equal(await world.count('attempts'), attempts)
    await open()
  })
}

void t.test('what is no token is nowhere, and another site cannot press the button', async t => {
  for (const token of ['x', 'a'.repeat(43), 'a'.repeat(5000), '%00', '..%2f..', `${'a'.repeat(43)}%20`]) {
    const { statusCode, body } = await request(`${world.url}/auth/invitation/${token}`, { headers: { accept: 'text/html' } })
    await body.dump()
    t.ok([400, 404, 414].includes(statusCode), `${token.slice(0, 20)}: ${statusCode}`)
  }
  const { url } = await invite('gil@acme.test')
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.test' }, { origin: 'null' }]) {
    const { statusCode, body } = await request(url, { method: 'POST', headers })
    t.match({ statusCode, body: await body.json() }, { statusCode: 403, body: { code: 'cross-site' } }, JSON.stringify(headers))
  }
})

void t.test('a mail that does not arrive costs nothing but the mail, and is logged without address and link', async t => {
  mailbox.refuses = true
  const from = world.log.length
  const { url, mailed } = await invite('gil@acme.test', true)
  t.equal(mailed, false)
  t.equal((await world.browser().visit(url)).status, 200)
  const told = world.log.slice(from).join('\n')
  t.match(told, /a mail could not be sent/)
  t.match(told, /EENVELOPE/)
  t.notMatch(told, /gil@acme/)
  mailbox.refuses = false
})

void t.test('no token of an invitation is in the log or in a table', async t => {
  const { url } = await invite('gil@acme.test', true)
  await world.browser().visit(url)
  const token = url.slice(-43)
  t.notOk(world.log.join('\n').includes(token))
  for (const table of ['invitations', 'events', 'attempts', 'pending_attempts']) t.notOk(JSON.stringify(await world.sql(`select * from ${table}`)).includes(token), table)
})

// Can an operator bring a customer from a setup link to live and back by pages alone, and is nothing grave done without being asked about?
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { formNumberOn, operatorPath, operatorWith, post } from './at-operator-pages.ts'
import { copied } from './setting-up.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date('2026-11-21T09:00:00Z'))
const org = await openOrg(t, clock, 'acme', ['ada@acme.test'])
const world = await openWorld(t, [org.url], {}, clock)
const { gateway, url } = world
await made(gateway, '/tenants', { slug: 'acme', name: 'Acme Corp' })
const globex = await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org, appLabel: 'Northwind of Globex' })
const { id } = await made(gateway, '/tenants/acme/connections', { oktaDomain: org.url, clientId: '0oa1acme5northwind5d7', clientSecret: 'x'.repeat(40) })
for (const name of ['ada', 'bob']) await made(gateway, '/tenants/acme/members', { email: `${name}@acme.test`, name })
const tenantPath = `${operatorPath}/tenants/acme`
const path = `${tenantPath}/connections/${String(id)}`
const linksPath = `${tenantPath}/setup-links`
const stateOf = async () => (await world.sql('select state, go_live_at from connections where id = $1', [id]))[0]
const eventsOf = async (actor: string) => await world.sql("select type, address, details from events where actor = $1 and type not like 'operator.%' order by ctid", [actor])

void t.test('A setup link is made with two clicks, shown once, and opens the setup; taken back, it opens nothing', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  await browser.visit(`${url}${tenantPath}`)
  await browser.click('Make a setup link')
  const page = await browser.submit(linksPath, { email: 'it@acme.test' })
  const [link = ''] = copied(page)
  t.match(link, new RegExp(`^${url}/auth/setup/[A-Za-z0-9_-]{43}$`))
  t.match(page.text, /Nothing was mailed\. Send this link to it@acme\.test : it opens once, until 28 Nov 2026, 09:00 UTC/)
  t.match((await world.browser().visit(link)).text, /Connect Acme Corp ’s Okta/)
  t.notOk((await browser.visit(`${url}${linksPath}`)).body.includes(link))
  t.match(browser.page().text, /it@acme\.test not opened yet/)
  const [, revoke = ''] = /action="([^"]*\/revoke)"/.exec(browser.page().body) ?? []
  t.match((await browser.submit(revoke)).text, /it@acme\.test taken back/)
  t.match((await world.browser().visit(link)).text, /taken back/)
  t.match(await eventsOf(keyId), [{ type: 'setup-link.created', address: '127.0.0.1', details: { part: 'all', mayChangeLive: false, email: 'it@acme.test' } }, { type: 'setup-link.revoked', address: '127.0.0.1' }])
  t.notOk(world.log.some(line => line.includes(link.slice(-43))))
})

void t.test('A form that makes a link is taken once: a reload or a second click makes no second one, and says so', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  await browser.visit(`${url}${linksPath}`)
  const form = formNumberOn(browser)
  const before = await world.count('setup_links')
  const both = await Promise.all([post(browser, linksPath, { form_number: form }), post(browser, linksPath, { form_number: form })])
  t.strictSame(both.map(page => page.status).sort(), [200, 409])
  t.strictSame(both.map(page => copied(page).length).sort(), [0, 1], 'of two at once one has the link')
  for (const number of [form, '', 'x', 'x'.repeat(64)]) {
    const again = await post(browser, linksPath, { form_number: number })
    t.equal(again.status, 409, number)
    t.match(again.text, /This form was sent before.* the link was shown that one time\./)
  }
  t.equal(await world.count('setup_links'), before + 1)
  t.match((await eventsOf(keyId)).map(({ type }) => type), ['setup-link.created'])
  await browser.visit(`${url}${linksPath}`)
  t.equal((await browser.submit(linksPath)).status, 200, 'the next page makes the next')
})

void t.test('A link that may change what is live takes a key for everything, whatever the form says', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  t.notOk((await browser.visit(`${url}${linksPath}`)).body.includes('name="live"'))
  t.equal((await post(browser, linksPath, { live: 'true' })).status, 403)
  t.strictSame(await eventsOf(keyId), [])
  const admin = await operatorWith(world, 'admin')
  await admin.browser.visit(`${url}${linksPath}`)
  t.match((await admin.browser.submit(linksPath, { live: 'true', domains: 'true' })).text, /For whoever has it, domains only, may change what is live not opened yet/)
})

void t.test('An address that is none is said beside the field, and no link is made', async t => {
  const { browser } = await operatorWith(world, 'support')
  const before = await world.count('setup_links')
  await browser.visit(`${url}${linksPath}`)
  for (const [fields, said] of [[{ email: 'not an address' }, /Write the address as in it@acme\.com/], [{ email: '', mail: 'true' }, /Write to whom it shall be mailed/]] as const) {
    const page = await browser.submit(linksPath, fields)
    t.equal(page.status, 400)
    t.match(page.text, said)
  }
  t.equal(await world.count('setup_links'), before)
})

void t.test('From draft to live and back: each move is asked about, written down, and counts', async t => {
  const { browser, keyId } = await operatorWith(world, 'admin')
  const confirm = async (label: string, move: string) => {
    await browser.click(label)
    t.equal(browser.page().url, `${url}${path}/${move}`)
    t.match(browser.page().text, /It is the connection of Acme Corp to 127\.0\.0\.1/)
    return await browser.submit(`${path}/${move}`)
  }
  const before = await stateOf()
  await browser.visit(`${url}${path}`)
  t.match(browser.page().text, /Who is concerned, of 2 members ✕ Will find the door shut 2 Their address is in no proven domain: invite them\. ada@acme\.test , bob@acme\.test/)
  await browser.click('Verify it on your word')
  t.strictSame(await stateOf(), before, 'asking changes nothing')
  await browser.visit(`${url}${path}`)
  await confirm('Verify it on your word', 'verify')
  t.match(await stateOf(), { state: 'verified' })
  t.match((await browser.submit(`${path}/pilot`, { emails: 'Ada@acme.test, bob@acme.test ada@acme.test' })).text, /a pilot: only its people get in \(2\)/)
  await browser.click('Go live now')
  t.match(browser.page().text, /2 members will find the door shut/)
  t.notMatch(browser.page().text, /The last check found something wrong/)
  await browser.submit(`${path}/go-live`)
  t.match(await stateOf(), { state: 'live' })
  await confirm('Roll the go-live back', 'rollback')
  t.match(await stateOf(), { state: 'pilot' })
  await browser.click('Retire')
  t.match(browser.page().text, /This cannot be undone/)
  t.match(await stateOf(), { state: 'pilot' })
  t.match((await eventsOf(keyId)).map(({ type }) => type), ['connection.verified', 'connection.pilot-opened', 'connection.went-live', 'connection.rolled-back'])
  t.match(await eventsOf(keyId), [{ details: { provenance: 'operator', before: { state: 'draft' }, after: { state: 'verified' } }, address: '127.0.0.1' }])
})

void t.test('A planned go-live is typed in any zone, says its moment in UTC, and can be given up', async t => {
  const { browser, keyId } = await operatorWith(world, 'admin')
  await browser.visit(`${url}${path}`)
  const page = await browser.submit(`${path}/schedule`, { day: '2027-01-11', time: '08:00', zone: '+01:00' })
  t.match(page.text, /It goes live by itself, at the moment below\. .*Goes live 11 Jan 2027, 07:00 UTC/)
  t.match(await stateOf(), { state: 'pilot', go_live_at: new Date('2027-01-11T07:00:00Z').toISOString() })
  await browser.submit(`${path}/unschedule`)
  t.match(await stateOf(), { go_live_at: null })
  for (const wrong of [{ day: '2026-11-21', time: '08:59', zone: '+00:00' }, { day: '2028-01-11', time: '08:00', zone: '+00:00' }, { day: '2027-01-11', time: '08:00', zone: '' }, { day: '', time: '', zone: '+01:00' }, { day: '2027-13-01', time: '08:00', zone: '+01:00' }]) {
    const refused = await post(browser, `${path}/schedule`, wrong)
    t.equal(refused.status, 400, JSON.stringify(wrong))
    t.match(refused.text, /Something in the form is not right/)
  }
  t.match(await stateOf(), { go_live_at: null })
  t.match((await eventsOf(keyId)).map(({ type }) => type), ['connection.go-live-scheduled', 'connection.go-live-cancelled'])
})

void t.test('Support can have a connection checked, and can move none', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  await browser.visit(`${url}${path}`)
  t.match((await browser.submit(`${path}/preflight`)).text, /Something is not right; see below/)
  const admin = await operatorWith(world, 'admin')
  t.match((await admin.browser.visit(`${url}${path}/go-live`)).text, /The last check found something wrong\. See what it is before you go on\./)
  for (const move of ['verify', 'pilot', 'go-live', 'rollback', 'retire', 'schedule', 'unschedule']) {
    t.notOk(browser.page().body.includes(`${path}/${move}`), move)
    t.equal((await post(browser, `${path}/${move}`, { emails: 'ada@acme.test' })).status, 403, move)
  }
  t.equal((await browser.visit(`${url}${path}/retire`)).status, 403)
  t.match((await eventsOf(keyId)).map(({ type }) => type), ['connection.preflight'])
})

void t.test('What a connection’s state does not allow is said, and changes nothing', async t => {
  const { browser } = await operatorWith(world, 'admin')
  await browser.visit(`${url}${path}`)
  const refused = await post(browser, `${path}/rollback`)
  t.equal(refused.status, 409)
  t.match(refused.text, /A connection that is pilot cannot rollback\. Nothing was changed\./)
  await browser.visit(`${url}${path}/retire`)
  t.match((await browser.submit(`${path}/retire`)).text, /retired: nobody gets in any more/)
  t.equal((await post(browser, `${path}/go-live`)).status, 409)
})

void t.test('A connection and a link are found under their own customer only', async t => {
  const { browser } = await operatorWith(world, 'admin')
  const { id: link } = await made(gateway, '/tenants/globex/setup-links', {})
  const crossed = `${tenantPath}/connections/${globex.connection}`
  t.equal((await browser.visit(`${url}${crossed}`)).status, 404)
  await browser.visit(`${url}${operatorPath}`)
  for (const wrong of [`${crossed}/retire`, `${crossed}/preflight`, `${crossed}/schedule`, `${linksPath}/${String(link)}/revoke`, `${linksPath}/lnk-x/revoke`]) t.equal((await post(browser, wrong, { day: '2027-01-11', time: '08:00', zone: '+00:00' })).status, 404, wrong)
  t.match(await world.sql('select state from connections where id = $1', [globex.connection]), [{ state: 'live' }])
  t.match(await world.sql('select revoked_at from setup_links where id = $1', [link]), [{ revoked_at: null }])
})

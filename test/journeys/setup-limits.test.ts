// Can somebody do more with a setup link than set up the one tenant that it is for?
import t from 'tap'
import { findForms } from '../world/html-page.ts'
import { createTenancy } from '../world/tenancy.ts'
import { pickPerson } from './signing-in.ts'
import { copied, firstForm, openSetupWorld as open } from './setting-up.ts'

void t.test('Revoking a link ends what it has opened at once, and what was handed on from it', async t => {
  const { world, begin, step, gateway } = await open(t)
  const ada = await begin()
  await step(ada, '/domains')
  const [handed = ''] = copied(await ada.submit('/auth/setup/hand-over'))
  const eve = world.browser()
  await eve.visit(handed)
  await eve.submit(handed)
  t.equal((await step(eve, '')).url, `${world.url}/auth/setup/domains`)
  const { body: { items } } = await gateway.api('GET', '/tenants/acme/setup-links')
  const mine = (items as Array<{ id: string, createdBy: string }>).find(({ createdBy }) => createdBy === 'operator')
  t.equal((await gateway.api('DELETE', `/tenants/acme/setup-links/${mine?.id}`)).status, 204)
  for (const browser of [ada, eve]) t.match((await step(browser, '/domains')).text, /No setup is open/)
  t.equal((await gateway.api('DELETE', `/tenants/acme/setup-links/${mine?.id}`)).status, 404)
})

void t.test('A link for the DNS owner does the domains and nothing else', async t => {
  const { world, begin, step, txt, sql } = await open(t)
  const ada = await begin()
  await step(ada, '/domains')
  const page = await ada.submit('/auth/setup/hand-over')
  const [handed = ''] = copied(page)
  const [newer = ''] = copied(await (async () => { await step(ada, '/domains'); return await ada.submit('/auth/setup/hand-over') })())
  t.match((await world.browser().visit(handed)).text, /taken back/, 'one colleague at a time')
  const bob = world.browser()
  t.match((await bob.visit(newer)).text, /one step/)
  const opened = await bob.submit(newer)
  t.equal(opened.url, `${world.url}/auth/setup/domains`)
  for (const path of ['/okta', '/app', '/credentials', '/preflight', '/test', '/done', '/okta-app.tf', '/create-okta-app.sh']) {
    const page = await step(bob, path)
    t.equal(page.status, 403, path)
    t.match(page.text, /for the domains only/)
  }
  await step(bob, '/domains')
  t.notOk(bob.page().body.includes('hand-over'))
  const token = findForms(bob.page().body)[0]?.fields['form_token'] ?? ''
  for (const path of ['/okta', '/credentials', '/preflight', '/test', '/hand-over']) {
    const answer = await bob.fetch(`/auth/setup${path}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }, body: new URLSearchParams({ form_token: token, okta_domain: 'acme.okta.com' }).toString() })
    t.equal(answer.status, 403, path)
    t.match(answer.body, /setup-part-only/)
  }
  const claimed = await bob.submit('/auth/setup/domains/claim', { domain: 'acme.test' })
  const [name = '', value = ''] = copied(claimed)
  txt.set(name, [value])
  t.match((await bob.submit('/auth/setup/domains/check')).text, /acme\.test proven/)
  t.equal((await sql('select * from connections')).length, 0)
})

void t.test('A connection that people sign in through is only looked at and tested, unless an operator has said otherwise with the link', async t => {
  const { world, org, begin, step, gateway, sql } = await open(t)
  await gateway.api('DELETE', '/tenants/acme')
  const { connection } = await createTenancy(gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, admission: 'just-in-time' })
  const ada = await begin()
  t.match((await step(ada, '/credentials')).text, /may look at it and test it, but not change it/)
  t.notOk(ada.page().body.includes('name="client_id"'))
  const before = await sql('select * from connections')
  await step(ada, '/test')
  const token = findForms(ada.page().body)[0]?.fields['form_token'] ?? ''
  const attempts: ReadonlyArray<readonly [string, Record<string, string>]> = [
    ['/credentials', { by: 'keys', client_id: '0oa1234567890abcdefg', version: '2' }],
    ['/okta', { okta_domain: org.url, intent: 'use' }],
    ['/domains/claim', { domain: 'new.example' }],
    ['/hand-over', {}]
  ]
  for (const [path, fields] of attempts) {
    const answer = await ada.fetch(`/auth/setup${path}`, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }, body: new URLSearchParams({ ...fields, form_token: token }).toString() })
    t.equal(answer.status, 403, path)
    t.match(answer.body, /setup-live-locked/)
  }
  t.strictSame(await sql('select * from connections'), before)
  t.match((await ada.submit('/auth/setup/test', {}, () => true)).location ?? '', /^http:\/\/127\.0\.0\.1:\d+\/oauth2\/v1\/authorize/, 'it can be tested')

  const bob = await begin({ mayChangeLive: true })
  const page = await step(bob, '/credentials')
  const { clientId } = org.addApp({ label: 'Second', redirectUris: [`${world.url}/auth/callback/${connection}`], clientAuthentication: 'private_key_jwt', jwksUri: copied(page)[0] ?? '' })
  await bob.submit('/auth/setup/credentials', { ...firstForm(page), client_id: clientId })
  t.equal(bob.page().url, `${world.url}/auth/setup/preflight`)
  t.match(bob.page().text, /Everything checked is right.*These checks look at the settings that wait/)
  t.match(bob.page().text, /Check \(done\)/)
  t.match(await sql('select preflight, shadow_preflight is not null as ofwhatwaits from connections'), [{ preflight: null, ofwhatwaits: true }], 'what was found is not said of what is in use')
  await step(bob, '/test')
  const settings = async () => (await sql('select client_id, client_authentication, state from connections'))[0]
  t.match(await settings(), { client_authentication: 'client_secret_basic', state: 'live' }, 'people go on with the old settings')
  t.notOk(bob.page().body.includes('take-over'), 'nothing is taken over before a test has passed')
  const early = await bob.fetch('/auth/setup/take-over', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }, body: new URLSearchParams({ form_token: firstForm(bob.page())['form_token'] ?? '' }).toString() })
  t.match(early.body, /connection-state/)
  await bob.submit('/auth/setup/test', {}, () => false)
  await pickPerson(bob, 'ada@acme.test', () => false)
  await step(bob, '/test')
  await bob.submit('/auth/setup/take-over')
  t.match(await settings(), { client_id: clientId, client_authentication: 'private_key_jwt', state: 'live' })
  t.match((await sql("select type from events where actor like 'lnk-%' and type like 'connection.%' order by ctid")).map(({ type }) => type), ['connection.shadow-changed', 'connection.promoted'])
})

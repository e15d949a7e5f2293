// What happens to whatever people really paste, and to two who save at once?
import t from 'tap'
import { made } from '../world/tenancy.ts'
import { findLinks } from '../world/html-page.ts'
import { firstForm, openSetupWorld as open } from './setting-up.ts'

void t.test('A form that somebody else has overtaken saves nothing', async t => {
  const { org, begin, step, sql } = await open(t)
  const ada = await begin()
  await step(ada, '/okta')
  await ada.submit('/auth/setup/okta', { okta_domain: org.url })
  await ada.submit('/auth/setup/okta')
  const old = firstForm(await step(ada, '/credentials'))
  const bob = await begin()
  const page = await step(bob, '/credentials')
  await bob.submit('/auth/setup/credentials', { ...firstForm(page), client_id: '0oa1234567890abcdefg' })
  await step(ada, '/credentials')
  const late = await ada.submit('/auth/setup/credentials', { ...firstForm(ada.page()), ...old, client_id: '0oa7654321098abcdefg' })
  t.equal(late.status, 409)
  t.match(late.text, /Somebody else has changed this meanwhile/)
  t.match(await sql('select client_id from connections'), [{ client_id: '0oa1234567890abcdefg' }])
})

void t.test('Whatever is pasted is answered with the likely mistake; nothing is lost but secrets', async t => {
  const { world, org, begin, step } = await open(t)
  const browser = await begin()
  await step(browser, '/okta')
  const wrong = await browser.submit('/auth/setup/okta', { okta_domain: '{yourOktaDomain}' })
  t.equal(wrong.status, 400)
  t.match(wrong.text, /placeholder/)
  t.match(wrong.body, /value="\{yourOktaDomain\}"/)
  const away = await browser.submit('/auth/setup/okta', { okta_domain: world.url })
  t.match(away.text, /Okta/)
  await browser.submit('/auth/setup/okta', { okta_domain: `${org.url}/oauth2/default/.well-known/openid-configuration` })
  t.match(browser.page().text, /custom authorization server/)
  await browser.submit('/auth/setup/okta')
  const page = await step(browser, '/credentials')
  const secret = 'a-very-secret-value-of-forty-characters-x'
  const answer = await browser.fetch('/auth/setup/credentials', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ ...firstForm(page), by: 'secret', client_id: 'https://acme.okta.com', client_secret: secret }).toString() })
  t.equal(answer.status, 400)
  t.match(answer.body, /That is an address/)
  t.match(answer.body, /value="https:\/\/acme\.okta\.com"/)
  t.notOk(answer.body.includes(secret))
  t.match(page.text, /Step 3 of 7/)
  t.ok(findLinks(page.body).some(({ href }) => href === '/auth/setup/okta'), 'every step can be reached again')
})

void t.test('A client id that is connected already is told at its field, and what was typed stays', async t => {
  const { world, org, begin, step } = await open(t)
  await made(world.gateway, '/tenants/acme/connections', { oktaDomain: org.url, clientId: '0oa1234567890abcdefg' })
  const second = await made(world.gateway, '/tenants/acme/connections', { oktaDomain: org.url, clientId: '0oa7654321098abcdefg' })
  const browser = await begin({ connection: second['id'] })
  const page = await step(browser, '/credentials')
  const answer = await browser.submit('/auth/setup/credentials', { ...firstForm(page), client_id: '0oa1234567890abcdefg' })
  t.equal(answer.status, 409)
  t.match(answer.text, /This app in Okta is connected already, as con-/)
  t.match(answer.body, /value="0oa1234567890abcdefg"/)
})

void t.test('An Okta in which the same app is connected already is told at its field', async t => {
  const { world, org, begin, step, sql } = await open(t)
  const mine = await made(world.gateway, '/tenants/acme/connections', { oktaDomain: 'old.okta.com', clientId: '0oa1234567890abcdefg' })
  await made(world.gateway, '/tenants/acme/connections', { oktaDomain: org.url, clientId: '0oa1234567890abcdefg' })
  const before = await sql('select * from connections order by id')
  const browser = await begin({ connection: mine['id'] })
  await step(browser, '/okta')
  await browser.submit('/auth/setup/okta', { okta_domain: org.url })
  const answer = await browser.submit('/auth/setup/okta')
  t.equal(answer.status, 409)
  t.match(answer.text, /This app in Okta is connected already, as con-/)
  t.match(answer.text, /Which Okta is yours/)
  t.strictSame(await sql('select * from connections order by id'), before)
})

for (const [what, clientSecret, said] of [
  ['the id of a secret instead of the secret', 'ocs1234567890abcdefg', /That is the id of the secret and not the secret itself/],
  ['the client id in the field of the secret', '0oa1234567890abcdefg', /That is the client id\. The client secret stands below it/]
] as const) {
  void t.test(`In the form of the setup: ${what}`, async t => {
    const { org, begin, step, sql } = await open(t)
    const browser = await begin()
    await step(browser, '/okta')
    await browser.submit('/auth/setup/okta', { okta_domain: org.url })
    await browser.submit('/auth/setup/okta')
    const page = await step(browser, '/credentials')
    const answer = await browser.submit('/auth/setup/credentials', { ...firstForm(page), by: 'secret', client_id: '0oa7654321098abcdefg', client_secret: clientSecret })
    t.match(answer.text, said)
    t.equal(answer.status, 400)
    t.notOk(answer.body.includes(clientSecret), 'and it is not on the page')
    t.match(await sql('select client_id, client_secret_sealed from connections'), [{ client_id: '', client_secret_sealed: null }])
  })
}

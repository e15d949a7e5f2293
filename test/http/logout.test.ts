// How does a browser sign out, who may make it do so, and where does that end?
import { createHash } from 'node:crypto'
import t from 'tap'
import { findForms } from '../world/html-page.ts'
import { openHouse } from './house.ts'

const house = await openHouse(t)
const { ask, url, acme, org } = house
const navigation = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }

async function isSignedIn (cookie: string): Promise<boolean> {
  return (await ask('GET', '/auth/check', { headers: { cookie } })).status === 200
}

void t.test('GET asks and ends nothing; nobody who is signed out is asked', async t => {
  const { cookie } = await house.signIn()
  const page = await ask('GET', '/auth/logout', { headers: { cookie, accept: 'text/html' } })
  t.equal(page.status, 200)
  t.match(page.text, /You are signed in as/)
  t.match(page.text, /ada@acme\.test/)
  t.equal(findForms(page.text).length, 1)
  t.notOk('set-cookie' in page.headers)
  t.ok(await isSignedIn(cookie))
  const nobody = await ask('GET', '/auth/logout', { headers: { accept: 'text/html' } })
  t.match(nobody.text, /signed out/)
  t.strictSame(findForms(nobody.text), [])
})

void t.test('The form of that page signs out everywhere at once, and the cookie goes with all its attributes', async t => {
  const { browser, cookie } = await house.signIn()
  await browser.visit(`${url}/auth/logout`)
  const page = await browser.submit('/auth/logout')
  t.equal(page.status, 200)
  t.match(page.text, /signed out/)
  t.match([page.headers['set-cookie'] ?? []].flat(), [/^gatehouse=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; SameSite=Lax$/])
  t.notOk(browser.jar.header(new URL(url))?.includes('gatehouse='))
  t.notOk(await isSignedIn(cookie), 'a copy of the cookie is worth nothing')
  const hash = createHash('sha256').update(decodeURIComponent(cookie).split('gatehouse=')[1]?.split('.')[0] ?? '').digest('base64url')
  t.strictSame(await house.sql('select 1 from sessions where id_hash = $1', [hash]), [])
})

void t.test('Without the form\'s token or X-CSRF nobody is signed out, nor by another site', async t => {
  const { cookie } = await house.signIn()
  const another = await house.signIn()
  const foreign = findForms((await ask('GET', '/auth/logout', { headers: { cookie: another.cookie } })).text)[0]?.fields['form_token'] ?? ''
  const own = findForms((await ask('GET', '/auth/logout', { headers: { cookie } })).text)[0]?.fields['form_token'] ?? ''
  t.ok(own.length > 40 && foreign.length > 40)
  const refused: ReadonlyArray<readonly [string, Record<string, string>, string, string]> = [
    ['no proof', navigation, '', 'csrf-proof-missing'],
    ['another session\'s form', navigation, `form_token=${encodeURIComponent(foreign)}`, 'csrf-proof-missing'],
    ['another site', { ...navigation, 'sec-fetch-site': 'cross-site' }, `form_token=${encodeURIComponent(own)}`, 'cross-site'],
    ['another site and X-CSRF', { ...navigation, 'sec-fetch-site': 'cross-site', 'x-csrf': '1' }, '', 'cross-site'],
    ['another site in an old browser', { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.test' }, `form_token=${encodeURIComponent(own)}`, 'cross-site'],
    ['a sandboxed frame', { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' }, `form_token=${encodeURIComponent(own)}`, 'cross-site']
  ]
  for (const [what, headers, body, code] of refused) {
    for (const more of [{ accept: 'text/html' }, { 'sec-fetch-mode': 'cors' }]) {
      const answer = await ask('POST', '/auth/logout', { headers: { ...headers, ...more, cookie }, body })
      t.equal(answer.status, 403, what)
      if ('sec-fetch-mode' in more) t.equal(answer.body['code'], code, what)
      t.notOk('set-cookie' in answer.headers)
    }
  }
  t.ok(await isSignedIn(cookie))
  t.equal((await ask('POST', '/auth/logout', { headers: { cookie, 'x-csrf': '1' } })).status, 204, 'a script of our own page may')
  t.notOk(await isSignedIn(cookie))
  t.ok(await isSignedIn(another.cookie), 'and nobody else is signed out')
  t.equal((await ask('POST', '/auth/logout', { headers: { cookie, 'x-csrf': '1' } })).status, 204, 'a second click finds nothing to do')
})

void t.test('The other button of that form signs the person out in every browser, and nobody else', async t => {
  await house.heard(async () => await house.sql('delete from sign_ins'))
  const [here, phone, other] = [await house.signIn(), await house.signIn(), await house.signIn('zo\u00eb@acme.test')]
  await here.browser.visit(`${url}/auth/logout`)
  const button = /<button[^>]* form="sign-out"[^>]*>/.exec(here.browser.page().body)?.[0] ?? ''
  t.match(button, /name="everywhere" value="true"/)
  t.equal(findForms(here.browser.page().body).length, 1, 'of the one form, which works without a script')
  await house.heard(async () => await here.browser.submit('/auth/logout', { everywhere: 'true' }))
  t.match(here.browser.page().text, /You have left every Northwind app on every device/)
  t.strictSame([await isSignedIn(here.cookie), await isSignedIn(phone.cookie), await isSignedIn(other.cookie)], [false, false, true])
  t.match(await house.sql("select actor, address, details from events where type = 'member.signed-out-everywhere'"), [{ actor: acme.members.get('ada@acme.test'), address: '127.0.0.1', details: { ended: 2 } }])
})

void t.test('Everywhere needs the same proof, and a session that opens', async t => {
  const [here, phone] = [await house.signIn(), await house.signIn()]
  for (const headers of [navigation, { ...navigation, 'sec-fetch-site': 'cross-site', 'x-csrf': '1' }]) {
    t.equal((await ask('POST', '/auth/logout', { headers: { ...headers, cookie: here.cookie }, body: 'everywhere=true' })).status, 403)
  }
  t.equal((await ask('POST', '/auth/logout', { headers: { cookie: here.cookie, 'x-csrf': '1', 'content-type': 'application/json' }, body: '{"everywhere":["true"]}' })).status, 400)
  t.ok(await isSignedIn(phone.cookie))
  const idle = Math.floor(house.clock.now().getTime() / 1000) - 3_601
  const hash = createHash('sha256').update(decodeURIComponent(here.cookie).split('gatehouse=')[1]?.split('.')[0] ?? '').digest('base64url')
  // Another replica has heard of no use of this one for an hour.
  await house.heard(async () => {
    await house.sql('update sessions set last_seen_at = to_timestamp($1) where id_hash = $2', [idle, hash])
    await house.sql("update tenants set name = name where slug = 'acme'")
  })
  t.equal((await ask('POST', '/auth/logout', { headers: { cookie: here.cookie, 'x-csrf': '1', 'content-type': 'application/json' }, body: '{"everywhere":"true"}' })).status, 204)
  t.ok(await isSignedIn(phone.cookie), 'a cookie from long ago signs nobody out elsewhere')
  t.equal((await ask('POST', '/auth/logout', { headers: { cookie: phone.cookie, 'x-csrf': '1', 'content-type': 'application/json' }, body: '{"everywhere":"true"}' })).status, 204, 'for a script of our own page too')
  t.notOk(await isSignedIn(phone.cookie))
})

void t.test('HEAD and the page after Okta\'s sign-out end nothing', async t => {
  const { cookie } = await house.signIn()
  t.equal((await ask('HEAD', '/auth/logout', { headers: { cookie } })).status, 404)
  t.equal((await ask('GET', '/auth/logout/done?state=x', { headers: { cookie } })).status, 200)
  t.ok(await isSignedIn(cookie))
})

void t.test('Okta\'s own session is offered to be ended only where the connection says so', async t => {
  const { browser } = await house.signIn()
  await browser.visit(`${url}/auth/logout`)
  const page = await browser.submit('/auth/logout')
  t.strictSame(findForms(page.body), [])
  t.notMatch(page.body, /id_token_hint/)
  t.strictSame(await house.sql('select 1 from sign_ins where id_token_sealed is not null'), [], 'and no ID token was kept')
})

void t.test('Then the ID token goes to Okta in a form and in no address, and Okta\'s session ends too', async t => {
  await house.heard(async () => await house.patch(`/tenants/acme/connections/${acme.connection}`, { endsOktaSession: true }))
  const { browser } = await house.signIn()
  const sealed = await house.sql('select id_token_sealed from sign_ins where id_token_sealed is not null')
  t.equal(sealed.length, 1)
  await browser.visit(`${url}/auth/logout`)
  const page = await browser.submit('/auth/logout')
  const [form] = findForms(page.body)
  t.equal(form?.action, `${org.url}/oauth2/v1/logout`)
  t.equal(form?.method, 'POST')
  const hint = form?.fields['id_token_hint'] ?? ''
  t.match(hint, /^eyJ/)
  t.equal(form?.fields['post_logout_redirect_uri'], `${url}/auth/logout/done`)
  t.notOk(JSON.stringify(sealed).includes(hint.slice(0, 40)), 'it was kept sealed')
  t.match(page.headers['content-security-policy'], /form-action 'self' https:/)
  const after = await browser.submit(`${org.url}/oauth2/v1/logout`)
  t.equal(new URL(after.url).pathname, '/auth/logout/done')
  t.notOk(browser.hops.some(hop => hop.url.includes(hint.slice(0, 30))), 'in no address')
  t.notOk(house.log.join('').includes(hint.slice(0, 30)))
  await browser.visit(`${url}/auth/login?login_hint=ada@acme.test`)
  t.match(browser.page().url, /\/signin/, 'Okta asks again who it is')
})

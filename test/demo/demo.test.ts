// Does everybody of the cast experience what the demo promises, in a real browser?
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import t from 'tap'
import type { Test } from 'tap'
import { parts } from './cast.ts'
import { launchChromium, openPage, reasonToSkip } from './chromium.ts'
import type { Demo } from './demo.ts'
import { startDemo } from './demo.ts'
import { introduce } from './introduction.ts'

type OpenPage = (options?: BrowserContextOptions) => Promise<Page>

const skip = reasonToSkip()
if (skip !== false) process.stderr.write(`WARNING: ${skip}\n`)

t.setTimeout(180_000)
let demo: Demo
let browser: Browser
t.before(async () => {
  if (skip !== false) return
  browser = await launchChromium()
  demo = await startDemo({ product: 0, gateway: 0, acme: 0, globex: 0, initech: 0, mailbox: 0 })
})
t.teardown(async () => {
  await browser?.close()
  await demo?.stop()
})

/** A story in the browser, in which no page has anything to complain about. */
function story (title: string, tell: (t: Test, open: OpenPage) => Promise<void>): void {
  void t.test(title, { skip }, async t => {
    const complaints: string[] = []
    const pages: Page[] = []
    await tell(t, async options => {
      const page = await openPage(browser, complaints, options)
      pages.push(page)
      return page
    }).finally(async () => { for (const page of pages) await page.context().close() })
    t.same(complaints, [], 'no script failed and no policy was violated')
  })
}

/** From the product through the email page to Okta's own sign-in. */
async function goToOkta (page: Page, email: string): Promise<void> {
  await page.goto(demo.url)
  await page.getByRole('link', { name: 'Sign in' }).last().click()
  await page.getByLabel('Work email').fill(email)
  await page.getByRole('button', { name: 'Continue with Okta' }).click()
  await page.getByRole('heading', { name: /^Sign in to (Acme|Globex|Initech)/ }).waitFor()
}

async function signIn (page: Page, email: string): Promise<void> {
  await goToOkta(page, email)
  await page.locator(`button[value="${email}"]`).click()
  await page.waitForURL(url => url.origin === demo.url)
}

/** From the mail to Okta's own sign-in, as somebody whose address there is another one. */
async function acceptInvitation (page: Page): Promise<void> {
  // Nobody is hinted at, so Okta would go on with whoever is signed in there.
  await page.context().clearCookies()
  await page.goto(demo.mailbox)
  await page.getByRole('article').filter({ hasText: 'lea@acme.test' }).getByRole('link').first().click()
  await page.getByRole('button', { name: 'Continue with Okta' }).click()
  await page.locator('button[value="lea.laurent@group.test"]').click()
  await page.waitForURL(url => url.origin === demo.url)
}

const heading = async (page: Page) => await page.getByRole('heading', { level: 1 }).innerText()

async function askOperatorApi (path: string): Promise<Record<string, unknown>> {
  const answer = await fetch(`${demo.gateway}/api/v1${path}`, { headers: { authorization: `Bearer ${demo.operatorToken}` } })
  return { status: answer.status, ...Object(await answer.json()) }
}

story('from the product to Okta and back: the product knows who is there, and its API gives that company\'s orders', async (t, open) => {
  const page = await open()
  await goToOkta(page, 'ada@acme.test')
  t.equal(await page.getByLabel('Username').inputValue(), 'ada@acme.test', 'nobody types an address twice')
  await page.getByRole('button', { name: 'Sign in as Ada' }).click()
  await page.waitForURL(`${demo.url}/`)
  t.equal(await heading(page), 'Hello, Ada')
  const facts = await page.locator('dl').innerText()
  for (const fact of ['Acme Corp', 'acme', 'Ada Lovelace', 'ada@acme.test', 'admin', 'buyer']) t.ok(facts.includes(fact), fact)
  await page.getByRole('button', { name: 'Call the API' }).click()
  await page.getByText('Anvil').waitFor()
  t.match(JSON.parse(await page.locator('#token-header').innerText()), { alg: 'ES256', typ: 'at+jwt', kid: /^key-/ })
  t.match(JSON.parse(await page.locator('#token-claims').innerText()), { iss: demo.url, aud: 'https://api.northwind.test', tenant: 'acme', email: 'ada@acme.test', roles: ['admin', 'buyer'] })
})

story('the tile of the Okta dashboard signs in without a word typed', async (t, open) => {
  const page = await open()
  await page.goto(demo.acme)
  await page.getByRole('button', { name: 'Sign in as Ada' }).click()
  await page.getByRole('link', { name: 'Northwind' }).click()
  await page.waitForURL(`${demo.url}/`)
  t.equal(await heading(page), 'Hello, Ada')
})

const endings: Readonly<Record<string, string | RegExp>> = {
  'ada@acme.test': 'Hello, Ada',
  'bob@acme.test': /^You don.t have access to Northwind yet$/,
  'eve@acme.test': /^You haven.t been invited to Northwind yet$/,
  'mia@acme.test': 'Your access to Northwind is suspended',
  'lea@acme.test': 'Hello, Lea',
  'gus@globex.test': 'Hello, Gus',
  'ida@globex.test': 'Hello, Ida',
  'pia@initech.test': 'That was all'
}

story('everybody of the cast, one after the other in one browser, experiences what the table says', async (t, open) => {
  const page = await open()
  for (const { email } of parts.filter(({ company }) => company !== 'Initech')) {
    await page.context().clearCookies({ domain: 'localhost' })
    await (email === 'lea@acme.test' ? acceptInvitation(page) : signIn(page, email))
    t.match((await heading(page)).replaceAll('\n', ' '), endings[email], email)
  }
})

story('who is not assigned reads where an admin changes that; the operator finds the same story by its reference', async (t, open) => {
  const page = await open()
  await signIn(page, 'bob@acme.test')
  const text = await page.locator('main').innerText()
  t.match(text, /Applications → Applications → Northwind → Assignments/)
  const reference = await page.locator('.ref code').innerText()
  await page.getByText('A message for your IT team').click()
  t.ok((await page.locator('details pre').innerText()).includes(reference), 'the message for IT has it too')
  const attempt = await askOperatorApi(`/attempts/${reference}`)
  t.match(attempt, { status: 200, outcome: 'refused', code: 'user-not-assigned', loginHint: 'bob@acme.test' })
  t.notMatch(JSON.stringify(attempt), /code=|state=|eyJ/)
  await page.getByRole('link', { name: 'Sign in with another email address' }).click()
  t.equal(await heading(page), 'Sign in to Northwind')
})

story('a company\'s admin connects its Okta alone, without a secret: from the mail to the first sign-in', async (t, open) => {
  const page = await open()
  const okta = await open()
  let interactions = 0
  const click = async (name: string | RegExp, role: 'button' | 'link' = 'button') => {
    interactions++
    await page.getByRole(role, { name }).first().click()
  }
  const fill = async (label: string, text: string) => {
    interactions++
    await page.getByLabel(label, { exact: true }).first().fill(text)
  }
  const copied = async (at: number) => await page.locator('.copy code').nth(at).innerText()

  await page.goto(demo.mailbox)
  interactions++
  await page.getByRole('article').filter({ hasText: 'pia@initech.test' }).getByRole('link').first().click()
  await click('Start here')
  await click(/: Your Okta$/, 'link')
  await fill('Okta address', `${demo.initech}/app/UserHome`)
  await click('Look it up')
  await click('Yes, use it')
  t.equal(await heading(page), 'Create the app in Okta')

  await okta.goto(`${demo.initech}/admin/apps`)
  const fields = ['App integration name', 'Sign-in redirect URIs', 'Sign-out redirect URIs', 'Initiate login URI']
  for (const [at, label] of fields.entries()) await okta.getByLabel(label).fill(await copied(at))
  await okta.getByRole('button', { name: 'Save' }).click()
  const clientId = await okta.locator('#client-id').innerText()

  await click('I’ve created it', 'link')
  await okta.getByLabel('Use a URL to fetch keys dynamically').fill(await copied(0))
  await okta.getByRole('button', { name: 'Save' }).click()
  await fill('Client ID', clientId)
  await click('Save the client id')
  t.match(await page.locator('main').innerText(), /Everything checked is right/)
  await click('Go on: Test sign-in', 'link')
  await click('Test sign-in with Okta')
  interactions++
  await page.locator('button[value="pia@initech.test"]').click()
  t.equal(await heading(page), 'The test sign-in worked')
  await click('Back to the setup', 'link')
  await click(/^(?:Go on|What happens next)/, 'link')
  t.equal(await heading(page), 'That was all')
  t.ok(interactions < 20, `${interactions} interactions`)
  t.comment(`${interactions} interactions`)

  const { items } = await askOperatorApi('/tenants/initech/connections')
  const [connection] = Array.isArray(items) ? items : []
  t.match(connection, { clientId, clientAuthentication: 'private_key_jwt', state: 'draft' })
  for (const [move, body] of [['verify', {}], ['go-live', {}]] as const) {
    const answer = await fetch(`${demo.gateway}/api/v1/tenants/initech/connections/${String(connection.id)}/${move}`, { method: 'POST', headers: { authorization: `Bearer ${demo.operatorToken}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    t.equal(answer.status, 200, move)
  }
  const tom = await open()
  await signIn(tom, 'tom@initech.test')
  t.equal(await heading(tom), 'Hello, Tom')
})

story('who comes for the first time where that is allowed becomes a member', async (t, open) => {
  const email = 'gus@globex.test'
  await signIn(await open(), email)
  const members = await askOperatorApi('/tenants/globex/members')
  t.match(members['items'], [{ email, status: 'active', roles: ['buyer'] }])
})

story('who was invited by mail is in for good, whatever her address at Okta is, and the link is spent', async (t, open) => {
  const page = await open()
  await page.goto(demo.mailbox)
  const link = await page.getByRole('article').filter({ hasText: 'lea@acme.test' }).getByRole('link').first().getAttribute('href')
  await page.goto(link ?? '')
  t.match((await heading(page)).replaceAll('\n', ' '), 'This invitation has been accepted already')
  await page.goto(`${demo.url}/auth/login?tenant=acme`)
  await page.locator('button[value="lea.laurent@group.test"]').click()
  await page.waitForURL(`${demo.url}/`)
  t.equal(await heading(page), 'Hello, Lea')
  t.ok((await page.locator('dl').innerText()).includes('lea@acme.test'), 'the address is still the vendor\'s')
})

story('the admin of a customer that has gone live is told by mail', async (t, open) => {
  const page = await open()
  await page.goto(demo.mailbox)
  t.match(await page.getByRole('article').filter({ hasText: 'ada@acme.test' }).first().innerText(), /Acme Corp now signs in to Northwind with Okta/)
})

story('an email of no company here gets one plain sentence, and the address stays in the field', async (t, open) => {
  const page = await open()
  await page.goto(`${demo.url}/auth/login`)
  await page.getByLabel('Work email').fill('eve@nowhere.test')
  await page.keyboard.press('Enter')
  t.match(await page.getByRole('alert').innerText(), /No company here signs in with that email domain/)
  t.equal(await page.getByLabel('Work email').inputValue(), 'eve@nowhere.test')
})

story('signing out ends the sign-in here, and Okta\'s session too for whoever wants that', async (t, open) => {
  const page = await open()
  await signIn(page, 'ada@acme.test')
  await page.getByRole('link', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  t.match(await page.locator('main').innerText(), /your Okta session is still open/)
  const beside = await page.context().newPage()
  await beside.goto(demo.url)
  t.notMatch(await heading(beside), 'Hello', 'the product has forgotten her')
  await page.getByRole('button', { name: 'Sign out of Okta too' }).click()
  await page.waitForURL(`${demo.url}/auth/logout/done*`)
  await page.goto(demo.acme)
  t.equal(await heading(page), 'Sign in to Acme Corp', 'and so has Okta')
})

story('two people of two companies see their own orders only', async (t, open) => {
  const [ada, ida] = [await open(), await open()]
  await signIn(ada, 'ada@acme.test')
  await signIn(ida, 'ida@globex.test')
  for (const page of [ada, ida]) await page.getByRole('button', { name: 'Call the API' }).click()
  await ada.getByText('Anvil').waitFor()
  await ida.getByText('Hammock').waitFor()
  t.notMatch(await ada.locator('body').innerText(), /Hammock|Globex/)
  t.notMatch(await ida.locator('body').innerText(), /Anvil|Acme/)
})

/** Presses Tab until something with this name has the focus. */
async function tabTo (page: Page, name: string): Promise<void> {
  for (let press = 0; press < 20; press++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate('document.activeElement.innerText') === name) return
  }
  throw new Error(`Tab never came to "${name}"`)
}

story('a keyboard is enough', async (t, open) => {
  const page = await open()
  await page.goto(demo.url)
  await tabTo(page, 'Sign in')
  await page.keyboard.press('Enter')
  await page.getByLabel('Work email').waitFor()
  await page.keyboard.type('ada@acme.test')
  await tabTo(page, 'Continue with Okta')
  await page.keyboard.press('Enter')
  await page.getByLabel('Username').waitFor()
  await tabTo(page, 'Next')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${demo.url}/`)
  await tabTo(page, 'Call the API')
  await page.keyboard.press('Enter')
  await page.getByText('Anvil').waitFor()
  t.equal(await heading(page), 'Hello, Ada')
})

story('no page on the way needs a script', async (t, open) => {
  const page = await open({ javaScriptEnabled: false })
  await signIn(page, 'ada@acme.test')
  t.equal(await heading(page), 'Hello, Ada')
  await page.getByRole('link', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  t.match(await heading(page), /signed out/)
})

for (const colorScheme of ['light', 'dark'] as const) {
  story(`nothing is cut off on the narrowest phone, ${colorScheme}`, async (t, open) => {
    const page = await open({ colorScheme, viewport: { width: 320, height: 640 } })
    const fits = async (title: string) => t.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), title)
    await page.goto(demo.url)
    await fits('the product')
    await page.goto(`${demo.url}/auth/login?login_hint=eve@nowhere.test`)
    await fits('the sign-in page with an error')
    await goToOkta(page, 'ada@acme.test')
    await fits('Okta\'s sign-in')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Call the API' }).click()
    await page.getByText('Anvil').waitFor()
    await fits('the product with orders and token')
    t.ok(await page.evaluate('orders.scrollWidth <= orders.clientWidth'), 'nor is the table of orders')
    await page.goto(demo.acme)
    await fits('the dashboard')
    for (const path of ['/auth/logout', '/auth/nothing', '/nothing']) {
      await page.goto(demo.url + path)
      await fits(path)
    }
    await page.getByRole('link', { name: 'Go to the start' }).click()
    await page.context().clearCookies({ domain: 'localhost' })
    await signIn(page, 'bob@acme.test')
    await page.getByText('A message for your IT team').click()
    await fits('a failure with its message')
  })
}

void t.test('the introduction names every address and every person, and holds no control sequence when it is not for a terminal', async t => {
  const text = introduce({ url: 'http://localhost:1', acme: 'http://127.0.0.1:2', globex: 'http://127.0.0.1:3', initech: 'http://127.0.0.1:4040', mailbox: 'http://127.0.0.1:5', gateway: 'http://127.0.0.1:4', operatorToken: 'token', supportKey: 'gatehouse_apk_x' })
  for (const name of ['http://localhost:1', 'http://127.0.0.1:2/app/UserHome', 'http://127.0.0.1:5', 'http://localhost:1/auth/operator', 'gatehouse_apk_x', 'http://127.0.0.1:4/api/v1/tenants/acme/attempts', ...parts.map(part => part.email)]) t.ok(text.includes(name), name)
  for (const { email } of parts) t.ok(email in endings, `${email} is played`)
})

story('support sees that Eve cannot sign in and why, and sends a customer a setup link, by pages alone', async (t, open) => {
  const eve = await open()
  await signInRefused(eve, 'eve@acme.test')
  const reference = await eve.locator('.ref code').innerText()
  const page = await open({ viewport: { width: 390, height: 800 } })
  await page.goto(`${demo.url}/auth/operator`)
  await page.getByLabel('API key').fill(demo.supportKey)
  await page.getByRole('button', { name: 'Sign in' }).click()
  t.equal(await heading(page), 'Who cannot sign in')
  await page.getByLabel('Find somebody').fill('eve@acme.test')
  await page.getByRole('button', { name: 'Find' }).click()
  await page.getByText(reference).waitFor()
  await page.getByRole('link', { name: 'The person has not been invited' }).first().click()
  t.equal(await heading(page), 'The person has not been invited')
  t.match(await page.locator('.who').innerText(), /The person/)
  t.ok(await page.evaluate<boolean>('document.documentElement.scrollWidth <= window.innerWidth'), 'it fits on a phone')
  await page.goto(`${demo.url}/auth/operator/tenants/initech`)
  await page.getByRole('link', { name: 'Make a setup link' }).click()
  await page.getByLabel('For whom, if you know (email)').fill('pia@initech.test')
  await page.getByRole('button', { name: 'Make a setup link' }).click()
  const link = await page.locator('.copy code').innerText()
  const pia = await open()
  await pia.goto(link)
  t.match(await heading(pia), /Connect Initech.s Okta to Northwind/)
})

async function signInRefused (page: Page, email: string): Promise<void> {
  await goToOkta(page, email)
  await page.locator(`button[value="${email}"]`).click()
  await page.locator('.ref code').waitFor()
}

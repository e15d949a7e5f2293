// Does a customer's admin change anything of which no event tells? Where it cannot be written, the page says so, and nothing has been done.
import t, { type Test } from 'tap'
import type { Browser, Page } from '../world/browser.ts'
import { refuseEvents } from './refused-events.ts'
import { copied, firstForm, openSetupWorld } from './setting-up.ts'

const world = await openSetupWorld(t)
const { begin, step, org, txt } = world
const refused = await refuseEvents(world)
const browser = await begin()

/** First without its event, then with it. */
async function twice (t: Test, type: string, click: (browser: Browser) => Promise<Page>): Promise<void> {
  const { answer, before, after } = await refused(type, async () => await click(browser))
  t.equal(answer.status, 503, type)
  t.strictSame(after, before, type)
  const again = await click(browser)
  t.equal(again.status, 200, `${type}, written`)
}

void t.test('every step of a setup is written down, or has not been', async t => {
  await step(browser, '/okta')
  await browser.submit('/auth/setup/okta', { okta_domain: org.url })
  const asked = firstForm(browser.page())
  await twice(t, 'connection.created', async browser => {
    await step(browser, '/okta')
    await browser.submit('/auth/setup/okta', { okta_domain: org.url })
    return await browser.submit('/auth/setup/okta', asked)
  })
  t.match(browser.page().url, /\/auth\/setup\/app$/)
  await twice(t, 'connection.changed', async browser => {
    const credentials = await step(browser, '/credentials')
    return await browser.submit('/auth/setup/credentials', { ...firstForm(credentials), client_id: 'an-app' })
  })
  const claim = async (browser: Browser) => {
    await step(browser, '/domains')
    return await browser.submit('/auth/setup/domains/claim', { domain: 'acme.test' })
  }
  await twice(t, 'domain.claimed', claim)
  await twice(t, 'domain.deleted', async browser => {
    await step(browser, '/domains')
    return await browser.submit('/auth/setup/domains/remove')
  })
  const [name, value] = copied(await claim(browser))
  txt.set(String(name), [String(value)])
  await twice(t, 'domain.verified', async browser => {
    await step(browser, '/domains')
    return await browser.submit('/auth/setup/domains/check')
  })
})

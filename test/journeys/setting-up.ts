// What does a setup begin with? A customer whose admin has an Okta, DNS that says what the test says, and a link.
import type { Browser, Page } from '../world/browser.ts'
import { type Clock, createClock } from '../world/clock.ts'
import { findForms } from '../world/html-page.ts'
import type { OktaOrg } from '../world/okta-org.ts'
import { made } from '../world/tenancy.ts'
import { type JourneyWorld, openOrg, openWorld, type WithTeardown } from './world.ts'

export interface SetupWorld extends JourneyWorld {
  readonly world: JourneyWorld
  readonly clock: Clock
  readonly org: OktaOrg
  /** TXT records by name. */
  readonly txt: Map<string, readonly string[]>
  link (body?: object, tenant?: string): Promise<Record<string, unknown>>
  /** A browser in which a fresh link was opened. */
  begin (body?: object, tenant?: string): Promise<Browser>
  step (browser: Browser, path: string): Promise<Page>
}

export async function openSetupWorld (test: WithTeardown): Promise<SetupWorld> {
  const clock = createClock(new Date(Math.floor(Date.now() / 1000) * 1000))
  const org = await openOrg(test, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
  const txt = new Map<string, readonly string[]>()
  const world = await openWorld(test, [org.url], {}, clock, async name => {
    const found = txt.get(name)
    if (found === undefined) throw Object.assign(new Error('ENOTFOUND'), { code: 'ENOTFOUND' })
    return found
  })
  const { gateway } = world
  await made(gateway, '/tenants', { slug: 'acme', name: 'Acme Corp', admission: 'just-in-time' })
  const link = async (body: object = {}, tenant = 'acme') => await made(gateway, `/tenants/${tenant}/setup-links`, body)
  const begin = async (body: object = {}, tenant = 'acme'): Promise<Browser> => {
    const browser = world.browser()
    const { url } = await link(body, tenant)
    await browser.visit(String(url))
    await browser.submit(String(url))
    return browser
  }
  const step = async (browser: Browser, path: string): Promise<Page> => await browser.visit(`${world.url}/auth/setup${path}`)
  return { ...world, world, clock, org, txt, link, begin, step }
}

/** The values on the page that belong into Okta or DNS. */
export function copied (page: Page): readonly string[] {
  return [...page.body.matchAll(/<div class="copy"><code>([^<]*)<\/code>/g)].map(([, value = '']) => value)
}

/** What the first form of the page would send. */
export function firstForm (page: Page): Record<string, string> {
  return findForms(page.body)[0]?.fields ?? {}
}

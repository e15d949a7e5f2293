// How does a person sign in? The steps of a login, to be taken one by one or all together.
import { request } from 'undici'
import type { Browser, Page, Until } from '../world/browser.ts'
import type { OktaOrg } from '../world/okta-org.ts'
import type { JourneyWorld } from './world.ts'

/** Stops before the product, which is not there: the gateway's part is over. */
export const atProduct = (world: Pick<JourneyWorld, 'url'>): Until => next => next.origin === world.url && !next.pathname.startsWith('/auth')

/** Stops before the callback, with the code in the address. */
export const atCallback: Until = next => next.pathname.startsWith('/auth/callback/')

/** Stops before Okta, with the authorization request in the address. */
export const atOkta: Until = next => next.pathname === '/oauth2/v1/authorize'

/** Types the email into the sign-in page. */
export async function typeEmail (world: Pick<JourneyWorld, 'url'>, browser: Browser, email: string, until?: Until): Promise<Page> {
  await browser.visit(`${world.url}/auth/login`)
  return await browser.submit('/auth/login', { email }, until ?? atProduct(world))
}

/** Says at Okta who one is, where Okta asks. */
export async function pickPerson (browser: Browser, email: string, until: Until): Promise<Page> {
  const { url } = browser.page()
  return new URL(url).pathname.startsWith('/signin') ? await browser.submit(url, { person: email }, until) : browser.page()
}

/** The whole way: sign-in page, Okta, and back up to the hop that `until` names. */
export async function signIn (world: Pick<JourneyWorld, 'url'>, browser: Browser, email: string, until: Until = atProduct(world)): Promise<Page> {
  await typeEmail(world, browser, email, until)
  return await pickPerson(browser, email, until)
}

/** The address to which the open page redirects. */
export function nextUrl (page: Page): URL {
  if (page.location === undefined) throw new Error(`${page.url} redirects nowhere: ${page.status} ${page.text}`)
  return new URL(page.location)
}

/** Signs in at Okta's dashboard, without any app. */
export async function openDashboard (browser: Browser, org: Pick<OktaOrg, 'url'>, email: string): Promise<Page> {
  await browser.visit(`${org.url}/app/UserHome`)
  return await pickPerson(browser, email, () => false)
}

export interface Told {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Parsed where it is JSON. */
  readonly body: Readonly<Record<string, unknown>>
  readonly code: unknown
}

/** What a script of the product's own page would get, whatever page is open in the browser now. */
export async function ask (world: Pick<JourneyWorld, 'url'>, browser: Browser, path: string, method: 'GET' | 'POST' = 'GET', sent: Readonly<Record<string, string>> = {}): Promise<Told> {
  const url = new URL(path, world.url)
  const cookie = browser.jar.header(url)
  const answer = await request(url, { method, headers: { accept: '*/*', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', ...(cookie === undefined ? {} : { cookie }), ...sent } })
  const text = await answer.body.text()
  const body: Record<string, unknown> = text.startsWith('{') ? JSON.parse(text) : {}
  return { status: answer.statusCode, headers: answer.headers, body, code: body['code'] }
}

/** Who is signed in. */
export async function whoAmI (world: Pick<JourneyWorld, 'url'>, browser: Browser, query = ''): Promise<Told> {
  return await ask(world, browser, `/auth/session${query}`)
}

/** The three doors of the product: the page's question, the proxy's, and the one for a token. */
export async function knock (world: Pick<JourneyWorld, 'url'>, browser: Browser): Promise<Readonly<Record<'session' | 'check' | 'token', Told>>> {
  return {
    session: await whoAmI(world, browser),
    check: await ask(world, browser, '/auth/check?app=northwind'),
    token: await ask(world, browser, '/auth/token', 'POST', { 'x-csrf': '1' })
  }
}

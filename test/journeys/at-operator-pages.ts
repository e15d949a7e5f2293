// How does an operator come to their pages in a test? With a key of a scope, typed into the form.
import type { Browser, Page } from '../world/browser.ts'
import { made } from '../world/tenancy.ts'
import type { JourneyWorld } from './world.ts'

export interface AtOperatorPages {
  readonly browser: Browser
  readonly key: string
  readonly keyId: string
}

export const operatorPath = '/auth/operator'

/** Makes a key and signs in with it. */
export async function operatorWith (world: Pick<JourneyWorld, 'gateway' | 'url' | 'browser'>, scope: 'read' | 'support' | 'admin', expiresAt?: Date): Promise<AtOperatorPages> {
  const { id, key } = await made(world.gateway, '/api-keys', { name: `Key to ${scope}`, scopes: [scope], ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.toISOString() }) })
  const browser = world.browser()
  await signInOperator(world, browser, String(key))
  return { browser, key: String(key), keyId: String(id) }
}

export async function signInOperator (world: Pick<JourneyWorld, 'url'>, browser: Browser, credential: string): Promise<Page> {
  await browser.visit(`${world.url}${operatorPath}/sign-in`)
  return await browser.submit(`${operatorPath}/sign-in`, { credential })
}

const held = (browser: Browser, field: string) => new RegExp(`name="${field}" value="([^"]*)"`).exec(browser.page().body)?.[1] ?? ''

/** The number of the form on the page that is open. */
export function formNumberOn (browser: Browser): string {
  return held(browser, 'form_number')
}

/** What a form would send that is from the page that is open, to wherever. */
export async function post (browser: Browser, path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Page> {
  return await browser.fetch(path, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html', 'sec-fetch-mode': 'navigate', ...headers }, body: new URLSearchParams({ form_token: held(browser, 'form_token'), form_number: formNumberOn(browser), ...fields }).toString() })
}

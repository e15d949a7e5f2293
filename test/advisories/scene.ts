// Where do all attacks take place? Two customers, two apps served on hosts of their own, and two people who are signed in everywhere.
import { type Answered, openServedWorld, type ServedWorld } from '../journeys/served-world.ts'
import type { WithTeardown } from '../journeys/world.ts'
import type { Browser } from '../world/browser.ts'
import { rawRequests, type SendRaw } from './raw-request.ts'

export interface Scene extends ServedWorld {
  readonly raw: SendRaw
  /** Of Acme; has role `user`. */
  readonly ada: Browser
  /** Of Globex; has no role. */
  readonly gus: Browser
  /** A browser that has just come through Okta to all three hosts. */
  signIn (email: string): Promise<Browser>
  /** The session cookie of a browser at an app, `name=value`, and nothing else. */
  session (browser: Browser, slug: string): string
  /** What each door of an app says to such headers. */
  knock (slug: string, headers: Readonly<Record<string, string | string[]>>, query?: string): Promise<Readonly<Record<Door, Answered>>>
}

type Door = 'session' | 'check' | 'token'

/** Headers that only a program sets, and no more: nothing here says who is signed in. */
export const script = { accept: 'application/json', 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }

export async function openScene (t: WithTeardown): Promise<Scene> {
  const served = await openServedWorld(t)
  const { world, at, enter, askAt } = served
  const signIn = async (email: string): Promise<Browser> => {
    const browser = world.browser()
    await enter(browser, 'crm', email)
    await browser.visit(`${at('docs')}/`)
    return browser
  }
  return {
    ...served,
    raw: rawRequests(world.gateway.url),
    signIn,
    ada: await signIn('ada@acme.test'),
    gus: await signIn('gus@globex.test'),
    session: (browser, slug) => `gatehouse=${browser.jar.value(`${at(slug)}/`, 'gatehouse') ?? ''}`,
    knock: async (slug, headers, query = '') => ({
      session: await askAt(slug, `/auth/session${query}`, { headers: { ...script, ...headers } }),
      check: await askAt(slug, `/auth/check${query}`, { headers: { ...script, ...headers } }),
      token: await askAt(slug, `/auth/token${query}`, { method: 'POST', headers: { ...script, 'x-csrf': '1', ...headers } })
    })
  }
}

/** The claims of a token, unverified. */
export function claimsOf (token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
}

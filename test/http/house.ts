// Where are the routes tried? On a gateway on a port of its own, with a customer, its Okta, two apps, and somebody who is signed in.
import { Agent } from 'undici'
import { signIn } from '../journeys/signing-in.ts'
import { openOrg, openWorld, type JourneyWorld, type WithTeardown } from '../journeys/world.ts'
import type { Browser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import type { OktaOrg } from '../world/okta-org.ts'
import { createTenancy, made, type Tenancy } from '../world/tenancy.ts'

export interface Asked {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body as JSON, an empty object where it is none. */
  readonly body: Record<string, unknown>
}

export interface Ask {
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string | Uint8Array
}

export interface House extends JourneyWorld {
  readonly org: OktaOrg
  readonly acme: Tenancy
  /** The host of PUBLIC_URL, and of the app `northwind`. */
  readonly host: string
  /** The host of the app `orders`, on which nobody is signed in. */
  readonly ordersHost: string
  /** One request, as it is written: `path` is the request target. */
  ask (method: string, path: string, ask?: Ask): Promise<Asked>
  /** Signs somebody in and returns the browser and its Cookie header. */
  signIn (email?: string): Promise<{ browser: Browser, cookie: string }>
}

export const audience = 'https://api.northwind.test'

export async function openHouse (t: WithTeardown, environment: Readonly<Record<string, string>> = {}): Promise<House> {
  // Near the real time, which the provider in the stand-in goes by; at a whole second, as tokens count.
  const clock = createClock(new Date(Math.floor(Date.now() / 1000) * 1000))
  const org = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test', 'zo\u00eb@acme.test'])
  const world = await openWorld(t, [org.url], environment, clock)
  const agent = new Agent()
  t.teardown(async () => { await agent.close() })
  const host = new URL(world.url).host
  const ordersHost = `orders.localhost:${new URL(world.url).port}`
  await made(world.gateway, '/apps', { slug: 'orders', name: 'Orders', audience: 'https://orders.northwind.test', hosts: [ordersHost], returnTo: [`http://${ordersHost}/`], tokenLifetimeSeconds: 60 })
  const acme = await createTenancy(world.gateway, {
    slug: 'acme',
    name: 'Acme Corp',
    domains: ['acme.test'],
    org,
    members: [
      { email: 'ada@acme.test', name: 'Ada Acme', roles: ['admin', 'buyer'] },
      { email: 'zo\u00eb@acme.test', name: 'Zo\u00eb Acme' }
    ]
  })
  return {
    ...world,
    org,
    acme,
    host,
    ordersHost,
    ask: async (method, path, { headers = {}, body } = {}) => {
      const answer = await agent.request({ origin: world.gateway.url, path, method, headers: { host, ...headers }, body: body ?? null })
      const text = await answer.body.text()
      return { status: answer.statusCode, headers: answer.headers, text, body: /json/.test(String(answer.headers['content-type'])) && text !== '' ? JSON.parse(text) : {} }
    },
    signIn: async (email = 'ada@acme.test') => {
      const browser = world.browser()
      await signIn(world, browser, email)
      const cookie = browser.jar.header(new URL(world.url))
      if (cookie === undefined || !cookie.includes('gatehouse=')) throw new Error(`Nobody is signed in: ${browser.page().url} ${browser.page().text}\n${world.log.slice(-5).join('')}`)
      return { browser, cookie }
    }
  }
}

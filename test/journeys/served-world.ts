// What do the journeys through an app's upstream begin with? Two customers, and two apps on hosts of their own whose servers do what the test says.
import { Agent } from 'undici'
import type { Browser, Page } from '../world/browser.ts'
import { type Clock, createClock } from '../world/clock.ts'
import { type SteeredUpstream, startSteeredUpstream } from '../world/steered-upstream.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { pickPerson } from './signing-in.ts'
import { type JourneyWorld, openOrg, openWorld, type WithTeardown } from './world.ts'

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
export interface Asked { readonly method?: Method, readonly cookie?: string, readonly headers?: Readonly<Record<string, string | string[]>>, readonly body?: string }
export interface Answered { readonly status: number, readonly headers: Readonly<Record<string, string | string[] | undefined>>, readonly body: string }

export interface ServedWorld {
  readonly world: JourneyWorld
  readonly clock: Clock
  /** At the root of its server; the other one lives below `/base`. */
  readonly crm: SteeredUpstream
  readonly docs: SteeredUpstream
  /** The origin of an app; that of `northwind` is the login host. */
  at (slug: string): string
  host (slug: string): string
  /** The whole way: the app's address, the login, Okta, and back. */
  enter (browser: Browser, slug: string, email: string, path?: string): Promise<Page>
  cookieAt (browser: Browser, slug: string): string
  /** What a script or program on that host gets. */
  askAt (slug: string, path: string, asked?: Asked): Promise<Answered>
}

export async function openServedWorld (t: WithTeardown, environment: Readonly<Record<string, string>> = {}): Promise<ServedWorld> {
  const agent = new Agent()
  t.teardown(async () => { await agent.destroy() })
  const clock = createClock(new Date())
  const acme = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
  const globex = await openOrg(t, clock, 'globex', ['gus@globex.test'])
  const world = await openWorld(t, [acme.url, globex.url], environment, clock)
  await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: acme, admission: 'just-in-time', defaultRoles: ['user'] })
  await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: globex, admission: 'just-in-time' })
  const { port } = new URL(world.url)
  const at = (slug: string) => slug === 'northwind' ? world.url : `http://${slug}.localhost:${port}`
  const [crm, docs] = [await startSteeredUpstream(), await startSteeredUpstream()]
  t.teardown(async () => { await Promise.all([crm.stop(), docs.stop()]) })
  for (const [slug, upstream] of [['crm', crm.url], ['docs', `${docs.url}/base`]] as const) {
    await world.heard(async () => await made(world.gateway, '/apps', { slug, name: slug, audience: slug, hosts: [new URL(at(slug)).host], returnTo: [`${at(slug)}/`], homeUrl: `${at(slug)}/`, upstream }))
  }
  return {
    world,
    clock,
    crm,
    docs,
    at,
    host: slug => new URL(at(slug)).host,
    async enter (browser, slug, email, path = '/') {
      await browser.visit(at(slug) + path)
      await browser.submit(`${world.url}/auth/login`, { email })
      return await pickPerson(browser, email, () => false)
    },
    cookieAt: (browser, slug) => browser.jar.header(new URL(at(slug))) ?? '',
    async askAt (slug, path, { method = 'GET', cookie, headers = {}, body } = {}) {
      // Not `request`, which would tidy up the path.
      const answer = await agent.request({
        origin: world.gateway.url,
        path,
        method,
        headers: { host: new URL(at(slug)).host, accept: '*/*', 'sec-fetch-mode': 'cors', ...(cookie === undefined ? {} : { cookie }), ...headers },
        body: body ?? null
      })
      return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() }
    }
  }
}

// What does every journey begin with? One vendor, one product, two customers with an Okta of their own, and time that stands still.
import { createServer } from 'node:http'
import pg from 'pg'
import { type Browser, createBrowser, type Page } from '../world/browser.ts'
import { type Clock, createClock } from '../world/clock.ts'
import type { FaultyProvider } from '../world/faulty-provider.ts'
import { migrateDatabase, type RunningGateway, startGateway } from '../world/gateway.ts'
import { type OktaOrg, startOktaOrg } from '../world/okta-org.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { made } from '../world/tenancy.ts'
import { type Outgoing, watchOutgoing } from './outgoing.ts'

export interface WithTeardown { teardown (done: () => Promise<void>): unknown }

export interface JourneyWorld {
  readonly gateway: RunningGateway
  /** For whoever needs a connection of their own. */
  readonly databaseUrl: string
  readonly clock: Clock
  /** The login host and the product, which share it. */
  readonly url: string
  readonly home: string
  readonly outgoing: Outgoing
  /** Every statement of the gateway, but for the last use of sessions, which is written down when it pleases. */
  readonly statements: string[]
  /** The gateway's log. */
  readonly log: string[]
  /** One statement past the gateway, and its rows. */
  sql (text: string, values?: readonly unknown[]): Promise<Array<Record<string, unknown>>>
  count (table: string): Promise<number>
  browser (): Browser
  /** Does something that changes rows, and waits until the gateway has heard of all of it. */
  heard (work: () => Promise<unknown>): Promise<void>
  patch (path: string, body: unknown): Promise<Record<string, unknown>>
}

/** Starts a gateway with the product `northwind` on the login host. `issuers` are the origins that may be plain http. */
export async function openWorld (t: WithTeardown, issuers: readonly string[], environment: Readonly<Record<string, string>> = {}, clock: Clock = createClock(new Date()), lookUpTxt?: (name: string) => Promise<readonly string[]>): Promise<JourneyWorld> {
  const database = await createScratchDatabase(t, migrateDatabase)
  const statements: string[] = []
  const log: string[] = []
  const gateway = await startGateway({
    databaseUrl: database.url,
    issuers,
    environment,
    now: clock.now,
    ...(lookUpTxt === undefined ? {} : { lookUpTxt }),
    onStatement: sql => { if (!sql.includes('last_seen_at = greatest')) statements.push(sql) },
    log: line => { log.push(line) }
  })
  t.teardown(async () => { await gateway.close() })
  const url = gateway.publicUrl
  const home = `${url}/home`
  await made(gateway, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(url).host], returnTo: [`${url}/`], homeUrl: home })

  const waiting = new Map<string, () => void>()
  gateway.gateway.changes.onChange((kind, id) => { waiting.get(`${kind} ${id}`)?.() })
  const sql: JourneyWorld['sql'] = async (text, values = []) => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    return await client.query<Record<string, unknown>>(text, [...values]).then(({ rows }) => rows).finally(async () => { await client.end() })
  }
  return {
    gateway,
    databaseUrl: database.url,
    clock,
    url,
    home,
    outgoing: watchOutgoing(t),
    statements,
    log,
    sql,
    count: async table => Number((await sql(`select count(*) from ${table}`))[0]?.['count']),
    browser: () => createBrowser(),
    async heard (work) {
      await work()
      // What is told last is heard last: once this has come through, so has everything before it.
      const word = `barrier ${waiting.size}`
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.set(word, resolve)
      await sql('select pg_notify($1, $2)', ['gatehouse', word])
      await promise
    },
    patch: async (path, body) => await made(gateway, path, body, 'PATCH')
  }
}

/** An Okta organisation by the world's clock. Created before the gateway, which has to know its origin. */
export async function openOrg (t: WithTeardown, clock: Clock, name: string, people: readonly string[]): Promise<OktaOrg> {
  const org = await startOktaOrg({ name, label: name, people: people.map(email => ({ email, name: nameOf(email) })), now: clock.now })
  t.teardown(async () => { await org.stop() })
  return org
}

/** The faulty provider as an organisation in which an app can be registered. */
export function asOrg (provider: FaultyProvider): Pick<OktaOrg, 'url' | 'addApp'> {
  return { url: provider.origin, addApp: app => ({ ...app, clientId: provider.clientId, secrets: [provider.clientSecret] }) }
}

/** A page of somebody else's site. Returns its address. */
export async function openForeignPage (t: WithTeardown, html: string): Promise<{ url: string, visits: () => number }> {
  let visits = 0
  const server = createServer((_request, response) => {
    visits++
    response.writeHead(200, { 'content-type': 'text/html' }).end(html)
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(async () => { await new Promise(resolve => { server.close(resolve); server.closeAllConnections() }) })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, visits: () => visits }
}

/** `ada@acme.test` is called Ada Acme. */
export function nameOf (email: string): string {
  return email.split(/[@.]/).slice(0, 2).map(part => part.slice(0, 1).toUpperCase() + part.slice(1)).join(' ')
}

/** The reference that a failure page shows. */
export function referenceOn (page: Page): string {
  return /Reference <code>([a-z0-9-]+)<\/code>/.exec(page.body)?.[1] ?? `none on ${page.url}: ${page.text}`
}

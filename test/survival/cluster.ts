// Three gateways on one PostgreSQL behind nginx: what `docs` tells people to run, with two customers who sign in for real.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { Agent, request } from 'undici'
import { openOrg } from '../journeys/world.ts'
import { pickPerson } from '../journeys/signing-in.ts'
import { startProxy } from '../proxies/proxy-process.ts'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { findFreePort, migrateDatabase, startGateway } from '../world/gateway.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { frontOf } from './front.ts'
import { type CommandLine, createReplica, type Replica } from './replica.ts'
import { createStoppablePostgres, type StoppablePostgres } from './stoppable-postgres.ts'
import { startToldProduct } from './told-product.ts'

export interface Visit {
  /** Of the product behind the proxy; 0 when there was no answer at all. */
  readonly status: number
  /** Whom the product took the visitor for; empty where nothing reached it. */
  readonly email: string
  readonly token: string
  /** Ports of the replicas that nginx asked, the one that answered last. */
  readonly asked: readonly number[]
}

export interface Cluster {
  readonly app: string
  readonly login: string
  readonly replicas: readonly [Replica, Replica, Replica]
  readonly postgres: StoppablePostgres
  /** Signs in with a fresh browser, through nginx and Okta, and returns the cookies of the app's host. */
  enter (email: string): Promise<string>
  /** Opens a page of the product through nginx. */
  visit (cookie: string | null): Promise<Visit>
  /** Asks one replica as nginx would; the token is empty where it is not let in. */
  check (replica: Replica, cookie: string): Promise<{ readonly status: number, readonly token: string }>
  /** The operator API of one replica. Throws unless it agrees. */
  api (replica: Replica, method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Record<string, unknown>>
  /** Member ids by email. */
  readonly members: ReadonlyMap<string, string>
  /** One statement past the gateways. */
  sql (text: string, values?: readonly unknown[]): Promise<void>
  stop (): Promise<void>
}

const people = { acme: ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'], globex: ['gus@globex.test'] } as const

export interface ClusterOptions {
  readonly commandLine?: CommandLine | undefined
  /** Of the replicas, beside what all of them need. */
  readonly environment?: Readonly<Record<string, string>>
}

export async function openCluster (options: ClusterOptions = {}): Promise<Cluster> {
  const stops: (() => Promise<void>)[] = []
  const ends = { teardown: (done: () => Promise<void>) => { stops.push(done) } }
  const stop = async () => { for (const done of stops.splice(0).reverse()) await done() }
  try {
    return { ...await build(ends, options), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function build (ends: { teardown (done: () => Promise<void>): void }, { commandLine, environment: ofReplicas }: ClusterOptions): Promise<Omit<Cluster, 'stop'>> {
  const clock = createClock(new Date())
  const orgs = { acme: await openOrg(ends, clock, 'acme', people.acme), globex: await openOrg(ends, clock, 'globex', people.globex) }
  const product = await startToldProduct()
  ends.teardown(product.stop)
  const postgres = await createStoppablePostgres()
  ends.teardown(postgres.close)
  await postgres.createDatabase('gatehouse')
  const databaseUrl = postgres.url('gatehouse')
  await migrateDatabase(databaseUrl)

  const proxy = await findFreePort()
  const login = `http://login.localhost:${proxy}`
  const app = `http://app.localhost:${proxy}`
  const operatorToken = randomBytes(24).toString('hex')
  const environment = {
    PUBLIC_URL: login,
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: `survival:${randomBytes(32).toString('base64')}`,
    COOKIE_SECRETS: randomBytes(32).toString('hex'),
    OPERATOR_TOKEN: operatorToken,
    DEVELOPMENT_ISSUERS: Object.values(orgs).map(org => org.url).join(','),
    TRUSTED_PROXIES: '127.0.0.1',
    LOGIN_RATE_LIMIT: '0',
    API_RATE_LIMIT: '0',
    SHUTDOWN_DELAY_SECONDS: '0',
    ...ofReplicas
  }
  const members = new Map<string, string>()
  const first = await startGateway({ databaseUrl, publicUrl: login, issuers: [], environment })
  try {
    await made(first, '/apps', { slug: 'product', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(app).host], returnTo: [`${app}/`], homeUrl: `${app}/` })
    for (const slug of ['acme', 'globex'] as const) {
      const tenancy = await createTenancy(first, { slug, name: slug, domains: [`${slug}.test`], org: orgs[slug], members: people[slug].map(email => ({ email, name: email, roles: ['buyer'] })) })
      for (const [email, id] of tenancy.members) members.set(email, id)
    }
  } finally {
    await first.close()
  }

  const replica = async () => {
    const created = await createReplica(environment, commandLine)
    ends.teardown(created.kill)
    return created
  }
  const replicas = [await replica(), await replica(), await replica()] as const
  await Promise.all(replicas.map(async one => { await one.start() }))
  await startProxy(ends, frontOf(replicas.map(({ port }) => port)), { proxy, gateway: 0, product: product.port })
  const agent = new Agent({ connections: 64 })
  ends.teardown(async () => { await agent.destroy() })

  return {
    app,
    login,
    replicas: [...replicas],
    postgres,
    members,
    async enter (email) {
      const browser = createBrowser()
      await browser.visit(app)
      await browser.submit(`${login}/auth/login`, { email })
      const page = await pickPerson(browser, email, () => false)
      if (page.status !== 200) throw new Error(`${email} did not get in: ${page.status} ${page.text}`)
      return browser.jar.header(new URL(app)) ?? ''
    },
    async visit (cookie) {
      try {
        const answer = await request(`http://127.0.0.1:${proxy}/orders`, { dispatcher: agent, headers: { host: new URL(app).host, accept: '*/*', 'sec-fetch-mode': 'cors', ...(cookie === null ? {} : { cookie }) } })
        const body = await answer.body.text()
        const told: unknown = answer.statusCode === 200 ? JSON.parse(body) : {}
        return { status: answer.statusCode, email: textAt(told, 'email'), token: textAt(told, 'token'), asked: String(answer.headers['x-asked'] ?? '').match(/(?<=:)\d+/g)?.map(Number) ?? [] }
      } catch {
        return { status: 0, email: '', token: '', asked: [] }
      }
    },
    async check (replica, cookie) {
      const answer = await request(`${replica.url}/auth/check`, { dispatcher: agent, headers: { 'x-forwarded-host': new URL(app).host, 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-uri': '/orders', cookie } })
      await answer.body.dump()
      return { status: answer.statusCode, token: String(answer.headers['authorization'] ?? '').replace(/^Bearer /, '') }
    },
    async api (replica, method, path, body) {
      const answer = await request(`${replica.url}/api/v1${path}`, { dispatcher: agent, method, headers: { authorization: `Bearer ${operatorToken}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }, body: body === undefined ? null : JSON.stringify(body) })
      const text = await answer.body.text()
      if (answer.statusCode >= 300) throw new Error(`${method} ${path} answered ${answer.statusCode}: ${text}`)
      return text === '' ? {} : JSON.parse(text)
    },
    async sql (text, values = []) {
      const client = new pg.Client({ connectionString: databaseUrl })
      await client.connect()
      await client.query(text, [...values]).finally(async () => { await client.end() })
    }
  }
}

function textAt (value: unknown, name: string): string {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
  return typeof found === 'string' ? found : ''
}

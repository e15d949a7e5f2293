// What stands around a proxy? A browser before it; a gateway, a product and two customers behind it; and a client that writes what it likes.
import { request as send } from 'node:http'
import { createServer, type Socket } from 'node:net'
import { Agent, WebSocket } from 'undici'
import { openOrg, type WithTeardown } from '../journeys/world.ts'
import { pickPerson } from '../journeys/signing-in.ts'
import { type Browser, createBrowser, type Page } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { findFreePort, migrateDatabase, type RunningGateway, startGateway } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { type EchoProduct, startEchoProduct } from './echo-product.ts'
import { type ProxyKind, startProxy } from './proxy-process.ts'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

export interface RawRequest {
  readonly method?: string
  /** As they are to be written, in whatever case and however often. */
  readonly headers?: ReadonlyArray<readonly [name: string, value: string]>
  readonly body?: string
  readonly host?: string
}

export interface ProxiedWorld {
  readonly gateway: RunningGateway
  readonly product: EchoProduct
  /** The product's origin, as in the address bar. */
  readonly app: string
  readonly login: string
  browser (): Browser
  /** Opens a page of the product with an empty jar and does what it takes to arrive. */
  enter (browser: Browser, email: string, path?: string): Promise<Page>
  /** A request whose target and headers go out exactly as given. */
  raw (path: string, request?: RawRequest): Promise<RawAnswer>
  cookieOf (browser: Browser): readonly [string, string]
  /** The first thing that the product says on a WebSocket, or the word `refused`. */
  socket (path: string, headers: Readonly<Record<string, string>>): Promise<string>
  /** The gateway is gone; with `mute`, something in its place takes questions and never answers. */
  loseGateway (mute: boolean): Promise<void>
}

const manyRoles = Array.from({ length: 100 }, (_, number) => `role-${number}-`.padEnd(64, 'x'))

export async function openProxiedWorld (t: WithTeardown, kind: ProxyKind): Promise<ProxiedWorld> {
  const clock = createClock(new Date())
  const acme = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test'])
  const globex = await openOrg(t, clock, 'globex', ['gus@globex.test'])
  const product = await startEchoProduct(t)
  const ports = { proxy: await findFreePort(), gateway: await findFreePort(), product: product.port }
  const login = `http://login.localhost:${ports.proxy}`
  const app = `http://app.localhost:${ports.proxy}`
  const database = await createScratchDatabase(t, migrateDatabase)
  const gateway = await startGateway({ databaseUrl: database.url, port: ports.gateway, publicUrl: login, issuers: [acme.url, globex.url], environment: { TRUSTED_PROXIES: '127.0.0.1', SHUTDOWN_DELAY_SECONDS: '0' }, now: clock.now })
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => { await (closing ??= gateway.close()) }
  t.teardown(close)
  await made(gateway, '/apps', { slug: 'product', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(app).host], returnTo: [`${app}/`], homeUrl: `${app}/` })
  await createTenancy(gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: acme, members: [{ email: 'ada@acme.test', name: 'Ada Acme', roles: ['admin', 'buyer'] }, { email: 'bob@acme.test', name: 'Bob Acme', roles: ['buyer'] }] })
  await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: globex, members: [{ email: 'gus@globex.test', name: 'Gus Globex', roles: manyRoles }] })
  await startProxy(t, kind, ports)

  const cookieOf = (browser: Browser) => ['Cookie', browser.jar.header(new URL(app)) ?? ''] as const
  return {
    gateway,
    product,
    app,
    login,
    browser: () => createBrowser(),
    cookieOf,
    async enter (browser, email, path = '/') {
      const page = await browser.visit(app + path)
      if (new URL(page.url).pathname !== '/auth/login') return page
      await browser.submit(`${login}/auth/login`, { email })
      return await pickPerson(browser, email, () => false)
    },
    raw: async (path, request = {}) => await sendRaw(ports.proxy, new URL(app).host, path, request),
    socket: async (path, headers) => await openSocket(`${app.replace('http', 'ws')}${path}`, headers),
    async loseGateway (mute) {
      await close()
      if (mute) await listenMute(t, ports.gateway)
    }
  }
}

async function sendRaw (port: number, ownHost: string, path: string, { method = 'GET', headers = [], body, host = ownHost }: RawRequest): Promise<RawAnswer> {
  const length = body === undefined ? [] : [['Content-Length', String(Buffer.byteLength(body))]]
  return await new Promise((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, method, path, agent: false, setHost: false, headers: [['Host', host], ...length, ...headers].flat() }, answer => {
      const parts: string[] = []
      answer.setEncoding('utf8').on('data', (part: string) => { parts.push(part) })
      answer.on('end', () => { resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: parts.join('') }) })
    })
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

async function openSocket (url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  const dispatcher = new Agent({ connect: { lookup: (_name, options, done) => { options.all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4) } } })
  const socket = new WebSocket(url, { headers, dispatcher })
  return await new Promise<string>(resolve => {
    socket.addEventListener('message', ({ data }) => { resolve(String(data)) })
    socket.addEventListener('error', () => { resolve('refused') })
    socket.addEventListener('close', () => { resolve('refused') })
  }).finally(() => {
    socket.close()
    void dispatcher.destroy()
  })
}

async function listenMute (t: WithTeardown, port: number): Promise<void> {
  const open = new Set<Socket>()
  const server = createServer(socket => { open.add(socket); socket.on('error', () => { socket.destroy() }) })
  await new Promise<void>((resolve, reject) => { server.once('error', reject).listen(port, '127.0.0.1', resolve) })
  t.teardown(async () => {
    for (const socket of open) socket.destroy()
    await new Promise(resolve => { server.close(resolve) })
  })
}

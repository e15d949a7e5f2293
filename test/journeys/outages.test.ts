// Who gets in while the database or an identity provider is away? Nobody who should not, and everybody again by themselves.
import { chmod, mkdtemp, rm, symlink, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Agent } from 'undici'
import t from 'tap'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { databaseUrl, type EmbeddedPostgres, startPostgres, withClient } from '../world/embedded-postgres.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { migrateDatabase, startGateway } from '../world/gateway.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { atCallback, signIn } from './signing-in.ts'
import { asOrg, openOrg } from './world.ts'

const SLOWEST_MS = 3_000

// A link to wherever the server's socket is, so that a server that was started anew has the address of the old one.
const place = await mkdtemp(join(tmpdir(), 'gatehouse-outages-'))
const link = join(place, 'socket')
const directory = join(place, 'data')
const servers: EmbeddedPostgres[] = []

async function startDatabase (): Promise<EmbeddedPostgres> {
  const server = await startPostgres({ directory })
  servers.push(server)
  await unlink(link).catch(() => {})
  await symlink(server.socketDirectory, link)
  return server
}

/** Stops the server with all of its children, which PostgreSQL makes sessions of their own; returns what lets them go on. */
async function freezeDatabase (server: EmbeddedPostgres): Promise<() => void> {
  const pids = [server.pid]
  await withClient(server.url('postgres'), async client => {
    // From here on there are no new ones.
    process.kill(server.pid, 'SIGSTOP')
    const { rows } = await client.query<{ pid: number }>('select pid from pg_stat_activity where pid <> pg_backend_pid()')
    pids.push(...rows.map(({ pid }) => pid))
  })
  for (const pid of pids) process.kill(pid, 'SIGSTOP')
  return () => { for (const pid of pids.splice(0)) process.kill(pid, 'SIGCONT') }
}

await chmod(place, 0o755)
let postgres = await startDatabase()
await postgres.createDatabase('gatehouse')
const url = databaseUrl(link, 'gatehouse')
await migrateDatabase(url)

const clock = createClock(new Date())
const acmeOrg = await openOrg(t, clock, 'acme', ['ada@acme.test'])
const globexOrg = await startFaultyProvider({ name: 'globex', now: clock.now })
const gateway = await startGateway({ databaseUrl: url, issuers: [acmeOrg.url, globexOrg.origin], now: clock.now })
const management = await gateway.gateway.management.listen({ host: '127.0.0.1', port: 0 })
t.teardown(async () => {
  await gateway.close()
  await globexOrg.close()
  for (const server of servers) await server.stop()
  await rm(place, { recursive: true, force: true })
})
const agent = new Agent()
t.teardown(async () => { await agent.close() })
const world = { url: gateway.publicUrl }
const { host } = new URL(world.url)
await made(gateway, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [host], returnTo: [`${world.url}/`], homeUrl: `${world.url}/home` })
const acme = await createTenancy(gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org: acmeOrg, members: [{ email: 'ada@acme.test', name: 'Ada Acme' }] })
await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: asOrg(globexOrg), admission: 'just-in-time' })

const ada = createBrowser()
await signIn(world, ada, 'ada@acme.test')
const cookie = ada.jar.header(new URL(world.url)) ?? ''

interface Assertions extends Pick<typeof t, 'equal' | 'match' | 'notMatch' | 'notOk' | 'strictSame'> {}

interface Told { readonly status: number, readonly type: string, readonly text: string, readonly headers: Record<string, string | string[] | undefined> }

async function ask (path: string, headers: Record<string, string> = {}, method = 'GET', base = gateway.url): Promise<Told> {
  const answer = await agent.request({ origin: base, path, method, headers: { host, ...headers } })
  return { status: answer.statusCode, type: String(answer.headers['content-type']), text: await answer.body.text(), headers: answer.headers }
}
const check = async () => await ask('/auth/check', { cookie })
const probe = async (path: string) => await ask(path, {}, 'GET', management)

async function untilReady (): Promise<void> {
  const patience = performance.now() + 30_000
  while ((await probe('/readyz')).status !== 200) if (performance.now() > patience) throw new Error('the gateway did not recover')
}

/** Asks until the answer is no longer 200; returns how many milliseconds after `since` the last 200 came. */
async function untilRefused (since: number): Promise<{ lastAllowedMs: number, first: Told }> {
  for (let lastAllowedMs = 0; ;) {
    const first = await check()
    if (first.status !== 200) return { lastAllowedMs, first }
    lastAllowedMs = performance.now() - since
    if (lastAllowedMs > SLOWEST_MS) return { lastAllowedMs, first }
  }
}

/** What every door says while the database is away. */
async function checkDoors (t: Assertions): Promise<void> {
  const page = { accept: 'text/html', 'sec-fetch-mode': 'navigate' }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const doors: ReadonlyArray<readonly [string, Promise<Told>, RegExp]> = [
    ['a login by link', ask('/auth/login?login_hint=ada@acme.test', page), /^text\/html/],
    ['a tile', ask(`/auth/initiate/${acme.connection}`, page), /^text\/html/],
    ['a callback', ask(`/auth/callback/${acme.connection}?code=x&state=y`, page), /^text\/html/],
    ['the sign-in page for somebody with a session', ask('/auth/login', { ...page, cookie }), /^text\/html/],
    ['signing out', ask('/auth/logout', { ...page, ...form, cookie, 'x-csrf': '1' }, 'POST'), /^text\/html/],
    ['the session', ask('/auth/session', { cookie }), /^application\/problem\+json/],
    ['a token', ask('/auth/token', { cookie, 'x-csrf': '1' }, 'POST'), /^application\/problem\+json/],
    ['the key set', ask('/.well-known/jwks.json'), /^application\/problem\+json/],
    ['the operator API', ask('/api/v1/tenants', { authorization: `Bearer ${gateway.operatorToken}` }), /^application\/problem\+json/],
    ['forward-auth', check(), /^application\/problem\+json/]
  ]
  const [live, ready, signInPage] = await Promise.all([probe('/livez'), probe('/readyz'), ask('/auth/login', page)])
  for (const [what, answer, type] of doors) {
    const told = await answer
    t.equal(told.status, 503, what)
    t.match(told.type, type, what)
    t.notMatch(told.text, /ECONN|postgres|timeout|socket|pg_/i, 'nothing of the cause')
    t.notOk('set-cookie' in told.headers, what)
    if (/html/.test(told.type)) t.match(told.text, /Your account is fine/, what)
    else t.match(told.text, /"code":"database-unavailable"/, what)
    t.strictSame(Object.keys(told.headers).filter(name => name === 'authorization' || name.startsWith('x-auth-request')), [])
  }
  t.equal(live.status, 200, 'a restart would mend nothing')
  t.equal(ready.status, 503)
  t.match(ready.text, /the database does not answer/)
  t.match(ready.text, /changes in the database are not heard/)
  t.equal(signInPage.status, 200, 'the page that asks for the email needs nobody')
}

void t.test('When the database is killed, nobody passes, everybody is told why, and all is well when it is back', async t => {
  t.equal((await check()).status, 200)
  process.kill(postgres.pid, 'SIGKILL')
  const { lastAllowedMs, first } = await untilRefused(performance.now())
  t.ok(lastAllowedMs < SLOWEST_MS, `the last 200 came after ${Math.round(lastAllowedMs)} ms`)
  t.equal(first.status, 503)
  await checkDoors(t)
  t.equal((await check()).status, 503)

  postgres = await startDatabase()
  await untilReady()
  t.equal((await check()).status, 200, 'without a restart, and with the same session')
  await signIn(world, createBrowser(), 'ada@acme.test')
})

void t.test('When the database falls silent, a session that was ended in the meantime is refused within three seconds, and nobody waits for ever', async t => {
  t.equal((await check()).status, 200)
  const goOn = await freezeDatabase(postgres)
  t.teardown(goOn)
  const since = performance.now()
  const { lastAllowedMs, first } = await untilRefused(since)
  t.ok(lastAllowedMs < SLOWEST_MS, `the last 200 came after ${Math.round(lastAllowedMs)} ms`)
  t.equal(first.status, 503)
  const asked = performance.now()
  await checkDoors(t)
  t.ok(performance.now() - asked < 10_000, 'every answer came in time')

  goOn()
  await untilReady()
  t.equal((await check()).status, 200)
  await signIn(world, createBrowser(), 'ada@acme.test')
})

void t.test('A provider that is away when a login begins is told as that, and the other customers notice nothing', async t => {
  globexOrg.always.discovery = { mishap: { kind: 'reset' } }
  const gus = createBrowser()
  const page = await gus.visit(`${world.url}/auth/login?login_hint=gus@globex.test`)
  t.equal(page.status, 502)
  t.match(page.text, /Your company.s Okta can.t be reached/)
  t.match(page.body, /Reference <code>/)
  t.notMatch(page.body, /Acme/)
  t.equal((await gus.visit(`${world.url}/auth/login?login_hint=gus@globex.test`)).status, 502, 'and once more')
  await signIn(world, createBrowser(), 'ada@acme.test')
  t.equal((await probe('/readyz')).status, 200, 'no customer\'s Okta makes us unready')
  delete globexOrg.always.discovery
})

void t.test('A provider that is away, busy or broken at the callback is 502 or 503, and nobody is signed in', async t => {
  clock.advance(120)
  const rows: ReadonlyArray<readonly [string, typeof globexOrg.always.token, number]> = [
    ['breaks off', { mishap: { kind: 'reset' } }, 502],
    ['is broken', { mishap: { kind: 'answer', status: 500, body: 'Internal Server Error' } }, 502],
    ['answers with a page', { mishap: { kind: 'answer', status: 200, contentType: 'text/html', body: '<html></html>' } }, 502],
    ['is busy', { refusal: 'busy' }, 503]
  ]
  for (const [what, fault, status] of rows) {
    clock.advance(61)
    const gus = createBrowser()
    await gus.visit(`${world.url}/auth/login?login_hint=ada@globex.test`, atCallback)
    t.match(gus.page().location, /\/auth\/callback\//, what)
    if (fault !== undefined) globexOrg.always.token = fault
    const page = await gus.follow()
    delete globexOrg.always.token
    t.equal(page.status, status, what)
    t.match(page.text, /Try again/, what)
    t.notMatch(gus.jar.header(new URL(world.url)) ?? '', /gatehouse=/, what)
  }
  const gus = createBrowser()
  clock.advance(61)
  await signIn(world, gus, 'ada@globex.test')
  t.match(gus.jar.header(new URL(world.url)), /gatehouse=/, 'and when it is back, so is everybody')
})

void t.test('Discovery that is away long after it was read costs no login', async t => {
  globexOrg.always.discovery = { mishap: { kind: 'answer', status: 503 } }
  for (const seconds of [3_600, 20_000]) {
    clock.advance(seconds)
    const asked = globexOrg.asked('/.well-known/openid-configuration')
    const gus = createBrowser()
    await signIn(world, gus, 'ada@globex.test')
    t.match(gus.jar.header(new URL(world.url)), /gatehouse=/, `${seconds} seconds later`)
    if (seconds > 3_600) t.ok(globexOrg.asked('/.well-known/openid-configuration') > asked - 1)
  }
  delete globexOrg.always.discovery
})

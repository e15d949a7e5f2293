// Does a replica hear of every change, and know when it may not have?
import t from 'tap'
import type { Test } from 'tap'
import path from 'node:path'
import { type ChangeKind, type ChangesOptions, listenToChanges } from '../../src/postgres/changes.ts'
import { createLiveSessions } from '../../src/postgres/live-sessions.ts'
import type { Secret } from '../../src/secret.ts'
import { acme, acmeOkta, acmePreview, ada, after, bob, globex, globexOkta, gus, now, setTheScene, signInOf } from '../contracts/cast.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import { startPostgres } from '../world/embedded-postgres.ts'
import { type FreshDatabase, openFreshDatabase, openStores, runRaw } from './fresh-database.ts'
import { openLine } from './line.ts'
import { until } from './until.ts'

/** A listener whose time only moves when told; what it hears, and how often it is in doubt. */
async function listen (test: Test, url: Secret, options: Partial<ChangesOptions> = {}) {
  const heard: string[] = []
  const lost: unknown[] = []
  let [time, doubts] = [0, 0]
  const changes = listenToChanges({ url, name: 'replica-one', monotonic: () => time, onLost: error => { lost.push(error) }, ...options })
  changes.onChange((kind: ChangeKind, id: string) => { heard.push(`${kind} ${id}`) })
  changes.onDoubt(() => { doubts++ })
  test.teardown(async () => { await changes.close() })
  return { changes, heard, lost, doubts: () => doubts, advance: (milliseconds: number) => { time += milliseconds } }
}

async function open (test: Test) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  for (const [name, member, connection] of [['bob', bob, acmeOkta], ['ada', ada, acmePreview], ['gus', gus, globexOkta]] as const) {
    const { idHash, session, signIn } = signInOf(name, member, connection)
    await stores.sessions.save(idHash, session, signIn)
  }
  await database.raw("insert into apps values ('app-orders', 'orders', 'Orders', 'orders', '{}', '{}', null, null, null, now(), now())")
  await database.raw("insert into signing_keys values ('key-one', '{}', 'sealed', now(), now(), now())")
  return { ...database, ...stores }
}

const hashOfSession = (name: string) => signInOf(name).idHash
/** What is done, and what everybody must hear of it, in whatever order. */
const told: Array<[string, string[]]> = [
  ["update tenants set name = 'Acme Corp' where id = 'tnt-acme'", [`tenant ${acme.id}`]],
  ["update connections set state = 'retired' where id = 'con-acme'", [`connection ${acmeOkta.id}`]],
  ["update members set status = 'suspended' where id = 'mem-ada'", [`member ${ada.id}`]],
  ["delete from sessions where id = 'ses-bob'", [`session ${hashOfSession('bob')}`]],
  // By its own id too: that is the name under which a token's sign-in is remembered.
  ["delete from sign_ins where id = 'sin-bob'", [`session ${hashOfSession('bob')}`, 'session sin-bob']],
  ["delete from members where id = 'mem-bob'", [`member ${bob.id}`, `session ${hashOfSession('bob')}`, 'session sin-bob']],
  ["delete from connections where id = 'con-acme'", [`connection ${acmeOkta.id}`, `session ${hashOfSession('bob')}`, 'session sin-bob']],
  ["delete from tenants where id = 'tnt-globex'", [`tenant ${globex.id}`, 'domain globex.test', `connection ${globexOkta.id}`, `member ${gus.id}`, `session ${hashOfSession('gus')}`, 'session sin-gus']],
  ["insert into domains (tenant_id, domain, challenge, created_at) values ('tnt-acme', 'acme.example', 'x', now())", ['domain acme.example']],
  ["update domains set verified_at = null, provenance = null where domain = 'acme.test'", ['domain acme.test']],
  ["insert into apps values ('app-x', 'x', 'X', 'x', '{}', '{}', null, null, null, now(), now())", ['app app-x']],
  ["update apps set hosts = '{new.northwind.test}'", ['app app-orders']],
  ['delete from apps', ['app app-orders']],
  ["insert into signing_keys values ('key-two', '{}', 'sealed', now(), now(), now())", ['signing-key key-two']],
  ['update signing_keys set retired_at = now()', ['signing-key key-one']],
  ['delete from signing_keys', ['signing-key key-one']],
  ['update sessions set last_seen_at = now()', []],
  ["insert into tenants (id, slug, name, created_at, updated_at) values ('tnt-x', 'x', 'X', now(), now())", []],
  ["begin; update members set status = 'suspended'; rollback", []]
]

void t.test('whoever changes a row, by hand or not, tells every replica, and a change that is undone tells nobody', async t => {
  for (const [statement, expected] of told) {
    await t.test(statement, async t => {
      const database = await open(t)
      const { changes, heard } = await listen(t, database.url)
      await changes.ready()
      const generation = changes.generation()
      await database.raw(statement)
      // What is told in order is heard in order: after this one nothing of the statement is still to come.
      await database.raw("select pg_notify('gatehouse', 'app the-last')")
      await until('the last one is heard', () => heard.at(-1) === 'app the-last')
      t.same(heard.slice(0, -1).sort(), [...expected].sort())
      t.equal(changes.generation() - generation, expected.length + 1)
    })
  }
})

void t.test('two replicas hear the same, and each proves its own line', async t => {
  const database = await open(t)
  const [one, other] = [await listen(t, database.url), await listen(t, database.url, { name: 'replica-two' })]
  await Promise.all([one.changes.ready(), other.changes.ready()])
  await database.raw("update members set name = 'Ada' where id = 'mem-ada'")
  await until('both have heard', () => one.heard.length === 1 && other.heard.length === 1)
  t.same(one.heard, other.heard)
  t.equal(one.changes.isTrusted() && other.changes.isTrusted(), true)
})

void t.test('a line is not trusted before its first beat, nor when the last one is more than two seconds old', async t => {
  const { url } = await openFreshDatabase(t)
  const { changes, advance } = await listen(t, url)
  t.equal(changes.isTrusted(), false)
  await changes.ready()
  t.equal(changes.isTrusted(), true)
  advance(2000)
  t.equal(changes.isTrusted(), true)
  advance(1)
  t.equal(changes.isTrusted(), false)
  await until('the next beat has proven it again', () => changes.isTrusted())
})

void t.test('what was remembered before the line was up is in doubt', async t => {
  const { url } = await openFreshDatabase(t)
  const { changes, doubts } = await listen(t, url)
  const generation = changes.generation()
  await changes.ready()
  t.equal(doubts(), 1)
  t.ok(changes.generation() > generation)
})

void t.test('a line that breaks is in doubt at once, and is up again by itself', async t => {
  const database = await open(t)
  const line = await openLine(t, socketOf(database))
  const { changes, heard, lost, doubts } = await listen(t, line.url(databaseOf(database)))
  await changes.ready()
  const generation = changes.generation()
  line.cut()
  await until('the loss is noticed', () => lost.length === 1)
  t.equal(changes.isTrusted(), false)
  t.equal(doubts(), 2)
  t.ok(changes.generation() > generation)
  await database.raw("update members set name = 'unheard' where id = 'mem-ada'")
  await until('it is trusted again', () => changes.isTrusted())
  t.equal(doubts(), 3, 'what was remembered in between is in doubt too')
  await database.raw("update members set name = 'heard' where id = 'mem-bob'")
  await until('it hears again', () => heard.includes(`member ${bob.id}`))
})

void t.test('a line that goes silent is given up, and the next one taken', async t => {
  const database = await openFreshDatabase(t)
  const line = await openLine(t, socketOf(database))
  const { changes, lost, advance } = await listen(t, line.url(databaseOf(database)))
  await changes.ready()
  line.silence()
  advance(2001)
  t.equal(changes.isTrusted(), false)
  await until('it is given up', () => lost.length === 1)
  await until('it is trusted again', () => changes.isTrusted())
  line.cut()
  await until('the loss of the new one is noticed', () => lost.length === 2)
})

void t.test('a line that answers and hears nothing, as behind a transaction pooler, is never trusted, and somebody is told', async t => {
  const database = await openFreshDatabase(t)
  const line = await openLine(t, socketOf(database))
  line.hear('no-notifications')
  const { changes, lost } = await listen(t, line.url(databaseOf(database)))
  await until('somebody is told', () => lost.length === 1)
  t.match(lost[0], /beat/)
  t.equal(changes.isTrusted(), false)
  line.hear('everything')
  await until('it is trusted', () => changes.isTrusted())
})

void t.test('a server that stops and starts again: no trust in between, and everything is heard afterwards', async t => {
  const host = await startPostgres()
  t.teardown(async () => { await host.stop() })
  const directory = path.join(host.socketDirectory, 'other')
  const first = await startPostgres({ directory })
  const line = await openLine(t, first.socketDirectory)
  const { changes, heard, lost } = await listen(t, line.url('postgres'))
  await changes.ready()
  await first.stop()
  await until('the loss is noticed', () => lost.length > 0)
  t.equal(changes.isTrusted(), false)
  await until('it goes on trying', () => lost.length > 2)
  const second = await startPostgres({ directory })
  t.teardown(async () => { await second.stop() })
  line.connectTo(second.socketDirectory)
  await until('it is trusted again', () => changes.isTrusted())
  await runRaw(second.url('postgres'), "select pg_notify('gatehouse', 'app app-orders')")
  await until('it hears again', () => heard.includes('app app-orders'))
})

void t.test('a listener that is closed asks no more', async t => {
  const { url, raw } = await openFreshDatabase(t)
  const { changes } = await listen(t, url)
  await changes.ready()
  await changes.close()
  await until('its connection is gone', async () => (await raw("select from pg_stat_activity where application_name = 'gatehouse changes' and datname = current_database()")).length === 0)
})

/** As the gateway wires it: sessions in memory, on top of PostgreSQL. */
async function openLive (test: Test) {
  const database = await open(test)
  const { changes } = await listen(test, database.url)
  await changes.ready()
  const live = createLiveSessions({ load: database.sessions.find, write: database.sessions.touch, changes })
  test.teardown(async () => { await live.close() })
  const seen = (name: string): LiveSession | null | 'not at hand' => {
    const found = live.find(hashOfSession(name))
    return found instanceof Promise ? 'not at hand' : found
  }
  for (const name of ['bob', 'ada', 'gus']) await live.find(hashOfSession(name))
  return { ...database, live, seen }
}

void t.test('with PostgreSQL beneath, a check costs no statement, and neither does an unknown id after the first time', async t => {
  const { live, statements } = await openLive(t)
  await live.find('unknown')
  const before = statements.length
  for (const id of [hashOfSession('bob'), hashOfSession('gus'), 'unknown', 'unknown']) await live.find(id)
  t.equal(statements.length, before)
})

void t.test('with PostgreSQL beneath, whatever ends a session or changes its person drops exactly that session from memory', async t => {
  const { members, sessions, tenants, seen, live } = await openLive(t)
  await members.change(acme.id, ada.id, { roles: ['owner'] }, now)
  await until('the change is heard', () => seen('ada') === 'not at hand')
  t.match(await live.find(hashOfSession('ada')), { member: { roles: ['owner'] } })
  t.match(seen('bob'), { member: { id: bob.id } })
  await sessions.revokeMember(acme.id, bob.id)
  await until('the end is heard', () => seen('bob') === 'not at hand')
  t.equal(await live.find(hashOfSession('bob')), null)
  t.match(seen('gus'), { member: { id: gus.id } })
  await tenants.change(globex.id, { ssoEntitled: false }, now)
  await until('the policy is heard', () => seen('gus') === 'not at hand')
  t.match(await live.find(hashOfSession('gus')), { tenant: { ssoEntitled: false } })
})

void t.test('with PostgreSQL beneath, what was noted of use is in the table after a flush', async t => {
  const { sessions, live } = await openLive(t)
  const session = await live.find(hashOfSession('bob'))
  if (session === null) throw new Error('no session')
  live.touch(hashOfSession('bob'), session, after(60))
  await live.flush()
  t.same((await sessions.find(hashOfSession('bob')))?.lastSeenAt, after(60))
})

// No host but a socket directory: not a URL that the platform would read.
function partsOf ({ url }: Pick<FreshDatabase, 'url'>): { database: string, socket: string } {
  const [, database = '', socket = ''] = /@\/([^?]+)\?host=(.+)$/.exec(url.reveal()) ?? []
  return { database: decodeURIComponent(database), socket: decodeURIComponent(socket) }
}

function databaseOf (database: Pick<FreshDatabase, 'url'>): string {
  return partsOf(database).database
}

function socketOf (database: Pick<FreshDatabase, 'url'>): string {
  return partsOf(database).socket
}

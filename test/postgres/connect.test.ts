// What does a store see of a PostgreSQL that is away, silent or ill?
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { sql } from 'kysely'
import t from 'tap'
import { Outage } from '../../src/outage.ts'
import { type ConnectOptions, connect, findUniqueViolation } from '../../src/postgres/connect.ts'
import { Secret } from '../../src/secret.ts'
import { startPostgres } from '../world/embedded-postgres.ts'
import { runRaw } from './fresh-database.ts'
import { openLine } from './line.ts'
import { until } from './until.ts'

const server = await startPostgres()
t.teardown(async () => { await server.stop() })
const url = new Secret(server.url('postgres'))

function open (test: { teardown (done: () => Promise<void>): unknown }, options: Partial<ConnectOptions> = {}) {
  const connected = connect({ url, statementSeconds: 1, ...options })
  let closed: Promise<void> | undefined
  const close = async () => await (closed ??= connected.close())
  test.teardown(close)
  const ask = async (statement = 'select 1 as one') => (await sql.raw(statement).execute(connected.db)).rows
  return { ...connected, ask, close }
}

void t.test('nothing is sent before the first query', async t => {
  const { close } = open(t, { url: new Secret('postgres://nobody@127.0.0.1:1/nothing') })
  await close()
})

const unreachable: Array<[string, string]> = [
  ['no server', 'postgres://postgres@127.0.0.1:1/postgres'],
  ['no such socket', 'postgres://postgres@/postgres?host=/tmp/nowhere'],
  ['no such database', server.url('nowhere')],
  ['no such role', server.url('postgres').replace('postgres@', 'nobody@')]
]
for (const [what, url] of unreachable) {
  void t.test(`${what}: an outage`, async t => {
    const { ask } = open(t, { url: new Secret(url) })
    const error: unknown = await ask().catch((error: unknown) => error)
    t.match(error, { name: 'Outage', code: 'database-unavailable' })
    t.ok(error instanceof Outage && error.cause instanceof Error, 'with its cause for the log')
  })
}

void t.test('a migration may take as long as it takes; everybody else is told of an outage', async t => {
  const slow = 'select pg_sleep(0.3)::text as slept'
  await t.rejects(open(t, { statementSeconds: 0.1 }).ask(slow), { code: 'database-unavailable' })
  t.same(await open(t, { statementSeconds: 0.1, patient: true }).ask(slow), [{ slept: '' }])
})

void t.test('a wrong password is an outage, and is not printed', async t => {
  await runRaw(server.url('postgres'), "create role locked login password 'the right one'")
  const rules = path.join(server.directory, 'pg_hba.conf')
  await writeFile(rules, `local all locked scram-sha-256\n${await readFile(rules, 'utf8')}`)
  await runRaw(server.url('postgres'), 'select pg_reload_conf()')
  const login = (password: string) => server.url('postgres').replace('postgres@', `locked:${password}@`)
  // The server reads its rules again in its own time: until then anybody passes.
  await until('the password is asked for', async () => await runRaw(login('no'), 'select 1').then(() => false, () => true))
  t.same(await open(t, { url: new Secret(login('the%20right%20one')) }).ask(), [{ one: 1 }])
  const error: unknown = await open(t, { url: new Secret(login('wrong-password')) }).ask().catch((error: unknown) => error)
  t.match(error, { name: 'Outage', code: 'database-unavailable' })
  t.notMatch(String(error instanceof Outage ? error.cause : error), 'wrong-password')
})

void t.test('a statement that takes too long is an outage, and the next one is served', async t => {
  const { ask } = open(t, { statementSeconds: 0.2 })
  await t.rejects(ask('select pg_sleep(20)'), { code: 'database-unavailable' })
  t.same(await ask(), [{ one: 1 }])
})

void t.test('what a statement gets wrong is no outage', async t => {
  const { ask } = open(t)
  await ask('create temporary table things (name text unique)')
  await ask("insert into things values ('one')")
  const taken: unknown = await ask("insert into things values ('one')").catch((error: unknown) => error)
  t.notOk(taken instanceof Outage)
  t.equal(findUniqueViolation(taken), 'things_name_key')
  const nonsense: unknown = await ask('selekt').catch((error: unknown) => error)
  t.notOk(nonsense instanceof Outage)
  t.equal(findUniqueViolation(nonsense), null)
  t.equal(findUniqueViolation(undefined), null)
})

void t.test('every statement is told of once with the time it took: answered, refused, too slow, and those around a transaction', async t => {
  const told: [string, number][] = []
  const { db, ask } = open(t, { statementSeconds: 0.3, onStatement: (sql, milliseconds) => { told.push([sql, milliseconds]) } })
  await ask()
  await t.rejects(ask('select nothing'))
  await t.rejects(ask('select pg_sleep(5)'), { code: 'database-unavailable' })
  await db.transaction().execute(async one => { await sql.raw('select 2').execute(one) })
  t.strictSame(told.map(([sql]) => sql), ['select 1 as one', 'select nothing', 'select pg_sleep(5)', 'begin', 'select 2', 'commit'])
  t.ok(told.every(([, milliseconds]) => milliseconds > 0))
  t.ok((told[2]?.[1] ?? 0) >= 250, 'as long as it was waited for')
})

void t.test('a text that PostgreSQL cannot hold is stored without what it cannot hold, in lists too', async t => {
  const { db } = open(t)
  const { rows } = await sql`select ${'a\0b'}::text as one, ${['c\0d']}::text[] as many`.execute(db)
  t.same(rows, [{ one: 'a\uFFFDb', many: ['c\uFFFDd'] }])
})

void t.test('a connection that breaks while idle is replaced without a word to anybody who asks', async t => {
  const broken: Error[] = []
  const { ask } = open(t, { max: 1, onIdleError: error => { broken.push(error) } })
  const [row] = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(open(t).db).then(result => result.rows)
  t.ok(row)
  const pids = await ask('select pg_backend_pid() as pid')
  await runRaw(url.reveal(), 'select pg_terminate_backend($1)', [Object(pids[0]).pid])
  await until('the loss is heard', () => broken.length === 1)
  t.same(await ask(), [{ one: 1 }])
})

void t.test('a line that breaks in the middle of a transaction is an outage, and undoes it', async t => {
  const line = await openLine(t, server.socketDirectory)
  const { db, ask } = open(t, { url: line.url('postgres'), max: 1 })
  await ask('create table half (name text)')
  const error: unknown = await db.transaction().execute(async transaction => {
    await sql`insert into half values ('one')`.execute(transaction)
    line.cut()
    await sql`insert into half values ('two')`.execute(transaction)
  }).catch((error: unknown) => error)
  t.match(error, { name: 'Outage', code: 'database-unavailable' })
  t.same(await ask('select * from half'), [], 'and the pool goes on with a fresh connection')
})

void t.test('a line that goes silent costs one answer, and is not used again', async t => {
  const line = await openLine(t, server.socketDirectory)
  const { ask } = open(t, { url: line.url('postgres'), max: 1, statementSeconds: 0.2 })
  t.same(await ask(), [{ one: 1 }])
  line.silence()
  await t.rejects(ask(), { code: 'database-unavailable' })
  t.same(await ask(), [{ one: 1 }])
})

void t.test('a server that is stopped is an outage for whoever asks, and comes back when it does', async t => {
  const directory = path.join(server.socketDirectory, 'other')
  const first = await startPostgres({ directory })
  const line = await openLine(t, first.socketDirectory)
  const { ask } = open(t, { url: line.url('postgres') })
  t.same(await ask(), [{ one: 1 }])
  await first.stop()
  await t.rejects(ask(), { code: 'database-unavailable' })
  const second = await startPostgres({ directory })
  t.teardown(async () => { await second.stop() })
  line.connectTo(second.socketDirectory)
  await until('the pool finds it', async () => await ask().then(() => true, () => false))
})

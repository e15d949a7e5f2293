// Does the PostgreSQL beside us start anywhere, keep what it should and leave nothing behind?
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import path from 'node:path'
import pg from 'pg'
import t from 'tap'
import { startPostgres } from './embedded-postgres.ts'

async function query (url: string, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows
  } finally {
    await client.end()
  }
}

async function untilGone (isThere: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 200 && isThere(); tries++) await new Promise(resolve => setTimeout(resolve, 50))
  return !isThere()
}

function isAlive (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

void t.test('a PostgreSQL of our own needs no port and no password, and is gone with its files when it stops', async t => {
  const server = await startPostgres()
  t.teardown(() => server.stop())
  t.match(await query(server.url('postgres'), 'SHOW listen_addresses'), [{ listen_addresses: '' }], 'nobody reaches it over the network')
  t.match(await query(server.url('postgres'), 'SHOW server_encoding'), [{ server_encoding: 'UTF8' }])
  t.equal(statSync(server.socketDirectory).mode & 0o777, 0o700, 'the directory of its socket is closed to others')
  await server.createDatabase('first "of" two')
  await query(server.url('first "of" two'), 'CREATE TABLE kept AS SELECT 7 AS n')
  await server.createDatabase('second', 'first "of" two')
  t.same(await query(server.url('second'), 'SELECT n FROM kept'), [{ n: 7 }], 'a database is made from a template')
  const idle = new pg.Client({ connectionString: server.url('second') })
  idle.on('error', () => {})
  await idle.connect()
  await server.dropDatabase('second')
  await t.rejects(query(server.url('second'), 'SELECT 1'), 'a database is dropped even while somebody is connected')
  await Promise.all([server.stop(), server.stop()])
  t.notOk(existsSync(server.socketDirectory), 'its directory is removed')
  t.notOk(isAlive(server.pid), 'its process has ended')
})

void t.test('a kept directory keeps its data, also when the server was killed', async t => {
  const place = mkdtempSync('/tmp/gatehouse-kept-')
  t.teardown(() => rmSync(place, { recursive: true, force: true }))
  chmodSync(place, 0o755)
  const directory = path.join(place, 'data')
  const first = await startPostgres({ directory })
  await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 7 AS n')
  await t.rejects(startPostgres({ directory }), /stop it first/, 'two servers never share a directory')
  process.kill(first.pid, 'SIGKILL')
  t.ok(await untilGone(() => isAlive(first.pid)), 'the server is killed')
  t.ok(existsSync(path.join(directory, 'postmaster.pid')), 'its lock file is left over')
  await first.stop()
  const lines: string[] = []
  const second = await startPostgres({ directory, log: line => lines.push(line) })
  t.teardown(() => second.stop())
  t.same(await query(second.url('postgres'), 'SELECT n FROM kept'), [{ n: 7 }])
  t.ok(lines.length > 0, 'its log is handed on')
  await second.stop()
  t.ok(readdirSync(directory).includes('PG_VERSION'), 'what is kept is not removed')
})

void t.test('the server and its files go when the process that started it is killed', async t => {
  const script = `
    import { startPostgres } from ${JSON.stringify(path.join(import.meta.dirname, 'embedded-postgres.ts'))}
    const server = await startPostgres()
    console.log(JSON.stringify({ pid: server.pid, socketDirectory: server.socketDirectory }))
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: parent.stdout }), 'line')
  const server: { pid: number, socketDirectory: string } = JSON.parse(String(line))
  t.ok(isAlive(server.pid), 'it runs')
  parent.kill('SIGKILL')
  t.ok(await untilGone(() => isAlive(server.pid)), 'the server follows its parent')
  t.ok(await untilGone(() => existsSync(server.socketDirectory)), 'and so do its files')
})

void t.test('root with a checkout that is closed to everybody else gets its data kept elsewhere, always at the same place', { skip: process.getuid?.() !== 0 }, async t => {
  const place = mkdtempSync('/tmp/gatehouse-closed-')
  t.teardown(() => rmSync(place, { recursive: true, force: true }))
  const directory = path.join(place, 'data')
  const first = await startPostgres({ directory })
  t.teardown(() => rmSync(first.directory, { recursive: true, force: true }))
  t.not(first.directory, directory)
  await query(first.url('postgres'), 'CREATE TABLE kept AS SELECT 7 AS n')
  await first.stop()
  const second = await startPostgres({ directory })
  t.teardown(() => second.stop())
  t.equal(second.directory, first.directory)
  t.same(await query(second.url('postgres'), 'SELECT n FROM kept'), [{ n: 7 }])
})

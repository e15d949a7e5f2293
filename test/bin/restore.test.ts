// Is a backup of the database a backup of the gateway? Taken while people are signed in, restored beside it, and served from there with the same keys.
import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import t, { type Test } from 'tap'
import { ask, signIn, whoAmI } from '../journeys/signing-in.ts'
import { openOrg } from '../journeys/world.ts'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { type EmbeddedPostgres, startPostgres, withClient } from '../world/embedded-postgres.ts'
import { findFreePort, migrateDatabase, startGateway } from '../world/gateway.ts'
import { findInstalledPostgres, type InstalledPostgres } from '../world/installed-postgres.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { untilTrue } from './door.ts'

t.setTimeout(120_000)
const DATABASE = 'gatehouse'
const book = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8')

interface Backup { restore (): Promise<string> }
type TakeBackup = (t: Test, server: EmbeddedPostgres) => Promise<Backup>

async function openDirectory (t: Test): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'gatehouse-backup-'))
  t.teardown(async () => { await rm(directory, { recursive: true, force: true }) })
  return directory
}

const DUMP = ['--format=custom']
const RESTORE = ['--no-owner', '--exit-on-error', '--single-transaction']

/** As `docs/operate.md` has it. */
const dump = ({ pgDump, pgRestore }: InstalledPostgres): TakeBackup => async (t, server) => {
  const file = path.join(await openDirectory(t), 'gatehouse.dump')
  const run = (program: string, words: readonly string[]) => {
    const { status, stderr } = spawnSync(program, words, { encoding: 'utf8', env: { PATH: process.env['PATH'] } })
    t.equal(status, 0, `${path.basename(program)} ${stderr}`)
  }
  run(pgDump, [...DUMP, `--file=${file}`, server.url(DATABASE)])
  return {
    async restore () {
      await server.createDatabase('restored')
      run(pgRestore, [...RESTORE, `--dbname=${server.url('restored')}`, file])
      return server.url('restored')
    }
  }
}

/** What pg_basebackup and the snapshots of those who host databases do: the files, while the server runs, and what was written meanwhile. */
const files: TakeBackup = async (t, server) => {
  const copy = path.join(await openDirectory(t), 'data')
  await withClient(server.url('postgres'), async client => {
    await client.query("select pg_backup_start('gatehouse', true)")
    await cp(server.directory, copy, { recursive: true, filter: file => !file.endsWith('postmaster.pid') && !file.endsWith('postmaster.opts') })
    const { rows: [label] } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
    await cp(path.join(server.directory, 'pg_wal'), path.join(copy, 'pg_wal'), { recursive: true })
    await writeFile(path.join(copy, 'backup_label'), label?.labelfile ?? '')
  })
  spawnSync('chown', ['-R', '--reference', server.directory, path.dirname(copy)])
  return {
    async restore () {
      const other = await startPostgres({ directory: copy })
      t.teardown(other.stop)
      return other.url(DATABASE)
    }
  }
}

/** How many rows each table has. */
async function countRows (url: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  await withClient(url, async client => {
    const { rows: tables } = await client.query<{ name: string }>("select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by relname")
    for (const { name } of tables) counts[name] = (await client.query<{ count: number }>(`select count(*)::int from "${name}"`)).rows[0]?.count ?? -1
  })
  return counts
}

async function checkBackup (t: Test, server: EmbeddedPostgres, take: TakeBackup): Promise<void> {
  await server.createDatabase(DATABASE)
  await migrateDatabase(server.url(DATABASE))
  const org = await openOrg(t, createClock(new Date()), 'acme', ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'])
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const environment = { ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}`, COOKIE_SECRETS: randomBytes(32).toString('hex') }
  const serveFrom = async (databaseUrl: string) => {
    const gateway = await startGateway({ databaseUrl, port, publicUrl: url, issuers: [org.url], environment })
    t.teardown(gateway.close)
    return gateway
  }
  const keys = async () => (await ask({ url }, createBrowser(), '/.well-known/jwks.json')).body
  const [ada, bob, eve] = [createBrowser(), createBrowser(), createBrowser()]
  const signsWith = async () => {
    const { body } = await ask({ url }, ada, '/auth/token', 'POST', { 'x-csrf': '1' })
    const header: unknown = JSON.parse(Buffer.from(String(body['access_token']).split('.')[0] ?? '', 'base64url').toString())
    return header
  }

  const before = await serveFrom(server.url(DATABASE))
  await made(before, '/apps', { slug: 'northwind', name: 'Northwind', audience: 'https://api.northwind.test', hosts: [new URL(url).host], returnTo: [`${url}/`], homeUrl: `${url}/home` })
  await createTenancy(before, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, members: ['ada', 'bob', 'eve'].map(name => ({ email: `${name}@acme.test`, name })) })
  await signIn({ url }, ada, 'ada@acme.test')
  await signIn({ url }, eve, 'eve@acme.test')
  const [published, header, events] = [await keys(), await signsWith(), (await before.api('GET', '/events')).body]
  const rows = await countRows(server.url(DATABASE))
  t.match(rows, { tenants: 1, members: 3, identities: 2, sign_ins: 2, sessions: 2, signing_keys: 1 })
  const backup = await take(t, server)
  t.equal((await before.api('DELETE', '/sessions?confirm=all')).status, 200, 'and then everything went wrong')
  await untilTrue('nobody is signed in any more', async () => (await whoAmI({ url }, eve)).status === 401)
  await before.close()

  const restored = await backup.restore()
  t.strictSame(await countRows(restored), rows, 'every table is back')
  const after = await serveFrom(restored)
  t.match(await whoAmI({ url }, ada), { status: 200, body: { member: { email: 'ada@acme.test' } } }, 'a cookie from before opens')
  t.strictSame(await keys(), published, 'the published keys are the same')
  t.strictSame(await signsWith(), header, 'and the same key signs')
  t.strictSame((await after.api('GET', '/events')).body, events, 'what was written down is there')
  await signIn({ url }, bob, 'bob@acme.test')
  t.equal((await whoAmI({ url }, bob)).status, 200, 'the client secret opens: somebody signs in anew')

  t.equal((await whoAmI({ url }, eve)).status, 200, 'who was signed out after the backup is signed in again')
  t.match(await after.api('DELETE', '/sessions?confirm=all'), { status: 200, body: { ended: 3 } })
  for (const browser of [ada, bob, eve]) await untilTrue('everybody is signed out, once the operator ends everything', async () => (await whoAmI({ url }, browser)).status === 401)
}

void t.test('a backup of the files brings back sessions, signing keys and sealed secrets', async t => {
  const server = await startPostgres()
  t.teardown(server.stop)
  await checkBackup(t, server, files)
})

void t.test('the commands that are tried here are those of the book', async t => {
  t.match(book, `\npg_dump ${DUMP.join(' ')} --file=gatehouse.dump "$DATABASE_URL" `)
  t.match(book, `\npg_restore ${RESTORE.join(' ')} --dbname=restored gatehouse.dump\n`)
})

const installed = findInstalledPostgres()
void t.test('a dump brings back sessions, signing keys and sealed secrets', { skip: installed === null && 'needs PostgreSQL with pg_dump: apt-get install postgresql' }, async t => {
  if (installed === null) return
  const server = await startPostgres({ programs: installed })
  t.teardown(server.stop)
  await checkBackup(t, server, dump(installed))
})

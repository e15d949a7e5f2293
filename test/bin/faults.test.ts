// What is said to whoever starts the gateway wrongly? One clear line and exit code 1, before anything is served.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:net'
import t from 'tap'
import { execute, withClient } from '../world/embedded-postgres.ts'
import { migrateDatabase } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { completeEnvironment, openDoor, serve, statusOf, type Variables } from './door.ts'
import { oneLine, refused } from './refused.ts'

t.setTimeout(90_000)
const database = await createScratchDatabase(t, migrateDatabase)
const complete: Variables = { ...completeEnvironment(database.url), PORT: '0', MANAGEMENT_PORT: '0', SHUTDOWN_DELAY_SECONDS: '0' }

void t.test('every variable that is wrong or missing is named with what was expected, all at once', async t => {
  for (const script of ['serve', 'check-config']) {
    const { err } = await refused(t, script, { PORT: 'http', ENCRYPTION_KEYS: 'short', LOG_LEVEL: 'loud', COOKIE_SECRETS_FILE: '/nowhere' })
    for (const name of ['PUBLIC_URL is missing: ', 'DATABASE_URL is missing: ', 'ENCRYPTION_KEYS must be ', 'COOKIE_SECRETS_FILE names a file', 'PORT must be a whole number', 'LOG_LEVEL must be ']) t.match(err, name)
    t.equal(err.trimEnd().split('\n').length, 7)
  }
  for (const script of ['migrate', 'sweep']) t.match((await refused(t, script, { DATABASE_URL: 'mysql://x' })).err, 'DATABASE_URL must be a PostgreSQL URL')
})

void t.test('a database that does not answer', async t => {
  for (const script of ['serve', 'migrate', 'sweep', 'rotate-keys']) {
    oneLine(t, await refused(t, script, { ...complete, LOG_LEVEL: 'fatal', DATABASE_URL: 'postgres://gatehouse:canary-1@127.0.0.1:1/gatehouse' }), /: the database does not answer \(connect ECONNREFUSED 127\.0\.0\.1:1\)\. Is DATABASE_URL right/)
  }
})

void t.test('a database that was never migrated, or not by this version', async t => {
  const empty = await createScratchDatabase(t, migrateDatabase)
  await execute(empty.url, "delete from kysely_migration where name >= '0002'")
  oneLine(t, await refused(t, 'serve', { ...complete, DATABASE_URL: empty.url }), /schema is older than this version\. Run the migrations first/)
  await execute(empty.url, 'drop schema public cascade; create schema public')
  oneLine(t, await refused(t, 'serve', { ...complete, DATABASE_URL: empty.url }), /schema is older than this version\. Run the migrations first/)
})

void t.test('a port that is taken', async t => {
  const holder = createServer()
  await new Promise<void>(resolve => { holder.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { holder.close() })
  const address = holder.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  for (const name of ['PORT', 'MANAGEMENT_PORT']) oneLine(t, await refused(t, 'serve', { ...complete, [name]: port }), new RegExp(`^The gateway cannot start: port ${port} is in use\\.`))
  oneLine(t, await refused(t, 'serve', { ...complete, HOST: '192.0.2.1' }), /it may not listen on 192\.0\.2\.1.*HOST, PORT and MANAGEMENT_PORT/)
})

void t.test('keys that do not open what the database keeps', async t => {
  const gateway = await serve(t, complete)
  gateway.child.kill('SIGTERM')
  t.equal((await gateway.ended).code, 0)
  oneLine(t, await refused(t, 'serve', { ...complete, ENCRYPTION_KEYS: `two:${randomBytes(32).toString('base64')}` }), /signing_keys\/.* cannot be opened\. Is the key that sealed it still in ENCRYPTION_KEYS\?/)
  oneLine(t, await refused(t, 'serve', { ...complete, ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` }), /cannot be opened/)
})

void t.test('a key that is asked for from a calendar is published once, and signs when verifiers have seen it', async t => {
  const fresh = await createScratchDatabase(t, migrateDatabase)
  const environment = { ...complete, DATABASE_URL: fresh.url, KEY_PUBLISH_SECONDS: '1200' }
  t.match(await openDoor(t, 'rotate-keys', environment).ended, { code: 0, err: '', out: /^Published: the next key signs from / })
  const before = Date.now()
  const { out } = await openDoor(t, 'rotate-keys', environment).ended
  const signsFromAt = Date.parse(/signs from (\S+Z)\./.exec(out)?.[1] ?? '')
  t.ok(signsFromAt >= before + 1_200_000 && signsFromAt <= Date.now() + 1_200_000, out)
  t.match(await openDoor(t, 'rotate-keys', environment).ended, { code: 0, out: 'Nothing to do: the next key is published already.\n' })
  await withClient(fresh.url, async client => {
    const { rows } = await client.query<Record<string, unknown>>("select type, actor, address, subject, details ->> 'wish' as wish from events order by ctid")
    const { rows: keys } = await client.query<{ kid: string }>('select kid from signing_keys order by created_at')
    t.strictSame(rows.map(row => ({ ...row })), keys.map(({ kid }) => ({ type: 'signing-key.created', actor: 'gatehouse', address: null, subject: kid, wish: 'requested' })))
    t.equal(keys.length, 2)
  })
  // The gateway opens with its own keys what the command has sealed.
  const gateway = await serve(t, environment)
  const published = await (await fetch(`${gateway.url}/.well-known/jwks.json`, { headers: { host: 'login.northwind.test' } })).json() as { keys: unknown[] }
  t.equal(published.keys.length, 2)
  gateway.child.kill('SIGTERM')
  t.equal((await gateway.ended).code, 0)
  t.match((await refused(t, 'rotate-keys', { ...environment, DATABASE_URL: '' })).err, 'DATABASE_URL is missing')
  t.match((await refused(t, 'rotate-keys', { DATABASE_URL: fresh.url })).err, 'ENCRYPTION_KEYS is missing')
})

void t.test('a schema that is newer is no fault: a release that is rolled back to, or not yet replaced, says so and runs', async t => {
  const newer = await createScratchDatabase(t, migrateDatabase)
  await execute(newer.url, "insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2027')")
  const environment = { ...complete, DATABASE_URL: newer.url }
  t.match(await openDoor(t, 'migrate', environment).ended, { code: 0, out: /newer than this version/ })
  const gateway = await serve(t, environment)
  t.equal(await statusOf(`${gateway.url}/.well-known/jwks.json`), 200)
  gateway.child.kill('SIGTERM')
  t.match(await gateway.ended, { code: 0, out: /the database schema is newer than this version/ })
})

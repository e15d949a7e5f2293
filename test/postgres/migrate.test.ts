// Does every database come to the schema of this code, once, and is one of another release left alone?
import t from 'tap'
import { connect } from '../../src/postgres/connect.ts'
import { knownMigrations, migrate, schemaState } from '../../src/postgres/migrate.ts'
import { Secret } from '../../src/secret.ts'
import { startPostgres } from '../world/embedded-postgres.ts'
import { runRaw, type WithTeardown } from './fresh-database.ts'

const server = await startPostgres()
t.teardown(async () => { await server.stop() })

async function open (test: WithTeardown, name: string) {
  await server.createDatabase(name)
  const { db, close } = connect({ url: new Secret(server.url(name)) })
  test.teardown(close)
  return { db, raw: async (sql: string) => await runRaw(server.url(name), sql) }
}

void t.test('an empty database is older, and current once it is migrated; migrating again does nothing', async t => {
  const { db } = await open(t, 'twice')
  t.ok(knownMigrations().length > 0)
  t.equal(await schemaState(db), 'older')
  t.same(await migrate(db), knownMigrations())
  t.equal(await schemaState(db), 'current')
  t.same(await migrate(db), [])
})

void t.test('of several that migrate at once, one does it and the others wait', async t => {
  const { db } = await open(t, 'at_once')
  const run = await Promise.all([1, 2, 3].map(async () => await migrate(db)))
  t.same(run.filter(names => names.length > 0), [knownMigrations()])
  t.equal(await schemaState(db), 'current')
})

void t.test('a newer schema is known as such and left as it is: an older release that is rolled back to runs on it', async t => {
  const { db, raw } = await open(t, 'newer')
  await migrate(db)
  await raw("insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2027')")
  t.equal(await schemaState(db), 'newer')
  t.same(await migrate(db), [])
  t.same(await raw("select name from kysely_migration where name like '9999%'"), [{ name: '9999_from_the_future' }])
})

void t.test('a database that went another way is refused', async t => {
  const { db, raw } = await open(t, 'elsewhere')
  await migrate(db)
  await raw("update kysely_migration set name = '0000_of_somebody_else' where name = '0001_initial'")
  t.equal(await schemaState(db), 'older')
  await t.rejects(migrate(db), /0000_of_somebody_else/)
})

void t.test('a migration that fails leaves nothing behind', async t => {
  const { db, raw } = await open(t, 'half')
  await raw('create table events (id text)')
  await t.rejects(migrate(db), /events/)
  t.same(await raw("select to_regclass('tenants') as found"), [{ found: null }])
})

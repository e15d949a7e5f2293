// Do test files get databases that are migrated, empty and their own?
import pg from 'pg'
import t from 'tap'
import { execute, startPostgres } from './embedded-postgres.ts'
import { createScratchDatabase } from './scratch-database.ts'

async function count (url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query('SELECT FROM things')).rowCount ?? -1
  } finally {
    await client.end()
  }
}

void t.test('every scratch database is migrated, nobody shares one, and the migration ran once', async t => {
  const server = await startPostgres()
  t.teardown(() => server.stop())
  process.env['GATEHOUSE_TEST_POSTGRES'] = server.socketDirectory
  t.teardown(() => { delete process.env['GATEHOUSE_TEST_POSTGRES'] })
  let migrations = 0
  const migrate = async (url: string): Promise<void> => {
    migrations += 1
    await execute(url, 'CREATE TABLE things (name text)')
  }
  await t.rejects(createScratchDatabase(t, async () => { throw new Error('a broken migration') }), /a broken migration/)
  const [one, other] = await Promise.all([createScratchDatabase(t, migrate), createScratchDatabase(t, migrate)])
  t.equal(migrations, 1, 'a template that was left half made is made again, once')
  await execute(one.url, "INSERT INTO things VALUES ('mine')")
  t.equal(await count(one.url), 1)
  t.equal(await count(other.url), 0)
  await one.close()
  await one.close()
  await t.rejects(count(one.url), 'a closed one is gone')
})

void t.test('without a server from the test runner a test file starts its own', async t => {
  delete process.env['GATEHOUSE_TEST_POSTGRES']
  const scratch = await createScratchDatabase(t, async url => { await execute(url, 'CREATE TABLE things (name text)') })
  t.equal(await count(scratch.url), 0)
  await scratch.close()
  await t.rejects(count(scratch.url), 'and ends it with its last database')
})

// Where does a test file get a database of its own? From a template that is migrated once, whoever comes first.
import { randomBytes } from 'node:crypto'
import { databaseUrl, execute, startPostgres, withClient } from './embedded-postgres.ts'
import type { EmbeddedPostgres } from './embedded-postgres.ts'

const TEMPLATE = 'gatehouse_template'
const TEMPLATE_LOCK = 41_870

export interface ScratchDatabase { url: string, close (): Promise<void> }

interface WithTeardown { teardown (done: () => Promise<void>): unknown }

let own: Promise<EmbeddedPostgres> | undefined
let users = 0

/**
 * A fresh, migrated database, dropped when the test is over. The server is the one whose socket directory the test runner
 * left in GATEHOUSE_TEST_POSTGRES, or else one of this process alone. `migrate` must have closed its connections when it returns.
 */
export async function createScratchDatabase (t: WithTeardown, migrate: (url: string) => Promise<unknown>): Promise<ScratchDatabase> {
  const server = await findServer()
  const name = `scratch_${randomBytes(8).toString('hex')}`
  const admin = databaseUrl(server.socketDirectory, 'postgres')
  await prepareTemplate(server.socketDirectory, migrate)
  await execute(admin, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`)
  let closing: Promise<void> | undefined
  const close = async (): Promise<void> => {
    closing ??= execute(admin, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).then(server.release)
    await closing
  }
  t.teardown(close)
  return { url: databaseUrl(server.socketDirectory, name), close }
}

async function findServer (): Promise<{ socketDirectory: string, release: () => Promise<void> }> {
  const given = process.env['GATEHOUSE_TEST_POSTGRES']
  if (given !== undefined && given !== '') return { socketDirectory: given, release: async () => {} }
  users += 1
  own ??= startPostgres()
  const { socketDirectory, stop } = await own
  return { socketDirectory, release: async () => { if (--users === 0) { own = undefined; await stop() } } }
}

/** Test files run side by side: one migrates, the others wait at the lock. Only a finished template is marked as one. */
async function prepareTemplate (socketDirectory: string, migrate: (url: string) => Promise<unknown>): Promise<void> {
  await withClient(databaseUrl(socketDirectory, 'postgres'), async client => {
    await client.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]) // until this connection ends
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1 AND datistemplate', [TEMPLATE])
    if (rowCount !== 0) return
    await client.query(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${TEMPLATE}`)
    await migrate(databaseUrl(socketDirectory, TEMPLATE))
    await client.query(`ALTER DATABASE ${TEMPLATE} IS_TEMPLATE true`)
  })
}

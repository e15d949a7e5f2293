// When is a wrong start noticed? Before a port is opened, whatever is wrong.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import t from 'tap'
import { execute } from '../world/embedded-postgres.ts'
import { migrateDatabase } from '../world/gateway.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'
import { completeEnvironment, serve, type Variables } from './door.ts'
import { oneLine, refused } from './refused.ts'

t.setTimeout(90_000)
const database = await createScratchDatabase(t, migrateDatabase)
const complete: Variables = { ...completeEnvironment(database.url), PORT: '0', MANAGEMENT_PORT: '0', SHUTDOWN_DELAY_SECONDS: '0' }

void t.test('a file that is not there, is none, or is somebody else\'s: named with the reason, and its path is not told', async t => {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'gatehouse-secrets-'))
  t.teardown(() => { rmSync(directory, { recursive: true, force: true }) })
  const closed = path.join(directory, 'closed')
  writeFileSync(closed, 'x', { mode: 0 })
  // The superuser reads everything.
  const isRoot = process.getuid?.() === 0
  const reasons = { ENOENT: path.join(directory, 'canary-1'), EISDIR: directory, ...(isRoot ? {} : { EACCES: closed }) }
  const { COOKIE_SECRETS: _, ...rest } = complete
  for (const [code, file] of Object.entries(reasons)) {
    const { err } = await refused(t, 'serve', { ...rest, COOKIE_SECRETS_FILE: file })
    t.equal(err, `The environment is not complete:\n  COOKIE_SECRETS_FILE names a file that cannot be read (${code}). Is it mounted there, and may this user read it?\n`)
  }
})

void t.test('whatever is wrong is found before a port is opened', async t => {
  const holder = createServer()
  await new Promise<void>(resolve => { holder.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { holder.close() })
  const address = holder.address()
  const port = typeof address === 'object' ? String(address?.port) : ''
  // Whoever had tried to open it would say that it is taken.
  const taken = { ...complete, PORT: port, MANAGEMENT_PORT: port }
  const gateway = await serve(t, complete)
  gateway.child.kill('SIGTERM')
  await gateway.ended
  oneLine(t, await refused(t, 'serve', { ...taken, ENCRYPTION_KEYS: `one:${randomBytes(32).toString('base64')}` }), /cannot be opened/)
  oneLine(t, await refused(t, 'serve', { ...taken, DATABASE_URL: 'postgres://gatehouse@127.0.0.1:1/gatehouse', LOG_LEVEL: 'fatal' }), /the database does not answer/)
  const empty = await createScratchDatabase(t, migrateDatabase)
  await execute(empty.url, 'drop schema public cascade; create schema public')
  oneLine(t, await refused(t, 'serve', { ...taken, DATABASE_URL: empty.url }), /schema is older/)
})

// Where does a test get migrated PostgreSQL to itself, with the stores on top and a way to look under them?
import pg from 'pg'
import t from 'tap'
import { createAttempts } from '../../src/postgres/attempts.ts'
import { type ConnectOptions, connect, type Database } from '../../src/postgres/connect.ts'
import { openProofs } from '../../src/postgres/client-proofs.ts'
import { createConnections } from '../../src/postgres/connections.ts'
import { createDomains } from '../../src/postgres/domains.ts'
import { createDoors } from '../../src/postgres/doors.ts'
import { createEvents } from '../../src/postgres/events.ts'
import { createIdentities } from '../../src/postgres/identities.ts'
import { createIdentityConflicts } from '../../src/postgres/identity-conflicts.ts'
import { createInvitations } from '../../src/postgres/invitations.ts'
import { createMappedRoles } from '../../src/postgres/mapped-roles.ts'
import { createMembers } from '../../src/postgres/members.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { createSeal, type Seal } from '../../src/postgres/sealed.ts'
import { createSessions } from '../../src/postgres/sessions.ts'
import { createSignOuts } from '../../src/postgres/sign-outs.ts'
import { createTenants } from '../../src/postgres/tenants.ts'
import { Secret } from '../../src/secret.ts'
import { buildId } from '../../src/tenant/id.ts'
import type { LoginStores } from '../world/doubles/memory-stores.ts'
import { createRandom } from '../world/randomness.ts'
import { createScratchDatabase } from '../world/scratch-database.ts'

export const sealingKey = { id: 'one', key: new Secret(Buffer.from(createRandom('sealing key one')(32)).toString('base64')) }

export interface FreshDatabase {
  readonly url: Secret
  readonly db: Database
  readonly seal: Seal
  /** Every statement that the pool has sent. */
  readonly statements: string[]
  /** One statement past the stores, and its rows. */
  raw (sql: string, parameters?: readonly unknown[]): Promise<Array<Record<string, unknown>>>
}

export interface WithTeardown { teardown (done: () => Promise<void>): unknown }

// Kept for the whole file, so that the server stays up between two tests.
let kept: Promise<unknown> | undefined

export async function openFreshDatabase (test: WithTeardown, options: Partial<ConnectOptions> = {}): Promise<FreshDatabase> {
  kept ??= createScratchDatabase(t, migrateUrl)
  await kept
  const scratch = await createScratchDatabase({ teardown: () => {} }, migrateUrl)
  const statements: string[] = []
  const url = new Secret(scratch.url)
  const { db, close } = connect({ url, onStatement: sql => { statements.push(sql) }, ...options })
  test.teardown(async () => {
    await close()
    await scratch.close()
  })
  return { url, db, seal: createSeal([sealingKey]), statements, raw: async (sql, parameters) => await runRaw(scratch.url, sql, parameters) }
}

export function openStores ({ db, seal }: Pick<FreshDatabase, 'db' | 'seal'>): LoginStores & { readonly tenants: ReturnType<typeof createTenants> } {
  const random = createRandom('event ids')
  const newEventId = () => buildId('evt', random(20))
  return {
    tenants: createTenants(db),
    domains: createDomains(db),
    connections: createConnections(db, seal),
    members: createMembers(db),
    mappedRoles: createMappedRoles(db, newEventId),
    attempts: createAttempts(db, openProofs(seal)),
    identities: createIdentities(db),
    identityConflicts: createIdentityConflicts(db, newEventId),
    invitations: createInvitations(db),
    sessions: createSessions(db, seal, newEventId),
    signOuts: createSignOuts(db, seal, newEventId),
    doors: createDoors(db),
    events: createEvents(db, newEventId)
  }
}

async function migrateUrl (url: string): Promise<void> {
  const { db, close } = connect({ url: new Secret(url) })
  try {
    await migrate(db)
  } finally {
    await close()
  }
}

export async function runRaw (url: string, sql: string, parameters: readonly unknown[] = []): Promise<Array<Record<string, unknown>>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(sql, [...parameters])).rows
  } finally {
    await client.end()
  }
}

// For each reason not to send traffic to a replica: does it say so, and does it say nothing else?
import t from 'tap'
import { createReadiness } from '../../src/postgres/readiness.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import { createSigningKeys, generateKey } from '../../src/postgres/signing-keys.ts'
import { connect } from '../../src/postgres/connect.ts'
import { Secret } from '../../src/secret.ts'
import { createRandom } from '../world/randomness.ts'
import { openFreshDatabase, type FreshDatabase } from './fresh-database.ts'

const at = new Date('2026-11-21T09:00:00.000Z')
const heard = { isTrusted: () => true }
const otherKey = { id: 'another', key: new Secret(Buffer.from(createRandom('another sealing key')(32)).toString('base64')) }

async function makeKey ({ db, seal }: FreshDatabase): Promise<void> {
  await createSigningKeys(db, seal).rotate(() => ({ action: 'create', publishedAt: at, signsFromAt: at, retire: [], close: null }), async () => await generateKey('key-one'), at)
}

function readinessOf ({ db, seal }: Pick<FreshDatabase, 'db' | 'seal'>, needs: Partial<Parameters<typeof createReadiness>[0]> = {}) {
  return createReadiness({ db, ring: createSigningKeys(db, seal).find, changes: heard, now: () => at, ...needs })
}

void t.test('A replica with its database, its schema, a key that signs and an ear for changes is ready', async t => {
  const database = await openFreshDatabase(t)
  await makeKey(database)
  t.strictSame(await readinessOf(database).unready(), [])
  await database.raw("insert into kysely_migration (name, timestamp) values ('9999_from_the_future', '2027')")
  t.strictSame(await readinessOf(database).unready(), [], 'also while a newer release is rolled out')
})

void t.test('Each reason is told by itself, with what to do where somebody can do something', async t => {
  const database = await openFreshDatabase(t)
  t.strictSame(await readinessOf(database).unready(), ['there is no signing key yet'])
  await makeKey(database)
  t.strictSame(await readinessOf(database, { now: () => new Date(at.getTime() - 1) }).unready(), ['there is no signing key yet'], 'one that does not sign yet is none')
  t.strictSame(await readinessOf(database, { changes: { isTrusted: () => false } }).unready(), ['changes in the database are not heard'])
  const stranger = readinessOf({ db: database.db, seal: createSeal([otherKey]) })
  t.strictSame(await stranger.unready(), ['the signing key key-one cannot be opened; is the key that sealed it in ENCRYPTION_KEYS?'])
  await t.rejects(stranger.checkStart(), { name: 'SealBroken' })
  await database.raw('delete from kysely_migration')
  t.strictSame(await readinessOf(database).unready(), ['the database schema is older than this version; run the migrations'])
})

void t.test('A database that is away is the reason, whatever else cannot be known then', async t => {
  const database = await openFreshDatabase(t)
  const { db, close } = connect({ url: new Secret('postgres://nobody@127.0.0.1:1/nothing') })
  t.teardown(close)
  t.strictSame(await readinessOf({ db, seal: database.seal }, { changes: { isTrusted: () => false } }).unready(), ['the database does not answer', 'changes in the database are not heard'])
})

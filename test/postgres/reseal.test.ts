// Does everything that is sealed come under the first key, and nothing get lost on the way?
import t, { type Test } from 'tap'
import { resealAll, sealedColumns } from '../../src/postgres/reseal.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import { Secret } from '../../src/secret.ts'
import { createRandom } from '../world/randomness.ts'
import { openFreshDatabase, sealingKey } from './fresh-database.ts'

const newKey = { id: 'two', key: new Secret(Buffer.from(createRandom('sealing key two')(32)).toString('base64')) }
const rotated = createSeal([newKey, sealingKey])
const alone = createSeal([newKey])

async function openKept (test: Test) {
  const { db, seal, raw } = await openFreshDatabase(test)
  await raw("insert into tenants (id, slug, name, created_at, updated_at) values ('tnt-1', 'acme', 'Acme', now(), now())")
  const keep = async (kid: string, sealed: string) => await raw("insert into signing_keys (kid, public_jwk, private_jwk_sealed, created_at, published_at, signs_from_at) values ($1, '{}', $2, now(), now(), now())", [kid, sealed])
  const kept = async () => new Map((await raw('select kid, private_jwk_sealed as sealed from signing_keys')).map(row => [String(row['kid']), String(row['sealed'])]))
  return { db, seal, keep, kept }
}

const rowOf = (kid: string) => `signing_keys/${kid}/private_jwk`

void t.test('every column that is sealed is known', async t => {
  const { raw } = await openFreshDatabase(t)
  const columns = await raw("select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public' and column_name like '%\\_sealed' order by 1")
  t.strictSame(columns.map(({ name }) => name), sealedColumns.map(({ table, column }) => `${table}.${column}`).sort())
})

void t.test('what the older key sealed opens with the new one alone, in batches of any size, and a second run finds nothing to do', async t => {
  const { db, seal, keep, kept } = await openKept(t)
  const kids = Array.from({ length: 7 }, (_, index) => `key-${index}`)
  for (const kid of kids) await keep(kid, await seal.seal(new Secret(`secret of ${kid}`), rowOf(kid)))
  await keep('key-new', await rotated.seal(new Secret('secret of key-new'), rowOf('key-new')))
  const untouched = (await kept()).get('key-new')
  t.strictSame(await resealAll(db, rotated, 3), { resealed: 7, broken: [] })
  const sealed = await kept()
  for (const kid of [...kids, 'key-new']) t.equal((await alone.open(sealed.get(kid) ?? '', rowOf(kid))).reveal(), `secret of ${kid}`)
  t.equal(sealed.get('key-new'), untouched)
  t.strictSame(await resealAll(db, rotated, 3), { resealed: 0, broken: [] })
})

void t.test('what no key opens is named, left as it is, and stops nothing else', async t => {
  const { db, seal, keep, kept } = await openKept(t)
  const lost = createSeal([{ id: 'lost', key: sealingKey.key }])
  await keep('key-a', await lost.seal(new Secret('x'), rowOf('key-a')))
  await keep('key-b', 'no JWE at all')
  await keep('key-c', await seal.seal(new Secret('of another row'), rowOf('key-a')))
  await keep('key-d', await seal.seal(new Secret('good'), rowOf('key-d')))
  const before = await kept()
  t.strictSame(await resealAll(db, rotated), { resealed: 1, broken: ['key-a', 'key-b', 'key-c'].map(rowOf) })
  const after = await kept()
  for (const kid of ['key-a', 'key-b', 'key-c']) t.equal(after.get(kid), before.get(kid))
  t.equal((await alone.open(after.get('key-d') ?? '', rowOf('key-d'))).reveal(), 'good')
})

// Does what is sealed open with its key, in its row, and nowhere else?
import t from 'tap'
import { createSeal, rememberOpened } from '../../src/postgres/sealed.ts'
import { Secret, type SealingKey } from '../../src/secret.ts'
import { createRandom } from '../world/randomness.ts'

const random = createRandom('sealing keys')
const keyOf = (id: string): SealingKey => ({ id, key: new Secret(Buffer.from(random(32)).toString('base64')) })
const [first, second] = [keyOf('2026-1'), keyOf('2026-2')]
const row = 'connections/con-acme/client_secret'

void t.test('what is sealed in a row opens in that row', async t => {
  const seal = createSeal([first])
  for (const secret of ['northwind', '', 'ü€😀', 'x'.repeat(100_000)]) {
    const sealed = await seal.seal(new Secret(secret), row)
    t.equal((await seal.open(sealed, row)).reveal(), secret)
  }
})

void t.test('the same secret never looks the same twice', async t => {
  const seal = createSeal([first])
  t.not(await seal.seal(new Secret('northwind'), row), await seal.seal(new Secret('northwind'), row))
})

void t.test('it opens in no other row, with no other key, and not when a letter was changed', async t => {
  const seal = createSeal([first])
  const sealed = await seal.seal(new Secret('northwind'), row)
  const [header = '', ...rest] = sealed.split('.')
  const relabelled = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(header, 'base64url').toString()), row: 'connections/con-globex/client_secret' })).toString('base64url')
  const refused: Array<[string, () => Promise<Secret>]> = [
    ['another row', async () => await seal.open(sealed, 'connections/con-globex/client_secret')],
    ['another row, relabelled', async () => await seal.open([relabelled, ...rest].join('.'), 'connections/con-globex/client_secret')],
    ['an unknown key', async () => await createSeal([second]).open(sealed, row)],
    ['another key by the same name', async () => await createSeal([{ ...second, id: first.id }]).open(sealed, row)],
    ['a changed letter', async () => await seal.open(`${sealed.slice(0, -2)}${sealed.endsWith('A') ? 'BB' : 'AA'}`, row)],
    ['nothing', async () => await seal.open('', row)],
    ['plain text', async () => await seal.open('northwind', row)]
  ]
  for (const [what, opening] of refused) {
    const error: unknown = await opening().catch((error: unknown) => error)
    t.match(error, { name: 'SealBroken' }, what)
    t.notMatch(String(error), 'northwind')
  }
})

void t.test('a key that no longer seals still opens, and what it sealed is told apart', async t => {
  const old = await createSeal([first]).seal(new Secret('northwind'), row)
  const rotated = createSeal([second, first])
  t.equal((await rotated.open(old, row)).reveal(), 'northwind')
  t.equal(rotated.isStale(old), true)
  const fresh = await rotated.seal(new Secret('northwind'), row)
  t.equal(rotated.isStale(fresh), false)
  t.equal((await createSeal([second]).open(fresh, row)).reveal(), 'northwind')
  await t.rejects(createSeal([second]).open(old, row), { name: 'SealBroken' }, 'once the old key is gone, so is what it sealed')
})

void t.test('a secret that every login needs is opened once, and still in no other row', async t => {
  const seal = createSeal([first])
  let opened = 0
  const remembering = rememberOpened({ ...seal, open: async (...what) => { opened++; return await seal.open(...what) } })
  const sealed = await seal.seal(new Secret('northwind'), row)
  for (let time = 0; time < 3; time++) t.equal((await remembering.open(sealed, row)).reveal(), 'northwind')
  t.equal(opened, 1)
  await t.rejects(remembering.open(sealed, 'connections/con-globex/client_secret'), { name: 'SealBroken' })
  const changed = await seal.seal(new Secret('southwind'), row)
  t.equal((await remembering.open(changed, row)).reveal(), 'southwind', 'a changed secret is another text')
})

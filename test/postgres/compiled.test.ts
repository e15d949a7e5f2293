// Is a statement that is compiled once the same statement every time, with the values of each time?
import { sql } from 'kysely'
import t from 'tap'
import { blank, compileOnce, findFirst } from '../../src/postgres/compiled.ts'
import { openFreshDatabase } from './fresh-database.ts'

void t.test('each use fills the blanks with its own values, wherever one of them stands twice', async t => {
  const { db } = await openFreshDatabase(t)
  const ask = compileOnce(() => db.selectNoFrom([sql<string>`${blank<string>('one')}::text`.as('firstOne'), sql<string>`${blank<string>('one')}::text || ${blank<string>('two')}::text`.as('both')]))
  t.strictSame(await findFirst(db, ask({ one: 'a', two: 'b' })), { firstOne: 'a', both: 'ab' })
  t.strictSame(await findFirst(db, ask({ one: 'c', two: 'd' })), { firstOne: 'c', both: 'cd' }, 'and nothing of the use before')
})

void t.test('a statement is built once, and only when it is needed', async t => {
  const { db } = await openFreshDatabase(t)
  let built = 0
  const ask = compileOnce(() => {
    built++
    return db.selectNoFrom(sql<number>`${blank<number>('n')}::int`.as('n'))
  })
  t.equal(built, 0)
  for (const n of [1, 2, 3]) t.strictSame(await findFirst(db, ask({ n })), { n })
  t.equal(built, 1)
})

void t.test('a blank that nobody fills is a fault, and so is one whose name is only inherited', async t => {
  const { db } = await openFreshDatabase(t)
  const ask = compileOnce(() => db.selectNoFrom(sql`${blank('toString')}::text`.as('x')))
  t.throws(() => ask({}), /no value for toString/)
})

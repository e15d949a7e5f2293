// Tests of src/idp/last-good.ts: what is served while something is fetched again, or cannot be.
import t from 'tap'
import { createLastGood } from '../../src/idp/last-good.ts'
import type { CacheTrouble, LastGood, LastGoodOptions, Load } from '../../src/idp/last-good.ts'
import { createTestClock } from './scripted-send.ts'

interface Bench {
  cache: LastGood<string>
  advance: (seconds: number) => void
  troubles: CacheTrouble[]
  /** What the source says from now on. */
  source: { value: string | Error, gate?: Promise<void> | undefined }
  loads: () => number
  load: Load<string>
}

function bench (options: Partial<LastGoodOptions> = {}): Bench {
  const { now, advance } = createTestClock()
  const troubles: CacheTrouble[] = []
  const source: Bench['source'] = { value: 'one' }
  let loads = 0
  const cache = createLastGood<string>({ now, max: 3, staleSeconds: 86_400, failureSeconds: 10, maxFailureSeconds: 60, onTrouble: trouble => troubles.push(trouble), ...options })
  const load = async () => {
    loads++
    const { value } = source
    await source.gate
    if (value instanceof Error) throw value
    return { value, freshSeconds: 300 }
  }
  return { cache, advance, troubles, source, loads: () => loads, load }
}

// Lets a load behind the scenes end: it has no timers, only turns of the event loop.
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

void t.test('a fresh copy is served without asking', async t => {
  const { cache, load, loads, advance } = bench()
  t.equal(await cache.get('a', load), 'one')
  advance(299)
  t.equal(await cache.get('a', load), 'one')
  t.equal(loads(), 1)
})

void t.test('many who want the same thing at once cause one load', async t => {
  const { cache, load, loads } = bench()
  t.strictSame(await Promise.all(Array.from({ length: 50 }, () => cache.get('a', load))), Array(50).fill('one'))
  t.equal(loads(), 1)
})

void t.test('a stale copy is served at once and renewed behind the scenes', async t => {
  const { cache, load, loads, advance, source } = bench()
  await cache.get('a', load)
  advance(300)
  const gate = Promise.withResolvers<void>()
  source.value = 'two'
  source.gate = gate.promise
  t.equal(await cache.get('a', load), 'one')
  t.equal(await cache.get('a', load), 'one', 'while the load is under way')
  gate.resolve()
  await settle()
  t.equal(await cache.get('a', load), 'two')
  t.equal(loads(), 2)
})

void t.test('a failing source leaves the old copy for a day, is asked ever more seldom, and is never an unhandled rejection', async t => {
  const { cache, load, loads, advance, source, troubles } = bench()
  await cache.get('a', load)
  advance(300)
  source.value = new Error('down')
  const waits = [10, 20, 40, 60, 60]
  for (const [round, wait] of waits.entries()) {
    t.equal(await cache.get('a', load), 'one')
    await settle()
    t.equal(loads(), round + 2)
    advance(wait - 1)
    t.equal(await cache.get('a', load), 'one')
    t.equal(loads(), round + 2, `not asked again within ${wait} s`)
    advance(1)
  }
  t.equal(troubles.length, waits.length)
  t.match(troubles[0], { key: 'a', error: { message: 'down' } })
  advance(86_400)
  await t.rejects(cache.get('a', load), { message: 'down' }, 'a copy older than a day is none')
})

void t.test('a failure without any copy is answered from memory for a while', async t => {
  const { cache, load, loads, advance, source } = bench()
  source.value = new Error('down')
  for (let i = 0; i < 5; i++) await t.rejects(cache.get('a', load), { message: 'down' })
  t.equal(loads(), 1)
  advance(10)
  await t.rejects(cache.get('a', load))
  t.equal(loads(), 2)
  advance(10)
  await t.rejects(cache.get('a', load))
  t.equal(loads(), 2, 'the second failure lasts twice as long')
  source.value = 'back'
  advance(10)
  t.equal(await cache.get('a', load), 'back')
  source.value = new Error('down again')
  advance(300)
  t.equal(await cache.get('a', load), 'back')
})

void t.test('another key knows nothing of that failure', async t => {
  const { cache, load, source } = bench()
  source.value = new Error('down')
  await t.rejects(cache.get('a', load))
  source.value = 'fine'
  t.equal(await cache.get('b', load), 'fine')
})

void t.test('a failure that proves the copy wrong ends it', async t => {
  const { cache, load, advance, source } = bench({ disqualifies: error => error instanceof Error && error.message === 'impostor' })
  await cache.get('a', load)
  advance(300)
  source.value = new Error('impostor')
  t.equal(await cache.get('a', load), 'one')
  await settle()
  await t.rejects(cache.get('a', load), { message: 'impostor' })
})

void t.test('a forced refresh asks however fresh the copy is, once for all who want it, and only if it may', async t => {
  const { cache, load, loads, source } = bench()
  await cache.get('a', load)
  source.value = 'two'
  t.equal(cache.refresh('a', load, () => false), null)
  t.strictSame(await Promise.all([cache.refresh('a', load, () => true), cache.refresh('a', load, () => false)]), ['two', 'two'], 'the second joins the first')
  t.equal(loads(), 2)
  source.value = new Error('down')
  await t.rejects(cache.refresh('a', load) ?? Promise.resolve('not asked'), { message: 'down' })
  t.equal(await cache.get('a', load), 'two', 'its failure leaves the copy')
})

void t.test('what is forgotten while it is loaded does not come back', async t => {
  const { cache, load, loads, source } = bench()
  const gate = Promise.withResolvers<void>()
  source.gate = gate.promise
  const pending = cache.get('con-a x', load)
  cache.forget(key => key.startsWith('con-a '))
  gate.resolve()
  t.equal(await pending, 'one', 'whoever waits gets what it asked for')
  source.value = 'two'
  t.equal(await cache.get('con-a x', load), 'two')
  t.equal(loads(), 2)
})

void t.test('a load that throws at once is a failure like any other', async t => {
  const { cache, load, advance } = bench()
  const broken = (): never => { throw new Error('at once') }
  await t.rejects(cache.get('a', broken), { message: 'at once' })
  advance(10)
  t.equal(await cache.get('a', load), 'one')
})

void t.test('the least recently used goes first when there are too many', async t => {
  const { cache, load, loads } = bench()
  for (const key of ['a', 'b', 'c', 'a', 'd', 'a']) await cache.get(key, load)
  t.equal(loads(), 4)
  await cache.get('b', load)
  t.equal(loads(), 5)
  t.strictSame(cache.stats(), { hits: 2, loads: 5, loaded: 5, failures: 0 })
})

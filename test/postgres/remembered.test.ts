// Is something that everybody asks for read once, and never served when it may be stale?
import t from 'tap'
import { remember, rememberEach } from '../../src/postgres/remembered.ts'
import { createFakeChanges } from './fake-changes.ts'

function open () {
  const changes = createFakeChanges()
  let loads = 0
  let answer: () => Promise<number> = async () => loads
  const ask = remember(async () => {
    loads++
    return await answer()
  }, 'app', changes)
  return { changes, ask, loads: () => loads, answerWith: (next: () => Promise<number>) => { answer = next } }
}

void t.test('it is read once and at hand from then on', async t => {
  const { ask, loads } = open()
  const first = ask()
  t.ok(first instanceof Promise)
  t.equal(await first, 1)
  t.equal(ask(), 1, 'not promised: there')
  t.equal(loads(), 1)
})

void t.test('at hand is what was read and may be believed; asking for it reads nothing', async t => {
  const { ask, loads, changes } = open()
  t.equal(ask.atHand(), null)
  await ask()
  t.equal(ask.atHand(), 1)
  changes.trust(false)
  t.equal(ask.atHand(), null, 'not while nobody listens')
  changes.trust(true)
  changes.tell('member', 'mem-ada')
  t.equal(ask.atHand(), 1)
  changes.tell('app', 'app-orders')
  t.equal(ask.atHand(), null)
  await ask()
  changes.doubt()
  t.equal(ask.atHand(), null)
  t.equal(loads(), 2)
})

void t.test('many who ask at once cause one reading', async t => {
  const { ask, loads } = open()
  t.same(await Promise.all([ask(), ask(), ask()]), [1, 1, 1])
  t.equal(loads(), 1)
})

void t.test('a change of its kind makes it be read again, and a change of another kind does not', async t => {
  const { ask, loads, changes } = open()
  await ask()
  changes.tell('member', 'mem-ada')
  t.equal(ask(), 1)
  changes.tell('app', 'app-orders')
  t.equal(await ask(), 2)
  t.equal(loads(), 2)
})

void t.test('without trust it is read each time, and nothing of that is kept', async t => {
  const { ask, loads, changes } = open()
  await ask()
  changes.trust(false)
  t.equal(await ask(), 2)
  t.equal(await ask(), 3)
  changes.trust(true)
  changes.doubt()
  t.equal(await ask(), 4)
  t.equal(ask(), 4)
  t.equal(loads(), 4)
})

void t.test('what was being read while something changed is answered and not kept, and whoever asks after the change reads anew', async t => {
  const { ask, loads, changes, answerWith } = open()
  let finish = (_: number) => {}
  answerWith(async () => await new Promise<number>(resolve => { finish = resolve }))
  const before = ask()
  const finishFirst = finish
  changes.tell('app', 'app-orders')
  const after = ask()
  finish(20)
  t.equal(await after, 20)
  finishFirst(10)
  t.equal(await before, 10)
  t.equal(ask(), 20)
  t.equal(loads(), 2)
})

void t.test('a reading during which trust was lost is not kept', async t => {
  const { ask, loads, changes, answerWith } = open()
  let finish = (_: number) => {}
  answerWith(async () => await new Promise<number>(resolve => { finish = resolve }))
  const asked = ask()
  changes.trust(false)
  finish(10)
  t.equal(await asked, 10)
  changes.trust(true)
  answerWith(async () => 11)
  t.equal(await ask(), 11)
  t.equal(loads(), 2)
})

void t.test('a failed reading is told to those who asked and tried again by the next', async t => {
  const { ask, answerWith } = open()
  answerWith(async () => { throw new Error('the table is away') })
  await t.rejects(Promise.all([ask(), ask()]), /the table is away/)
  answerWith(async () => 7)
  t.equal(await ask(), 7)
})

function openEach () {
  const changes = createFakeChanges()
  const asked: string[] = []
  const world = { answer: async (key: string): Promise<{ name: string, open: boolean } | null> => ({ name: `${key} ${asked.length}`, open: true }) }
  const remembered = rememberEach(async (key: string) => {
    asked.push(key)
    return await world.answer(key)
  }, ['tenant', 'domain'], changes, { max: 2, worth: ({ open }) => open })
  return { changes, asked, world, ...remembered }
}

void t.test('of many things each is read once', async t => {
  const { find, asked } = openEach()
  for (const key of ['acme.test', 'globex.test', 'acme.test', 'globex.test']) await find(key)
  t.same(asked, ['acme.test', 'globex.test'])
  t.same(await find('acme.test'), { name: 'acme.test 1', open: true })
})

void t.test('a change of any of their kinds forgets them all, another one none', async t => {
  const { find, asked, changes } = openEach()
  await find('acme.test')
  changes.tell('member', 'mem-ada')
  await find('acme.test')
  t.equal(asked.length, 1)
  changes.tell('domain', 'globex.test')
  await find('acme.test')
  changes.tell('tenant', 'tnt-acme')
  await find('acme.test')
  t.equal(asked.length, 3)
})

void t.test('what is missing and what is not worth it is read each time', async t => {
  const { find, asked, world } = openEach()
  world.answer = async () => null
  t.equal(await find('stranger.test'), null)
  await find('stranger.test')
  world.answer = async () => ({ name: 'closed', open: false })
  await find('acme.test')
  await find('acme.test')
  t.equal(asked.length, 4)
})

void t.test('without trust, after a doubt and when told to forget, everything is read anew', async t => {
  const { find, asked, changes, forget } = openEach()
  await find('acme.test')
  changes.trust(false)
  await find('acme.test')
  await find('acme.test')
  changes.trust(true)
  changes.doubt()
  await find('acme.test')
  forget()
  await find('acme.test')
  await find('acme.test')
  t.equal(asked.length, 5)
})

void t.test('what was being read while something changed is not kept, and no more are kept than allowed', async t => {
  const { find, asked, changes, world } = openEach()
  world.answer = async key => {
    changes.tell('tenant', 'tnt-acme')
    return { name: key, open: true }
  }
  await find('acme.test')
  world.answer = async key => ({ name: key, open: true })
  await find('acme.test')
  t.equal(asked.length, 2)
  for (const key of ['globex.test', 'northwind.test', 'acme.test']) await find(key)
  t.equal(asked.length, 5, 'the oldest had to go')
})

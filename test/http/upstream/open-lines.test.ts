import t from 'tap'
import { type Line, watchLines } from '../../../src/http/upstream/open-lines.ts'
import { createClock } from '../../world/clock.ts'

type Answer = boolean | Error | Promise<boolean>

/** A registry whose changes and seconds the test makes. */
function open () {
  const clock = createClock()
  const hearers: Array<(kind: string, id: string) => void> = []
  const doubters: Array<() => void> = []
  let tick = () => {}
  let stopped = false
  let period = 0
  const lines = watchLines({
    changes: { onChange: hear => { hearers.push(hear) }, onDoubt: hear => { doubters.push(hear) } },
    now: clock.now,
    every: (milliseconds, work) => {
      period = milliseconds
      tick = work
      return () => { stopped = true }
    }
  })
  return {
    clock,
    lines,
    stopped: () => stopped,
    period,
    second () { clock.advance(1); tick() },
    change (kind: string, id: string) { for (const hear of hearers) hear(kind, id) },
    doubt () { for (const hear of doubters) hear() },
    line (first: Answer) {
      const state = { answer: first, asked: 0, ended: [] as string[] }
      const line: Line = {
        grounds: new Set(['session s1', 'tenant t1']),
        check () {
          state.asked++
          if (state.answer instanceof Error) throw state.answer
          return state.answer
        },
        end: why => { state.ended.push(why) }
      }
      return { state, forget: lines.add(line) }
    }
  }
}

const settled = async () => { await new Promise(resolve => { setImmediate(resolve) }) }

void t.test('a line is asked about when it is opened, when something under it changes, and every second', async t => {
  const world = open()
  t.equal(world.period, 1_000)
  const { state } = world.line(true)
  t.equal(state.asked, 1)
  world.change('tenant', 't1')
  world.change('session', 's1')
  t.equal(state.asked, 3)
  for (const [kind, id] of [['tenant', 't2'], ['session', 't1'], ['signing-key', 's1']] as const) world.change(kind, id)
  t.equal(state.asked, 3, 'nothing else concerns it')
  world.second()
  world.doubt()
  t.equal(state.asked, 5)
  t.strictSame(state.ended, [])
})

void t.test('a line that may not stay is ended once, and nobody asks about it any more', async t => {
  const world = open()
  const { state } = world.line(true)
  state.answer = false
  world.change('session', 's1')
  world.change('session', 's1')
  world.second()
  t.strictSame(state, { answer: false, asked: 2, ended: ['ended'] })
  t.equal(world.lines.size(), 0)
})

void t.test('a sign-in that ended while its line was being opened ends it', async t => {
  t.strictSame(open().line(false).state.ended, ['ended'])
})

void t.test('a change that is heard while an answer is under way is asked about again: the answer may be older', async t => {
  const world = open()
  const early = Promise.withResolvers<boolean>()
  const { state } = world.line(early.promise)
  world.change('session', 's1')
  t.equal(state.asked, 1)
  state.answer = false
  early.resolve(true)
  await settled()
  t.equal(state.asked, 2)
  t.strictSame(state.ended, ['ended'])
})

void t.test('while nobody can be asked a line stays for two seconds, and not for three', async t => {
  for (const failure of ['thrown', 'promised'] as const) {
    const world = open()
    const { state } = world.line(true)
    const fail = () => { state.answer = failure === 'thrown' ? new Error('away') : Promise.reject(new Error('away')) }
    fail()
    world.doubt()
    await settled()
    for (const seconds of [1, 2]) {
      t.strictSame(state.ended, [], `${failure}, after ${seconds - 1}`)
      fail()
      world.second()
      await settled()
    }
    t.strictSame(state.ended, ['ended'], failure)
  }
})

void t.test('a question that is never answered counts as nobody who can be asked', async t => {
  const world = open()
  const { state } = world.line(new Promise(() => {}))
  world.second()
  t.strictSame(state.ended, [])
  world.second()
  t.strictSame(state, { ...state, asked: 1, ended: ['ended'] })
})

void t.test('an answer in between gives it the time anew', async t => {
  const world = open()
  const { state } = world.line(true)
  for (let turn = 0; turn < 3; turn++) {
    state.answer = new Error('away')
    world.second()
    state.answer = true
    world.second()
  }
  t.strictSame(state.ended, [])
})

void t.test('a line that has ended by itself is forgotten', async t => {
  const world = open()
  const { state, forget } = world.line(true)
  forget()
  state.answer = false
  world.second()
  t.strictSame(state.ended, [])
})

void t.test('all lines are told when the gateway goes down, and the asking stops', async t => {
  const world = open()
  const [one, other] = [world.line(true), world.line(true)]
  world.lines.endAll()
  t.strictSame([one.state.ended, other.state.ended], [['closing'], ['closing']])
  t.ok(world.stopped())
  t.equal(world.lines.size(), 0)
})

void t.test('a line that is opened while the gateway goes down is told at once', async t => {
  const world = open()
  world.lines.endAll()
  t.strictSame(world.line(true).state, { answer: true, asked: 0, ended: ['closing'] })
  t.equal(world.lines.size(), 0)
})

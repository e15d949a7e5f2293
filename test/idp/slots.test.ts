// Tests of src/idp/slots.ts: how many requests may be under way at once.
import t from 'tap'
import { FailedExchange } from '../../src/idp/failed-exchange.ts'
import { createSlots } from '../../src/idp/slots.ts'

const never = new AbortController().signal

void t.test('DISC-14 a provider that stalls fills its own slots and nobody else\'s', async t => {
  const slots = createSlots({ perOrigin: 2, inAll: 3, waiting: 10 })
  await slots.take('https://a.test', never)
  const release = await slots.take('https://a.test', never)
  const deadline = new AbortController()
  const [first, second] = [slots.take('https://a.test', deadline.signal), slots.take('https://a.test', deadline.signal)]
  // Those two queue for their own origin and hold none of the slots that all share.
  const other = await slots.take('https://b.test', never)
  other()
  release()
  const granted = await first
  deadline.abort()
  await t.rejects(second, FailedExchange)
  granted()
  t.pass()
})

void t.test('whoever waits longer than its deadline is told so, and leaves the queue', async t => {
  const slots = createSlots({ perOrigin: 1, inAll: 1, waiting: 1 })
  const release = await slots.take('https://a.test', never)
  const deadline = new AbortController()
  const late = slots.take('https://a.test', deadline.signal)
  deadline.abort()
  await t.rejects(late, new FailedExchange('crowded'))
  const next = slots.take('https://a.test', never)
  release()
  const releaseNext = await next
  releaseNext()
  t.ok(await slots.take('https://a.test', never))
})

void t.test('a slot given up while waiting for the common ones goes back to the origin', async t => {
  const slots = createSlots({ perOrigin: 1, inAll: 1, waiting: 5 })
  const release = await slots.take('https://a.test', never)
  const deadline = new AbortController()
  const starved = slots.take('https://b.test', deadline.signal)
  deadline.abort(new FailedExchange('timeout'))
  await t.rejects(starved, new FailedExchange('timeout'))
  release()
  t.ok(await slots.take('https://b.test', never))
})

void t.test('a slot is never handed to somebody who has just given up', async t => {
  const slots = createSlots({ perOrigin: 1, inAll: 9, waiting: 5 })
  const release = await slots.take('https://a.test', never)
  const deadline = new AbortController()
  const late = slots.take('https://a.test', deadline.signal)
  const patient = slots.take('https://a.test', never)
  deadline.abort()
  release()
  await t.rejects(late, new FailedExchange('crowded'))
  t.ok(await patient)
})

void t.test('a queue has an end: beyond it the answer is immediate', async t => {
  const slots = createSlots({ perOrigin: 1, inAll: 9, waiting: 1 })
  await slots.take('https://a.test', never)
  const deadline = new AbortController()
  const waiting = slots.take('https://a.test', deadline.signal)
  await t.rejects(slots.take('https://a.test', never), new FailedExchange('crowded'))
  deadline.abort()
  await t.rejects(waiting)
})

void t.test('a deadline that has passed takes no slot', async t => {
  const slots = createSlots({ perOrigin: 1, inAll: 1, waiting: 1 })
  await t.rejects(slots.take('https://a.test', AbortSignal.abort(new FailedExchange('timeout'))), new FailedExchange('timeout'))
  t.ok(await slots.take('https://a.test', never))
})

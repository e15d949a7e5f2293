import t from 'tap'
import { inTurn, summarize } from './rounds.ts'

void t.test('of many rounds the bench reports the middle, and where the middle half lies', async t => {
  t.strictSame(summarize([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 })
  t.strictSame(summarize([1, 2]), { median: 1.5, low: 1.25, high: 1.75 })
  t.strictSame(summarize([7]), { median: 7, low: 7, high: 7 })
})

void t.test('both sides are measured in turn, and the warm-up does not count', async t => {
  const order: string[] = []
  const side = (name: string) => async () => order.push(name)
  const rounds = await inTurn({ one: side('one'), other: side('other') }, { rounds: 2, warmUp: 1, mostSeconds: 60 })
  t.strictSame(order, ['other', 'one', 'one', 'other', 'other', 'one'])
  t.strictSame(rounds, [{ one: 3, other: 4 }, { other: 5, one: 6 }])
})

void t.test('on a slow machine there are fewer rounds, and three at least', async t => {
  let seconds = 0
  const rounds = await inTurn({ one: async () => ++seconds }, { rounds: 9, warmUp: 1, mostSeconds: 2 }, () => seconds * 1000)
  t.strictSame(rounds, [{ one: 2 }, { one: 3 }, { one: 4 }])
})

// Tests of src/idp/freshness.ts and src/idp/allowance.ts: how long, and how often.
import t from 'tap'
import { createAllowance } from '../../src/idp/allowance.ts'
import { freshSeconds } from '../../src/idp/freshness.ts'
import { createTestClock, jsonAnswer } from './scripted-send.ts'

const table: ReadonlyArray<readonly [header: string | null, seconds: number]> = [
  [null, 3600],
  ['', 3600],
  ['public', 3600],
  ['max-age=3832304, must-revalidate', 3600],
  ['public, max-age=600', 600],
  ['max-age="600"', 600],
  ['MAX-AGE=600', 600],
  ['s-maxage=1', 3600],
  ['max-age=0', 300],
  ['max-age=1', 300],
  ['no-store', 300],
  ['no-cache, max-age=3000', 300],
  ['max-age=-5', 3600],
  ['max-age=9999999999999999999', 3600],
  ['max-age=soon', 3600]
]

void t.test('JWKS-03 Cache-Control counts between five minutes and an hour only', async t => {
  for (const [header, seconds] of table) t.equal(freshSeconds(jsonAnswer({}, header === null ? {} : { 'cache-control': header }), { least: 300, most: 3600 }), seconds, header ?? 'no header')
})

void t.test('JWKS-02 an allowance is spent at once or over time, and grows back one by one', async t => {
  const { now, advance } = createTestClock()
  const allowance = createAllowance({ now, burst: 3, everySeconds: 10, max: 10 })
  const spend = (times: number): number => Array.from({ length: times }, () => allowance.spend('a')).filter(Boolean).length
  t.equal(spend(9), 3)
  advance(9)
  t.equal(spend(9), 0)
  advance(1)
  t.equal(spend(9), 1)
  advance(25)
  t.equal(spend(9), 2)
  advance(86_400)
  t.equal(spend(9), 3, 'never more than the burst')
  t.ok(allowance.spend('b'), 'everybody has their own')
  advance(-60)
  t.equal(spend(9), 0, 'a clock that is set back gives nothing')
})

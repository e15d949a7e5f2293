// Do the numbers add up, and have they an end?
import t from 'tap'
import { buildFamilies } from '../../src/telemetry/families.ts'
import { createSignals } from '../../src/telemetry/signals.ts'
import { nameStatement } from '../../src/telemetry/statement-name.ts'
import { boundNames, createTally } from '../../src/telemetry/tally.ts'
import { createTimings } from '../../src/telemetry/timings.ts'

void t.test('The first so many have a label of their own, and all others share one', async t => {
  const nameOf = boundNames(2)
  t.strictSame(['acme', 'globex', 'initech', 'acme'].map(nameOf), ['acme', 'globex', '_other', 'acme'])
})

void t.test('A tally has an end: who comes later is counted together with the others, by code', async t => {
  const tally = createTally(['tenant', 'code'], 2)
  for (const tenant of ['acme', 'globex', 'initech', 'hooli', 'acme']) tally.add(tenant, 'not-invited')
  t.strictSame(tally.samples(), [
    { labels: { tenant: 'acme', code: 'not-invited' }, value: 2 },
    { labels: { tenant: 'globex', code: 'not-invited' }, value: 1 },
    { labels: { tenant: '_other', code: 'not-invited' }, value: 2 }
  ])
})

void t.test('A duration is in its bucket and in all above it', async t => {
  const timings = createTimings('stage', [0.1, 1])
  for (const seconds of [0.05, 0.1, 0.5, 7]) timings.note('store', seconds)
  t.strictSame(timings.samples().map(({ labels, value, part }) => [part, labels['le'], value]), [
    ['_bucket', '0.1', 2], ['_bucket', '1', 3], ['_bucket', '+Inf', 4], ['_sum', undefined, 7.65], ['_count', undefined, 4]
  ])
  const few = createTimings('statement', [1], 1)
  for (const name of ['a', 'b', 'c']) few.note(name, 1)
  t.strictSame(few.samples().filter(({ part }) => part === '_count').map(({ labels, value }) => [labels['statement'], value]), [['a', 1], ['_other', 2]])
})

void t.test('A wait is timed also where it ends badly', async t => {
  let milliseconds = 0
  const signals = createSignals(() => milliseconds)
  await t.rejects(signals.stage('token_request', async () => {
    milliseconds = 1_500
    throw new Error('away')
  }))
  t.match(signals.kept.stages.samples().find(({ part }) => part === '_sum'), { labels: { stage: 'token_request' }, value: 1.5 })
})

const statements: ReadonlyArray<readonly [sql: string, name: string]> = [
  ['select "a" from "tenants" where "id" = $1', 'select tenants'],
  ['insert into "events" ("id") values ($1)', 'insert events'],
  ['update "sessions" set "last_seen_at" = greatest("last_seen_at", $1)', 'update sessions'],
  ['delete from "attempts" where "state_hash" = $1 returning *', 'delete attempts'],
  ['with "gone" as (delete from "tickets" where "id" = $1 returning *) select * from "gone"', 'select tickets'],
  ['select 1', 'select'],
  ['begin', 'begin'],
  ["listen gatehouse; notify 'ada@acme.test'", '_other']
]

void t.test('A statement is known by what it does and the table that it names, and by no value', async t => {
  for (const [sql, name] of statements) for (let times = 0; times < 2; times++) t.equal(nameStatement(sql), name, sql)
})

void t.test('A gateway that has done nothing yet tells every metric, and the counters without a tenant at zero', async t => {
  const standing = { ready: false, sessions: 0, caches: { sessions: { hits: 0, misses: 0 }, doors: { hits: 0, misses: 0 } }, idp: { metadata: { hits: 0, loads: 0, loaded: 0, failures: 0 }, keys: { hits: 0, loads: 0, loaded: 0, failures: 0 } } }
  const families = buildFamilies(createSignals(() => 0), standing)
  t.equal(new Set(families.map(({ name }) => name)).size, families.length)
  for (const { name, samples, labels } of families) for (const sample of samples) t.strictSame(Object.keys(sample.labels), labels, name)
  t.ok(families.every(({ help }) => help.endsWith('.')))
})

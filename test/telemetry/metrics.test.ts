// Do the numbers tell what happened, and do the chart's alerts and dashboard speak of numbers that there are?
import { createRequire } from 'node:module'
import t from 'tap'
import { openHouse } from '../http/house.ts'
import { Part, readChartFile, readChartYaml } from '../helm/example.ts'
import { typeEmail } from '../journeys/signing-in.ts'
import { scrape } from './scrape.ts'

const house = await openHouse(t)
const { gateway, ask } = house
const management = await gateway.gateway.management.listen({ host: '127.0.0.1', port: 0 })
const loaded = () => Object.keys(createRequire(import.meta.url).cache).some(path => /\/node_modules\/(prom-client|@opentelemetry)\//.test(path))
const loadedAtRest = loaded()
const before = await scrape(management)

// Two get in, one is refused; a stranger makes up what could become a label.
const { cookie } = await house.signIn()
await house.signIn('zo\u00eb@acme.test')
const bob = house.browser()
await typeEmail(house, bob, 'bob@acme.test', next => next.pathname === '/oauth2/v1/authorize')
await bob.follow()
const statuses = [(await bob.submit(bob.page().url, { person: 'bob@acme.test' })).status]
for (const path of ['/auth/login?tenant=made-up-slug', '/made-up-path', `/auth/callback/${house.acme.connection}?code=x&state=made-up-state`]) await ask('GET', path, { headers: { 'user-agent': 'made-up-agent', cookie: 'made-up' } })
await ask('GET', '/auth/check', { headers: { host: 'made-up-host' } })
for (let times = 0; times < 3; times++) statuses.push((await ask('GET', '/auth/check', { headers: { cookie } })).status)
statuses.push((await ask('GET', '/auth/check')).status)
const after = await scrape(management)

void t.test('A scrape is in the format that Prometheus reads, and tells of the process too', async t => {
  t.strictSame(statuses, [403, 200, 200, 200, 401], 'what is counted has happened')
  t.match(after.contentType, /^text\/plain; version=0\.0\.4/)
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes', 'nodejs_version_info']) t.ok(after.kinds.has(name), name)
  t.equal(new Set(after.series.map(({ name, labels }) => JSON.stringify([name, labels]))).size, after.series.length, 'no series is told twice')
})

void t.test('What writes the text is loaded by the first scrape and not before, and nothing of OpenTelemetry without a collector', async t => {
  t.strictSame([loadedAtRest, loaded()], [false, true])
})

void t.test('Logins are counted by tenant: started, finished, and refused by the code of their story', async t => {
  t.equal(after.sum('gatehouse_logins_started_total', { tenant: 'acme' }), 3)
  t.equal(after.sum('gatehouse_logins_finished_total', { tenant: 'acme' }), 2)
  t.equal(after.sum('gatehouse_logins_refused_total', { tenant: 'acme', code: 'member-unknown' }), 1)
  t.equal(after.sum('gatehouse_logins_refused_total', { tenant: '_none', code: 'attempt-unknown' }), 1)
  t.equal(after.sum('gatehouse_logins_refused_total'), 2)
})

void t.test('Each stage of a login is timed, and what it asked of its Okta is counted by result', async t => {
  for (const [stage, times] of Object.entries({ token_request: 3, verification: 3, key_set: 3, admission: 3, store: 2 })) t.equal(after.sum('gatehouse_login_stage_seconds_count', { stage }), times, stage)
  t.ok(after.sum('gatehouse_login_stage_seconds_count', { stage: 'discovery' }) >= 6, 'on the way out and on the way back')
  t.equal(after.sum('gatehouse_login_stage_seconds_bucket', { stage: 'store', le: '+Inf' }), 2)
  t.ok(after.sum('gatehouse_login_stage_seconds_sum', { stage: 'token_request' }) > 0)
  t.equal(after.sum('gatehouse_discovery_fetches_total', { result: 'ok' }), 1)
  t.equal(after.sum('gatehouse_key_set_fetches_total', { result: 'ok' }), 1)
  t.equal(after.sum('gatehouse_key_set_fetches_total', { result: 'failed' }), 0)
})

void t.test('Requests are counted by class of route and status, checks that go well among them', async t => {
  t.equal(after.sum('gatehouse_http_requests_total', { route: 'check', status: '200' }) - before.sum('gatehouse_http_requests_total', { route: 'check', status: '200' }), 3)
  t.equal(after.sum('gatehouse_http_requests_total', { route: 'check', status: '401' }), 1)
  t.equal(after.sum('gatehouse_http_requests_total', { route: 'check', status: '403' }), 1)
  t.equal(after.sum('gatehouse_http_requests_total', { route: 'callback', status: '303' }), 2)
  t.equal(after.sum('gatehouse_http_requests_total', { route: 'none', status: '404' }), 1)
  t.equal(after.sum('gatehouse_http_request_seconds_count', { route: 'check' }), 2, 'only refusals are timed there')
})

void t.test('Memory, tokens, statements and readiness are told', async t => {
  t.equal(after.sum('gatehouse_sessions'), 1, 'those that were looked at since')
  t.equal(after.sum('gatehouse_tokens_minted_total', { app: 'northwind' }), 1, 'one for three checks')
  t.equal(after.sum('gatehouse_cache_lookups_total', { cache: 'sessions', result: 'hit' }), 2)
  t.ok(after.sum('gatehouse_cache_lookups_total', { cache: 'discovery', result: 'hit' }) > 0)
  t.equal(after.sum('gatehouse_ready'), 1)
  const statements = after.series.filter(({ name }) => name === 'gatehouse_statement_seconds_count')
  t.ok(statements.length > 10)
  t.strictSame(statements.filter(({ labels }) => !/^(begin|commit|rollback|(select|insert|update|delete)( [a-z_]+)?)$/.test(labels.statement ?? '')), [])
})

void t.test('What strangers make up becomes no label, and no person does', async t => {
  for (const word of ['made-up', 'acme.test', 'Ada', house.acme.connection, house.acme.id]) t.notOk(after.text.includes(word), word)
})

void t.test('The chart knows every metric of ours with its kind and its labels, and no other', async t => {
  const listed = readChartYaml('files/metric-names.yaml').entries
  const own = listed.filter(([name]) => name.startsWith('gatehouse_'))
  t.strictSame([...after.kinds.keys()].filter(name => name.startsWith('gatehouse_')).sort(), own.map(([name]) => name).sort())
  for (const [name, metric] of listed) {
    t.equal(after.kinds.get(name), metric.at('kind').text, name)
    const said = after.series.filter(one => one.name.replace(/_(bucket|sum|count)$/, '') === name.replace(/_(bucket|sum|count)$/, ''))
    t.ok(said.length > 0, `${name} has been seen`)
    t.strictSame([...new Set(said.flatMap(({ labels }) => Object.keys(labels)))].filter(label => label !== 'le').sort(), metric.at('labels').items.map(label => label.text).sort(), name)
  }
})

void t.test('What alerts and the dashboard ask for is in the scrape, with the values of labels that they name', async t => {
  const dashboard = new Part(JSON.parse(readChartFile('files/dashboard.json')))
  const expressions = [
    ...readChartYaml('files/alerts.yaml').items.map(alert => alert.at('expr').text),
    ...dashboard.at('panels').items.flatMap(panel => panel.at('targets').items.map(target => target.at('expr').text))
  ]
  for (const expression of expressions) {
    for (const [, name = '', selectors = ''] of expression.matchAll(/\b((?:gatehouse|nodejs|process)_[a-z0-9_]+)(?:\{([^}]*)\})?/g)) {
      const wanted = [...selectors.matchAll(/(\w+)="([^"$]+)"/g)].filter(([, label]) => label !== 'job')
      const found = after.series.filter(one => one.name === name && wanted.every(([, label = '', value]) => one.labels[label] === value))
      t.ok(found.length > 0, `${name} {${selectors}}`)
    }
  }
})

void t.test('A replica that leaves is not ready, and says so to a scrape', async t => {
  gateway.gateway.drain()
  t.equal((await scrape(management)).sum('gatehouse_ready'), 0)
})

// Does a trace lead from the proxy through the gateway to its providers, its database and the apps behind it, and does it tell nothing secret?
import t from 'tap'
import { Agent } from 'undici'
import { parseTraceparent } from '../../src/telemetry/tracing.ts'
import { collectSecrets, secretsIn } from '../journeys/secrets.ts'
import { openServedWorld } from '../journeys/served-world.ts'
import { startCollector } from './collector.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

const collector = await startCollector(t)
// Whoever comes from 127.0.0.2 is the proxy; everybody else is a stranger.
const { world, crm, enter, cookieAt, askAt, host } = await openServedWorld(t, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_SERVICE_NAME: 'sign-in', TRUSTED_PROXIES: '127.0.0.2' })
const proxy = new Agent({ localAddress: '127.0.0.2' })
t.teardown(async () => { await proxy.destroy() })

const ada = world.browser()
await enter(ada, 'crm', 'ada@acme.test', '/deals')
const cookie = cookieAt(ada, 'crm')
const untraced = world.log.length
const byProxy = async (path: string, to = host('crm')) => {
  const answer = await proxy.request({ origin: world.gateway.url, path, method: 'GET', headers: { host: to, cookie, traceparent, tracestate: 'vendor=proxy' } })
  await answer.body.dump()
  return answer.statusCode
}
const statuses = [await byProxy('/from-proxy'), (await askAt('crm', '/from-stranger', { cookie, headers: { traceparent, tracestate: 'vendor=stranger' } })).status, await byProxy('/auth/check?app=crm'), (await askAt('crm', '/auth/check', { cookie })).status]
const heard = (path: string) => crm.asked.find(({ url }) => url === path)?.headers ?? {}
await world.gateway.close()
const spans = collector.spans()
const lines = world.log.slice(untraced).map((line): Record<string, unknown> => JSON.parse(line))

void t.test('A login is one trace for each request: the provider and the database are asked inside of it', async t => {
  t.strictSame(statuses, [200, 200, 200, 200])
  const back = spans.find(({ name }) => name === '/auth/callback/:connection')
  t.match(back, { kind: 2 })
  const inside = spans.filter(span => span.traceId === back?.traceId && span !== back)
  t.ok(inside.every(({ parentSpanId, kind }) => parentSpanId === back?.spanId && kind === 3))
  t.ok(inside.some(({ name }) => /^POST 127\.0\.0\.1:\d+$/.test(name)), 'the code was redeemed')
  t.ok(inside.some(({ name }) => name === 'select pending_attempts'), 'the attempt was consumed')
  const posted = spans.find(({ name, attributes }) => name === '/auth/login' && attributes.some(({ value }) => value['stringValue'] === 'POST'))
  t.ok(spans.some(({ parentSpanId }) => parentSpanId === posted?.spanId), 'also behind a body that had to be waited for')
})

void t.test('A trace is taken in from a trusted proxy alone, and goes on to the app', async t => {
  const [from, stranger] = [heard('/from-proxy'), heard('/from-stranger')]
  const sent = parseTraceparent(String(from['traceparent']))
  t.equal(sent?.traceId, traceId)
  t.equal(spans.find(({ spanId }) => spanId === sent?.spanId)?.parentSpanId, '00f067aa0ba902b7')
  t.not(parseTraceparent(String(stranger['traceparent']))?.traceId, traceId)
  t.ok(spans.some(span => span.spanId === parseTraceparent(String(stranger['traceparent']))?.spanId), 'it is a trace of our own')
  t.strictSame([from['tracestate'], stranger['tracestate']], [undefined, undefined])
})

void t.test('A check is traced for whoever traces the request that it is about, and otherwise not', async t => {
  t.strictSame(spans.filter(({ name }) => name === '/auth/check').map(span => span.traceId), [traceId])
})

void t.test('The lines of the log carry the trace', async t => {
  const told = lines.filter(({ msg }) => msg === 'request')
  t.strictSame(told.map(({ route, trace_id: id }) => [route, id === traceId]), [['/*', true], ['/*', false]])
  t.ok(told.every(({ trace_id: id }) => typeof id === 'string' && /^[0-9a-f]{32}$/.test(id)))
})

void t.test('Nothing secret, no address and no path of a product is in a trace', async t => {
  const text = collector.bodies.join('')
  t.match(text, /"service\.name","value":\{"stringValue":"sign-in"\}/)
  t.ok(spans.length > 20)
  t.strictSame(secretsIn(text, [...collectSecrets(ada, world.outgoing.all), world.gateway.operatorToken]), [])
  t.notMatch(text, /@acme\.test|from-proxy|deals|\?/)
})

const bad = ['', 'x', traceparent.replace('00-', 'ff-'), `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, `00-${traceId}-${'0'.repeat(16)}-01`, `${traceparent}-more`, traceparent.toUpperCase()]
void t.test('What is no trace context is none', async t => {
  for (const text of bad) t.equal(parseTraceparent(text), null, text)
  t.strictSame(parseTraceparent(traceparent.replace(/01$/, 'ff')), { traceId, spanId: '00f067aa0ba902b7', traceFlags: 1 })
})

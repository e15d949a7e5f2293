// What does the log say of a day with everything in it? Every line is looked at: whose it is, what it holds, and what it must not.
import t from 'tap'
import { openServedWorld } from '../journeys/served-world.ts'
import { collectSecrets, secretsIn } from '../journeys/secrets.ts'
import { atCallback, pickPerson, typeEmail } from '../journeys/signing-in.ts'
import { referenceOn } from '../journeys/world.ts'

interface Line extends Readonly<Record<string, unknown>> { readonly msg: string, readonly route: string, readonly level: number }

const { world, at, crm, docs, cookieAt, askAt } = await openServedWorld(t)
const { gateway } = world
const acmeConnection = String((await world.sql("select c.id from connections c join tenants t on t.id = c.tenant_id where t.slug = 'acme'"))[0]?.['id'])
await world.heard(async () => await world.patch('/tenants/acme', { homeUrl: world.home }))
const seen = { from: world.log.length }

/** The lines since the last time. */
function lines (): readonly Line[] {
  const fresh = world.log.slice(seen.from).map((line): Line => JSON.parse(line))
  seen.from = world.log.length
  return fresh
}

const requests = (all: readonly Line[]) => all.filter(({ msg }) => msg === 'request')
const brief = (line: Line) => [line['method'], line.route, line['status'], line['tenant'] ?? null, line['code'] ?? null]

/** A line is written when its answer has gone; whoever has read the answer may be a turn ahead. */
async function settled (count: number): Promise<readonly Line[]> {
  while (requests(world.log.slice(seen.from).map((line): Line => JSON.parse(line))).length < count) await new Promise(resolve => { setImmediate(resolve) })
  return lines()
}

const ada = world.browser()

void t.test('A login is one line for each step, and the steps that Okta took part in have the reference of its story', async t => {
  await typeEmail(world, ada, 'ada@acme.test', atCallback)
  await pickPerson(ada, 'ada@acme.test', atCallback)
  await ada.follow(next => next.origin === world.url && !next.pathname.startsWith('/auth'))
  const told = await settled(3)
  t.strictSame(told.map(brief), [
    ['GET', '/auth/login', 200, null, null],
    ['POST', '/auth/login', 303, 'acme', null],
    ['GET', '/auth/callback/:connection', 303, 'acme', null]
  ])
  const [, out, back] = told
  t.equal(back?.['reference'], out?.['reference'])
  const story = await gateway.api('GET', `/attempts/${String(back?.['reference'])}`)
  t.match(story.body, { outcome: 'signed-in', tenant: { slug: 'acme' } })
  t.match((await settled(1)).map(brief), [['GET', '/api/v1/attempts/:reference', 200, 'acme', null]])
})

void t.test('A refused login has its code, its tenant and the reference that is on the page', async t => {
  await world.heard(async () => await world.patch('/tenants/globex', { admission: 'invited' }))
  lines()
  const gus = world.browser()
  await typeEmail(world, gus, 'gus@globex.test')
  const page = await pickPerson(gus, 'gus@globex.test', () => false)
  t.equal(page.status, 403)
  const told = await settled(3)
  t.strictSame(told.map(brief).at(-1), ['GET', '/auth/callback/:connection', 403, 'globex', 'member-unknown'])
  t.equal(told.at(-1)?.['reference'], referenceOn(page))
  t.strictSame(told.map(({ level }) => level), [30, 30, 30], 'a refusal is no fault of ours')
})

void t.test('A call of the API says whom it was about, by the slug however it was named, and whose credential it came with', async t => {
  const key = await gateway.api('POST', '/api-keys', { name: 'CI', scopes: ['read'] })
  const [tenant] = await world.sql('select id from tenants where slug = $1', ['acme'])
  lines()
  await gateway.api('GET', `/tenants/${String(tenant?.['id'])}/members`)
  await gateway.api('GET', '/tenants/globex/connections/con-of-nobody')
  await gateway.api('GET', '/tenants/made-up')
  await askAt('northwind', '/api/v1/apps', { headers: { authorization: `Bearer ${String(key.body['key'])}` } })
  await askAt('northwind', '/api/v1/apps')
  const told = await settled(5)
  t.strictSame(told.map(line => [...brief(line), line['actor'] ?? null]), [
    ['GET', '/api/v1/tenants/:tenant/members', 200, 'acme', null, 'operator'],
    ['GET', '/api/v1/tenants/:tenant/connections/:connection', 404, 'globex', 'not-found', 'operator'],
    ['GET', '/api/v1/tenants/:tenant', 404, null, 'not-found', 'operator'],
    ['GET', '/api/v1/apps', 200, null, null, key.body['id']],
    ['GET', '/api/v1/apps', 401, null, 'unauthorized', null]
  ])
  t.notOk(JSON.stringify(told).includes(String(key.body['key'])))
})

void t.test('A request to an app behind the gateway is a line with its tenant; its path is the app’s own and is not told', async t => {
  // Signed in at the login host already: the hop gives this host its session.
  lines()
  await ada.visit(`${at('crm')}/deals/of-ada?open=1`)
  while (!world.log.slice(seen.from).some(line => line.includes('/auth/arrive'))) await new Promise(resolve => { setImmediate(resolve) })
  t.strictSame(requests(lines()).filter(({ route }) => route === '/auth/arrive').map(brief), [['GET', '/auth/arrive', 303, 'acme', null]])
  lines()
  t.equal((await askAt('crm', '/deals/of-ada?open=1', { cookie: cookieAt(ada, 'crm') })).status, 200)
  t.equal((await askAt('crm', '/deals/of-ada')).status, 401)
  const told = await settled(2)
  t.strictSame(told.map(brief), [['GET', '/*', 200, 'acme', null], ['GET', '/*', 401, null, 'not-signed-in']])
  t.notOk(JSON.stringify(told).includes('of-ada'))
})

void t.test('A check that goes well is no line, and one that does not is', async t => {
  const cookie = ada.jar.header(new URL(world.url)) ?? ''
  for (const sent of [{ cookie }, {}, { cookie }]) await askAt('northwind', '/auth/check', { headers: sent })
  t.strictSame((await settled(1)).map(brief), [['GET', '/auth/check', 401, null, 'not-signed-in']])
})

void t.test('An app that is away is an error with the reference that its page shows, and one line for the request', async t => {
  await crm.stop()
  lines()
  const page = await askAt('crm', '/deals', { cookie: cookieAt(ada, 'crm'), headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate' } })
  t.equal(page.status, 502)
  const told = await settled(1)
  t.match(told, [
    { level: 50, msg: 'outage', code: 'upstream-unreachable', tenant: 'acme', err: { type: 'Outage' } },
    { level: 30, msg: 'request', route: '/*', status: 502, tenant: 'acme', code: 'upstream-unreachable' }
  ])
  t.equal(told[0]?.['reference'], told[1]?.['reference'])
  t.ok(page.body.includes(String(told[0]?.['reference'])))
})

void t.test('A login whose last step fails keeps the reference of its story, on the page and in both lines', async t => {
  const bob = world.browser()
  const fail = async (what: string) => {
    const out = (await settled(1)).at(-1)
    await world.sql('alter table sign_ins add constraint nobody_more check (id is null) not valid')
    const page = await bob.follow()
    await world.sql('alter table sign_ins drop constraint nobody_more')
    t.equal(page.status, 500, what)
    const told = await settled(1)
    t.match(told.map(({ level, msg, tenant }) => [level, msg, tenant]), [[50, 'fault', 'acme'], [30, 'request', 'acme']], what)
    t.strictSame(told.map(line => line['reference']), [out?.['reference'], out?.['reference']], what)
    t.equal(referenceOn(page), out?.['reference'], what)
    t.notMatch(page.body, /relation|sign_ins/, 'and nothing of the database is shown')
  }
  await typeEmail(world, bob, 'bob@acme.test', atCallback)
  await pickPerson(bob, 'bob@acme.test', atCallback)
  await fail('by a browser that holds nothing')
  await typeEmail(world, bob, 'bob@acme.test')
  await settled(3)
  await bob.visit(`${world.url}/auth/initiate/${acmeConnection}`, atCallback)
  await fail('by one that is signed in')
})

void t.test('A sign-out is a line of its tenant', async t => {
  await ada.visit(`${at('northwind')}/auth/logout`)
  await ada.submit('/auth/logout')
  t.strictSame((await settled(2)).map(brief), [['GET', '/auth/logout', 200, 'acme', null], ['POST', '/auth/logout', 200, 'acme', null]])
})

void t.test('Over the whole day every request is told once, with a reference and a time, and nobody’s secret or address is in it', async t => {
  const all = world.log.map((line): Line => JSON.parse(line))
  const told = requests(all)
  t.ok(told.length > 40)
  for (const line of told) t.match(line, { level: 30, service: 'gatehouse', method: /^[A-Z]+$/, route: /^(none|\/)/, status: Number, milliseconds: Number, reference: /^[a-z0-9-]{6,}$/ })
  const known = ['level', 'time', 'service', 'request', 'method', 'route', 'status', 'milliseconds', 'reference', 'tenant', 'actor', 'code', 'msg']
  t.strictSame([...new Set(told.flatMap(line => Object.keys(line)))].filter(name => !known.includes(name)), [], 'and nothing else is in it')
  const text = world.log.join('')
  t.strictSame(secretsIn(text, [...collectSecrets(ada, world.outgoing.all), gateway.operatorToken]), [])
  t.notMatch(text, /@acme\.test|@globex\.test/)
  await docs.stop()
})

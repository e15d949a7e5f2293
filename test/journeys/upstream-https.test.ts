// Apps served through a gateway that people see as https, behind a proxy that ends TLS.
import t from 'tap'
import { request } from 'undici'
import { createBrowser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { startSteeredUpstream } from '../world/steered-upstream.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { openSecureGateway } from './secure-gateway.ts'
import { pickPerson } from './signing-in.ts'
import { openOrg } from './world.ts'

const clock = createClock(new Date())
const org = await openOrg(t, clock, 'acme', ['ada@acme.test'])
const gateway = await openSecureGateway(t, 'https://login.northwind.test', [org.url], clock)
await createTenancy(gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org, admission: 'just-in-time' })
const crm = await startSteeredUpstream()
t.teardown(async () => { await crm.stop() })
const origin = 'https://crm.northwind.test'
const heard = new Promise<void>(resolve => { gateway.gateway.changes.onChange(kind => { if (kind === 'app') resolve() }) })
await made(gateway, '/apps', { slug: 'crm', name: 'CRM', audience: 'crm', hosts: ['crm.northwind.test'], homeUrl: `${origin}/`, upstream: crm.url })
await heard

void t.test('the app is told of https, of the browser\'s address and of no cookie of ours', async t => {
  const browser = createBrowser({ origins: { [gateway.publicUrl]: gateway.url, [origin]: gateway.url } })
  await browser.visit(`${origin}/deals`)
  await browser.submit(`${gateway.publicUrl}/auth/login`, { email: 'ada@acme.test' })
  const page = await pickPerson(browser, 'ada@acme.test', () => false)
  t.equal(page.url, `${origin}/deals`)
  const { headers } = JSON.parse(page.body)
  t.match(headers, { host: 'crm.northwind.test', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https', 'x-auth-request-email': 'ada@acme.test' })
  t.match(browser.jar.header(new URL(origin)), /^__Host-gatehouse/)
  t.notOk(headers.cookie)
})

void t.test('a request that did not come by https is refused with words that say why', async t => {
  const answer = await request(`${gateway.url}/deals`, { headers: { host: 'crm.northwind.test' } })
  t.equal(answer.statusCode, 400)
  t.match(await answer.body.json(), { code: 'insecure-way' })
})

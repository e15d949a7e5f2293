// Does the page of events find who did what, and nothing of what must not be in them?
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { made } from '../world/tenancy.ts'
import { operatorPath, operatorWith } from './at-operator-pages.ts'
import { openWorld } from './world.ts'

const clock = createClock(new Date('2026-11-21T09:00:00Z'))
const world = await openWorld(t, [], {}, clock)
const home = `${world.url}${operatorPath}/events`
const acme = await made(world.gateway, '/tenants', { slug: 'acme', name: 'Acme Corp' })
clock.advance(3600)
await made(world.gateway, '/tenants', { slug: 'globex', name: 'Globex' })
clock.advance(1)
await made(world.gateway, '/tenants/globex', { name: '<b>Globex</b>' }, 'PATCH')

void t.test('Events are narrowed down by customer, kind, who, what and time, and the filter stays in the form', async t => {
  const { browser, keyId } = await operatorWith(world, 'read')
  const types = async (query: string) => [...(await browser.visit(`${home}?${query}`)).body.matchAll(/<b>([a-z.-]+)<\/b>/g)].map(([, type]) => type)
  t.strictSame(await types('tenant=globex'), ['tenant.changed', 'tenant.created'])
  t.match(browser.page().body, /name="tenant" value="globex"/)
  t.notOk(browser.page().body.includes('<b>Globex'), 'what others typed is no markup')
  t.strictSame(await types('type=tenant.created&tenant='), ['tenant.created', 'tenant.created'])
  t.strictSame(await types(`subject=${String(acme.id)}`), ['tenant.created'])
  t.strictSame(await types(`actor=${keyId}`), ['operator.signed-in'])
  t.strictSame(await types('type=tenant&to=2026-11-21T10:00'), ['tenant.created'])
  t.strictSame(await types('type=tenant&from=2026-11-21T10:00:00Z'), ['tenant.changed', 'tenant.created'])
  t.strictSame(await types('type=tenant&from=2026-11-22'), [])
  t.match(browser.page().text, /Nothing is written down that fits/)
  await browser.visit(home)
  t.equal((await browser.submit(`${operatorPath}/events`, { type: 'api-key' })).url, `${home}?tenant=&type=api-key&actor=&subject=&from=&to=`)
})

void t.test('A filter that could match nothing is said to be wrong', async t => {
  const { browser } = await operatorWith(world, 'read')
  for (const [query, status] of [['from=yesterday', 400], ['from=2026-11-21T10:00%2B25:00', 400], ['actor=a%00b', 400], ['type=a%20b', 400], ['tenant=initech', 404], ['cursor=x', 400], ['type=a&type=b', 400]] as const) t.equal((await browser.visit(`${home}?${query}`)).status, status, query)
})

void t.test('What is older is on the next page, with the same filter', async t => {
  const { browser } = await operatorWith(world, 'read')
  for (let place = 0; place < 55; place++) {
    clock.advance(1)
    await made(world.gateway, '/tenants/acme', { name: `Acme ${place}` }, 'PATCH')
  }
  const first = await browser.visit(`${home}?tenant=acme&type=tenant.changed`)
  t.equal(first.body.match(/<b>tenant\.changed/g)?.length, 50)
  const second = await browser.click('Older')
  t.match(second.url, /tenant=acme&type=tenant\.changed&cursor=/)
  t.equal(second.body.match(/<b>tenant\.changed/g)?.length, 5)
  t.notMatch(second.body, />Older</)
})

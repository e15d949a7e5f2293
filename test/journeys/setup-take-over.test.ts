// What does an admin see who wants to use settings that wait, and somebody else was quicker?
import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { copied, firstForm, openSetupWorld } from './setting-up.ts'
import { pickPerson } from './signing-in.ts'

const { world, org, begin, step, gateway, sql } = await openSetupWorld(t)
await gateway.api('DELETE', '/tenants/acme')
const { connection } = await createTenancy(gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, admission: 'just-in-time' })
const place = `/tenants/acme/connections/${connection}`
let apps = 0

/** Hands over an app that has not been there yet. */
async function handOver (browser: Browser): Promise<string> {
  const page = await step(browser, '/credentials')
  const { clientId } = org.addApp({ label: `App ${++apps}`, redirectUris: [`${world.url}/auth/callback/${connection}`], clientAuthentication: 'private_key_jwt', jwksUri: copied(page)[0] ?? '' })
  await browser.submit('/auth/setup/credentials', { ...firstForm(page), client_id: clientId })
  return clientId
}

/** An admin before the button with which the tested settings are taken over. */
async function ready (): Promise<{ admin: Browser, clientId: string }> {
  const admin = await begin({ mayChangeLive: true })
  const clientId = await handOver(admin)
  await step(admin, '/test')
  await admin.submit('/auth/setup/test', {}, () => false)
  await pickPerson(admin, 'ada@acme.test', () => false)
  const page = await step(admin, '/test')
  t.match(page.text, /Use these settings now/)
  return { admin, clientId }
}

const inUse = async () => (await sql('select client_id, version from connections where id = $1', [connection]))[0]

void t.test('whose settings a colleague has changed after the test reads that they have to be tested again, and can at once', async t => {
  const { admin } = await ready()
  const before = await inUse()
  await handOver(await begin({ mayChangeLive: true }))
  const page = await admin.submit('/auth/setup/take-over')
  t.equal(page.status, 409)
  t.match(page.text, /Nothing was taken over: the settings were changed after they had been tested/)
  t.match(page.body, /<title>Error: Test sign-in/)
  t.notMatch(page.body, /take-over/, 'the button is gone with the reason for it')
  t.strictSame(await inUse(), before)
  await admin.submit('/auth/setup/test', {}, () => false)
  await pickPerson(admin, 'ada@acme.test', () => false)
  t.match((await step(admin, '/test')).text, /Use these settings now/)
})

void t.test('whose settings were dropped or taken over meanwhile reads that nothing waits', async t => {
  const meanwhile = {
    dropped: async () => { t.equal((await gateway.api('DELETE', `${place}/shadow`)).status, 204) },
    'taken over': async () => { t.equal((await gateway.api('POST', `${place}/promote`, {})).status, 200) }
  }
  for (const [what, happens] of Object.entries(meanwhile)) {
    const { admin } = await ready()
    await happens()
    const before = await inUse()
    const page = await admin.submit('/auth/setup/take-over')
    t.equal(page.status, 409, what)
    t.match(page.text, /Nothing waits any more/, what)
    t.notMatch(page.body, /take-over/, what)
    t.strictSame(await inUse(), before, what)
  }
})

void t.test('whose app another connection has come to use reads so, and may hand over a different one', async t => {
  const { admin, clientId } = await ready()
  const before = await inUse()
  const { id: twin } = await made(gateway, '/tenants/acme/connections', { oktaDomain: org.url, clientId, clientAuthentication: 'private_key_jwt' })
  const page = await admin.submit('/auth/setup/take-over')
  t.equal(page.status, 409)
  t.match(page.text, /another connection of yours has come to use this app in Okta/)
  t.strictSame(await inUse(), before)
  await gateway.api('DELETE', `/tenants/acme/connections/${String(twin)}`)
  await admin.submit('/auth/setup/take-over')
  t.match(await inUse(), { client_id: clientId })
})

void t.test('whose connection was deleted meanwhile is told so, by the page of a setup that has none', async t => {
  const { admin } = await ready()
  await gateway.api('POST', `${place}/retire`, {})
  t.equal((await gateway.api('DELETE', place)).status, 204)
  const page = await admin.submit('/auth/setup/take-over')
  t.ok(page.status >= 400 && page.status < 500, String(page.status))
  t.notMatch(page.body, /Nothing waits/)
})

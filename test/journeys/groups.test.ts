// Does a group in the customer's Okta become a role, in the token of the next request, and does leaving the group take it away?
import { decodeJwt } from 'jose'
import t from 'tap'
import type { Browser } from '../world/browser.ts'
import { createClock } from '../world/clock.ts'
import { startOktaOrg } from '../world/okta-org.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { knock, pickPerson, signIn } from './signing-in.ts'
import { openWorld } from './world.ts'

const clock = createClock(new Date(Math.floor(Date.now() / 1000) * 1000))
const ada = { email: 'ada@acme.test', name: 'Ada Acme', groups: ['Sales_Team (EMEA)', 'Northwind admins'] }
// Okta's ID tokens may be thin: the groups come from userinfo.
const org = await startOktaOrg({ name: 'acme', label: 'Acme Corp', people: [ada], idTokens: 'thin', now: clock.now })
t.teardown(async () => { await org.stop() })
const world = await openWorld(t, [org.url], {}, clock)
const { gateway } = world
const acme = await createTenancy(gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, members: [{ email: ada.email, name: ada.name, roles: ['editor'] }] })
const place = `/tenants/acme/connections/${acme.connection}`
const roles = async (browser: Browser) => {
  const { token, check } = await knock(world, browser)
  const inToken = decodeJwt(String(token.body['access_token']))['roles']
  t.strictSame(String(check.headers['x-auth-request-roles'] ?? '').split(',').filter(role => role !== ''), inToken)
  return inToken
}
const browser = world.browser()

void t.test('until somebody maps them, groups mean nothing', async t => {
  await world.heard(async () => await world.patch(place, { scopes: ['openid', 'profile', 'email', 'groups'], groupsClaim: 'groups' }))
  await signIn(world, browser, ada.email)
  t.strictSame(await roles(browser), ['editor'])
})

void t.test('a mapped group is a role from the next sign-in on, in the sessions of before, too', async t => {
  await world.heard(async () => t.match(await world.patch(place, { groupRoles: { 'Sales_Team (EMEA)': ['buyer'], 'Northwind admins': ['admin', 'buyer'] } }), { groupRoles: { 'Sales_Team (EMEA)': ['buyer'], 'Northwind admins': ['admin', 'buyer'] } }))
  t.strictSame(await roles(browser), ['editor'])
  const other = world.browser()
  await world.heard(async () => await signIn(world, other, ada.email))
  t.strictSame(await roles(other), ['editor', 'buyer', 'admin'])
  t.strictSame(await roles(browser), ['editor', 'buyer', 'admin'], 'the token of before is not used again')
})

void t.test('the admin who tests the connection sees which groups gave what, and where to look when none came', async t => {
  const admin = world.browser()
  const test = async () => {
    await admin.visit(`${world.url}/auth/setup/test`)
    await admin.submit('/auth/setup/test', {}, () => false)
    return await pickPerson(admin, ada.email, () => false)
  }
  const { url } = await made(gateway, '/tenants/acme/setup-links', {})
  await admin.visit(String(url))
  await admin.submit(String(url))
  t.match((await test()).text, /The groups were read.*Roles editor, buyer, admin.*Groups Sales_Team \(EMEA\), Northwind admins and 1 without a meaning here/)
  await world.heard(async () => await world.patch(place, { groupsClaim: 'teams' }))
  t.match((await test()).text, /The groups could not be read.*Roles editor.*Okta sent no “teams”.*Group claims filter/)
  await world.heard(async () => await world.patch(place, { groupsClaim: 'groups' }))
})

void t.test('who leaves the group loses its role at the next sign-in, and the operator reads who, what and by which login', async t => {
  ada.groups.splice(0, 2, 'Sales_Team (EMEA)')
  clock.advance(60)
  await world.heard(async () => await signIn(world, world.browser(), ada.email))
  t.strictSame(await roles(browser), ['editor', 'buyer'])
  const [event] = (await gateway.api('GET', '/events?tenant=acme&type=member.roles-changed')).body['items'] as Array<Record<string, unknown>>
  t.match(event, { actor: 'gatehouse', subject: acme.members.get(ada.email), details: { before: { roles: ['editor', 'buyer', 'admin'] }, after: { roles: ['editor', 'buyer'] }, groups: ['Sales_Team (EMEA)'] } })
  const story = (await gateway.api('GET', `/attempts/${String(event?.['reference'])}`)).body
  t.match(JSON.stringify(story), /"groups-read"/)
  t.notMatch(JSON.stringify(story), /Everyone/, 'groups that mean nothing here are told to nobody')
})

void t.test('a mapping needs its claim, and each fault is told with its field', async t => {
  t.match(await gateway.api('PATCH', place, { groupsClaim: null }), { status: 400, body: { code: 'validation-failed' } })
  t.match(await gateway.api('PATCH', place, { groupRoles: { Buyers: [] } }), { status: 400 })
  t.match(JSON.stringify((await gateway.api('PATCH', place, { groupRoles: { Buyers: ['a,b'] } })).body), /groupRoles: A role is/)
  const { status, body } = await gateway.api('PATCH', place, { groupsClaim: null, groupRoles: {} })
  t.strictSame([status, body['groupRoles'], body['groupsClaim']], [200, {}, null])
  t.equal((await gateway.api('POST', '/tenants/acme/connections', { oktaDomain: org.url, clientId: '0oaother', groupRoles: { Buyers: ['buyer'] } })).status, 400)
})

// Can the vendor's support decide, at its pages, whose an Okta account is that claims a member's address?
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import { createTenancy } from '../world/tenancy.ts'
import { operatorPath, operatorWith, post } from './at-operator-pages.ts'
import { signIn } from './signing-in.ts'
import { asOrg, openWorld } from './world.ts'

const clock = createClock(new Date(Math.floor(Date.now() / 1000) * 1000))
const okta = await startFaultyProvider({ name: 'acme', now: clock.now })
t.teardown(okta.close)
const world = await openWorld(t, [okta.origin], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org: asOrg(okta), members: [{ email: 'ada@acme.test', name: 'Ada <i>Lovelace</i>' }, { email: 'bob@acme.test', name: 'Bob' }] })
await createTenancy(world.gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org: asOrg(okta) })
const home = `${world.url}${operatorPath}/tenants/acme`
const member = `${home}/members/${acme.members.get('ada@acme.test')}`
const known = { sub: '00uAda', email: 'ada@acme.test', name: 'Ada', preferred_username: 'ada@acme.test' }
const comeAs = async (sub: string) => {
  okta.person = { ...known, sub }
  return await signIn(world, world.browser(), 'ada@acme.test')
}
const waiting = async () => (await world.sql('select id, subject from identity_conflicts order by subject')).map(({ id, subject }) => ({ id: String(id), subject }))
const eventsOf = async (actor: string) => await world.sql("select type, subject, details ->> 'subject' as account from events where actor = $1 and type not like 'operator.%' order by ctid", [actor])

await comeAs('00uAda')
await comeAs('00uSecond')
await comeAs('00uThird')

void t.test('Accounts that wait are on the pages of the customer and of the member, with the login of each and what to think of', async t => {
  const { browser } = await operatorWith(world, 'read')
  for (const url of [home, member, `${home}/accounts`]) {
    const page = await browser.visit(url)
    for (const said of [/Account 00uSecond at .* came as ada@acme\.test\s*, the address of Ada <i>Lovelace<\/i>/, /Account 00uThird/, /Once · [a-z]+-/, /Ask the customer before you link/]) t.match(page.text, said, url)
    t.notOk(page.body.includes('<i>'), 'a name is only a name')
    t.notMatch(page.body, /accounts\/idn-/, 'who may only look is offered no button')
  }
  t.notMatch((await browser.visit(`${world.url}${operatorPath}/tenants/globex`)).text, /00uSecond|Accounts that wait/)
  t.notMatch((await browser.visit(`${home}/members/${acme.members.get('bob@acme.test')}`)).text, /00uSecond|Accounts that wait/, 'nor on the page of another member')
  const before = await waiting()
  await browser.visit(home)
  for (const move of ['link', 'dismiss']) t.equal((await post(browser, `${operatorPath}/tenants/acme/accounts/${before[0]?.id}/${move}`)).status, 403, move)
  t.strictSame(await waiting(), before)
})

void t.test('Dismissed by support it is off the pages and stays refused; to link is for whoever may do everything', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  const third = (await waiting()).find(({ subject }) => subject === '00uThird')
  const path = `${operatorPath}/tenants/acme/accounts/${third?.id}`
  const page = await browser.visit(home)
  t.notOk(page.body.includes(`${path}/link`))
  t.equal((await post(browser, `${path}/link`)).status, 403)
  await browser.submit(`${path}/dismiss`)
  t.match(browser.page().text, /Dismissed: the account stays refused/)
  t.notMatch((await browser.visit(home)).text, /00uThird/)
  t.match(await eventsOf(keyId), [{ type: 'identity.dismissed', subject: acme.members.get('ada@acme.test'), account: '00uThird' }])
  t.equal((await post(browser, `${path}/dismiss`)).status, 404, 'and not twice')
  t.equal((await comeAs('00uThird')).status, 403)
})

void t.test('Linked on the operator’s word, both accounts sign the member in, and nothing of it can be done in another customer’s name', async t => {
  const { browser, keyId } = await operatorWith(world, 'admin')
  const second = (await waiting()).find(({ subject }) => subject === '00uSecond')
  const path = `accounts/${second?.id}/link`
  await browser.visit(member)
  const [ada, bob] = ['ada@acme.test', 'bob@acme.test'].map(email => ({ member: acme.members.get(email) ?? '' }))
  for (const wrong of [`${operatorPath}/tenants/globex/${path}`, `${operatorPath}/tenants/acme/accounts/nobody/link`]) t.equal((await post(browser, wrong, ada)).status, 404, wrong)
  for (const nobody of [{}, bob]) t.equal((await post(browser, `${operatorPath}/tenants/acme/${path}`, nobody)).status, 404, 'it waits for another')
  t.equal((await comeAs('00uSecond')).status, 403)
  await browser.visit(member)
  await browser.submit(`${operatorPath}/tenants/acme/${path}`)
  t.match(browser.page().text, /Linked: the account signs the member in from now on\./)
  t.match(await eventsOf(keyId), [{ type: 'identity.linked', account: '00uSecond' }])
  for (const sub of ['00uSecond', '00uAda']) t.equal((await comeAs(sub)).location, world.home, sub)
  t.strictSame((await waiting()).map(({ subject }) => subject), ['00uThird'], 'the other one waits on')
})

void t.test('Many that wait are read in parts, each once', async t => {
  const { browser } = await operatorWith(world, 'read')
  await world.sql(`insert into identity_conflicts (tenant_id, connection_id, issuer, subject, id, member_id, email, reference, first_at, last_at, told_at, told_reference)
    select tenant_id, connection_id, issuer, '00uMany' || n, 'idn-many-' || n, member_id, email, reference, first_at, last_at, told_at, told_reference from identity_conflicts, generate_series(1, 54) n`)
  const subjectsOn = (body: string) => [...body.matchAll(/<code><bdi>(00u[^<]*)</g)].map(([, subject]) => subject)
  const first = subjectsOn((await browser.visit(`${home}/accounts`)).body)
  const rest = subjectsOn((await browser.click('More')).body)
  t.strictSame([first.length, rest.length], [50, 5])
  t.equal(new Set([...first, ...rest]).size, 55)
  await world.sql("delete from identity_conflicts where subject like '00uMany%'")
})

void t.test('Without the proof of the form, or without a key, nothing is linked', async t => {
  const { browser } = await operatorWith(world, 'admin')
  await browser.visit(home)
  const [third] = await waiting()
  const path = `${operatorPath}/tenants/acme/accounts/${third?.id}/link`
  t.equal((await post(browser, path, { form_token: 'forged' })).status, 403)
  const stranger = world.browser()
  await stranger.visit(home)
  t.match((await post(stranger, path)).text, /Sign in/)
  t.strictSame((await waiting()).map(({ subject }) => subject), ['00uThird'])
})

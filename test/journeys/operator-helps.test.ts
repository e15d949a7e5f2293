// Can the vendor's support say who cannot sign in and why, and do something about it, without a line of code?
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { formNumberOn, operatorPath, operatorWith, post } from './at-operator-pages.ts'
import { copied } from './setting-up.ts'
import { signIn, whoAmI } from './signing-in.ts'
import { openOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date(Math.floor(Date.now() / 1000) * 1000))
const org = await openOrg(t, clock, 'acme', ['ada@acme.test', 'bob@acme.test', 'eve@acme.test'])
const world = await openWorld(t, [org.url], {}, clock)
const { gateway, url } = world
const acme = await createTenancy(gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, assigned: ['ada@acme.test', 'bob@acme.test'], members: ['ada', 'bob', 'eve'].map(name => ({ email: `${name}@acme.test`, name: `${name} of Acme`, roles: ['buyer'] })) })
const globex = await createTenancy(gateway, { slug: 'globex', name: 'Globex', domains: ['globex.test'], org, appLabel: 'Northwind of Globex', members: [{ email: 'gus@globex.test', name: 'Gus' }] })
const home = `${url}${operatorPath}`
const memberPath = (name: string, tenancy = acme) => `${operatorPath}/tenants/${tenancy.slug}/members/${tenancy.members.get(`${name}@${tenancy.slug}.test`)}`
const eventsOf = async (actor: string) => (await world.sql('select type, subject, address, details from events where actor = $1 and type not like $2 order by ctid', [actor, 'operator.%']))

const eve = world.browser()
await signIn(world, eve, 'eve@acme.test', () => false)
const reference = referenceOn(eve.page())
const ada = world.browser()
await signIn(world, ada, 'ada@acme.test')

void t.test('The first page tells which customers have refused sign-ins, why, and leads to the story of each', async t => {
  const { browser } = await operatorWith(world, 'read')
  t.match(browser.page().text, /Acme Corp 1 refused 1 got in\./)
  t.match(browser.page().text, /The person is not assigned to the app in Okta 1 × at 1 customer/)
  t.notMatch(browser.page().text, /Globex/)
  await browser.click('Acme Corp')
  t.equal(browser.page().url, `${home}/tenants/acme`)
  t.match(browser.page().text, /live: everybody signs in through it/)
  t.match(browser.page().text, /acme\.test on an operator’s word/)
  await browser.click('The person is not assigned')
  t.equal(browser.page().url, `${home}/attempts/${reference}`)
})

void t.test('The story of a login names every step, who has to act and where in Okta, and what the person has read', async t => {
  const { browser } = await operatorWith(world, 'read')
  const { text } = await browser.visit(`${home}/attempts/${reference}`)
  for (const said of [/eve@acme\.test/, /IT at Acme Corp Open Okta Admin Console → Applications → Applications → Northwind → Assignments/, /What the person read: “/, /Came by the sign-in page/, /Sent to Okta \d\d:\d\d:\d\d UTC/, /Refused .* code: user-not-assigned/, /user-not-assigned/]) t.match(text, said)
})

void t.test('Somebody is found by email, reference or the customer’s short name, and none of it is in an address', async t => {
  const { browser } = await operatorWith(world, 'read')
  const find = async (wanted: string) => {
    await browser.visit(home)
    return await browser.submit(`${operatorPath}/search`, { wanted })
  }
  t.equal((await find(reference)).url, `${home}/attempts/${reference}`)
  t.equal((await find(' ACME ')).url, `${home}/tenants/acme`)
  const found = await find('Eve@Acme.test')
  t.equal(found.url, `${home}/search`)
  t.match(found.text, /Member of Acme Corp … eve@acme\.test invited/)
  t.match(found.text, /The person is not assigned to the app in Okta/)
  for (const nobody of ['nobody@acme.test', 'brave-otter-k7q2m', 'initech', 'a b', '<script>']) {
    const page = await find(nobody)
    t.equal(page.status, 404, nobody)
    t.match(page.text, /Nothing is known by that/)
    t.notOk(page.body.includes('<script>'), nobody)
  }
  t.notOk(browser.hops.some(hop => hop.url.includes('%40') || hop.url.includes('@')))
  t.notOk(world.log.some(line => line.includes('eve@acme.test')))
})

void t.test('A member’s page shows their status, where they are signed in and how that went; signing them out counts at once', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  await browser.visit(`${url}${memberPath('ada')}`)
  for (const said of [/ada of Acme/, /Status Active/, /Roles buyer/, /Signed in now ✓ localhost/, /signed in/]) t.match(browser.page().text, said)
  t.equal((await whoAmI(world, ada)).status, 200)
  await world.heard(async () => { await browser.submit(`${memberPath('ada')}/end-sessions`) })
  t.match(browser.page().text, /Signed out everywhere\./)
  t.equal((await whoAmI(world, ada)).status, 401)
  t.match(await eventsOf(keyId), [{ type: 'member.sessions-ended', subject: acme.members.get('ada@acme.test'), address: '127.0.0.1', details: { ended: 1 } }])
})

void t.test('An invitation is shown once and is told in the events without its link', async t => {
  const { browser, keyId } = await operatorWith(world, 'support')
  await browser.visit(`${url}${memberPath('eve')}`)
  const sent = formNumberOn(browser)
  const page = await browser.submit(`${memberPath('eve')}/invite`)
  const [link = ''] = copied(page)
  t.match(link, new RegExp(`^${url}/auth/invitation/`))
  t.match(page.text, /Nothing was mailed/)
  t.match((await world.browser().visit(link)).text, /Acme Corp invites you/)
  t.notOk((await browser.visit(`${url}${memberPath('eve')}`)).body.includes(link))
  const again = await post(browser, `${memberPath('eve')}/invite`, { form_number: sent })
  t.equal(again.status, 409, 'a reload makes no second one')
  t.match(again.text, /This form was sent before/)
  t.strictSame((await eventsOf(keyId)).map(({ type }) => type), ['member.invited'])
  t.match((await world.browser().visit(link)).text, /Acme Corp invites you/, 'and the first one still opens')
  t.notOk(JSON.stringify(await eventsOf(keyId)).includes(link.slice(-20)))
})

void t.test('A suspended member stays out until somebody lets them in again', async t => {
  const { browser, keyId } = await operatorWith(world, 'admin')
  const bob = world.browser()
  await signIn(world, bob, 'bob@acme.test')
  await browser.visit(`${url}${memberPath('bob')}`)
  await world.heard(async () => { await browser.submit(`${memberPath('bob')}/suspend`) })
  t.match(browser.page().text, /Suspended: every door is shut/)
  t.notMatch(browser.page().text, /Invite/)
  t.equal((await whoAmI(world, bob)).status, 403)
  t.equal((await signIn(world, world.browser(), 'bob@acme.test', () => false)).status, 403)
  await world.heard(async () => { await browser.submit(`${memberPath('bob')}/restore`) })
  t.match(browser.page().text, /May sign in again/)
  t.match(await eventsOf(keyId), [{ type: 'member.changed', details: { before: { status: 'active' }, after: { status: 'suspended' } } }, { type: 'member.changed', details: { after: { status: 'active' } } }])
})

void t.test('Whoever was suspended before they ever came is invited when they are let in again', async t => {
  const { browser, keyId } = await operatorWith(world, 'admin')
  const eve = memberPath('eve')
  await browser.visit(`${url}${eve}`)
  t.match(browser.page().text, /Status Invited/)
  await world.heard(async () => { await browser.submit(`${eve}/suspend`) })
  await world.heard(async () => { await browser.submit(`${eve}/restore`) })
  t.match(browser.page().text, /May come in again: their first sign-in links their Okta account\. .*Status Invited/)
  t.match(await eventsOf(keyId), [{ details: { after: { status: 'suspended' } } }, { details: { before: { status: 'suspended' }, after: { status: 'invited' } } }])
  await post(browser, `${eve}/restore`)
  t.equal((await eventsOf(keyId)).length, 2, 'once more changes nothing')
})

void t.test('What was done is said once, on the page that it was done to, and a reload asks for that page', async t => {
  const { browser } = await operatorWith(world, 'admin')
  await browser.visit(`${url}${memberPath('bob')}`)
  await world.heard(async () => { await browser.submit(`${memberPath('bob')}/suspend`) })
  t.equal(browser.page().url, `${url}${memberPath('bob')}`)
  t.match(browser.page().text, /Suspended\. It counts at their next request\./)
  t.notMatch((await browser.visit(browser.page().url)).text, /It counts at their next request/)
  await post(browser, `${memberPath('bob')}/restore`)
  t.notMatch((await browser.visit(`${url}${memberPath('ada')}`)).text, /May sign in again/, 'on the page of nobody else')
  t.match((await browser.visit(`${url}${memberPath('bob')}`)).text, /May sign in again/)
  await post(browser, `${memberPath('bob')}/end-sessions`)
  const cookie = browser.jar.header(new URL(home)) ?? ''
  const [, left = ''] = /operator-said=([^;]+)/.exec(cookie) ?? []
  t.not(left, '')
  const asks = async (said: string) => (await fetch(`${url}${memberPath('bob')}`, { headers: { cookie: cookie.replace(left, said), accept: 'text/html' } })).text()
  t.match(await asks(left), /role="status">Signed out everywhere/)
  t.notMatch(await asks(left.replace('ended', 'active')), /role="status"/, 'nothing that we did not leave')
  const other = await operatorWith(world, 'admin')
  t.notMatch(await (await fetch(`${url}${memberPath('bob')}`, { headers: { cookie: `${other.browser.jar.header(new URL(home))}; gatehouse-operator-said=${left}`, accept: 'text/html' } })).text(), /role="status"/, 'in no other session')
})

void t.test('A key does what its scope allows and is shown nothing else; what it may not do changes nothing', async t => {
  const reader = await operatorWith(world, 'read')
  const supporter = await operatorWith(world, 'support')
  const before = await world.sql('select status from members order by id')
  for (const [at, paths] of [[reader, ['invite', 'end-sessions', 'suspend', 'restore']], [supporter, ['suspend', 'restore']]] as const) {
    const page = await at.browser.visit(`${url}${memberPath('ada')}`)
    for (const path of paths) {
      t.notOk(page.body.includes(`${memberPath('ada')}/${path}`), path)
      const answer = await post(at.browser, `${memberPath('ada')}/${path}`)
      t.equal(answer.status, 403, path)
      t.match(answer.text, /Your key may not do this/)
    }
    t.strictSame(await eventsOf(at.keyId), [])
  }
  t.strictSame(await world.sql('select status from members order by id'), before)
})

void t.test('A member is found under their own customer only', async t => {
  const { browser } = await operatorWith(world, 'admin')
  const crossed = `${operatorPath}/tenants/acme/members/${globex.members.get('gus@globex.test')}`
  t.equal((await browser.visit(`${url}${crossed}`)).status, 404)
  await browser.visit(home)
  for (const path of ['suspend', 'end-sessions', 'invite']) t.equal((await post(browser, `${crossed}/${path}`)).status, 404)
  t.match(await world.sql("select status from members where email = 'gus@globex.test'"), [{ status: 'invited' }])
  for (const path of ['tenants/initech', 'tenants/Acme%00', 'tenants/acme/members/x', 'attempts/brave-otter-k7q2m', 'attempts/%27', 'nowhere', 'tenants?cursor=x', 'tenants/acme/members?cursor=a&cursor=b']) {
    const page = await browser.visit(`${home}/${path}`)
    t.ok(page.status === 404 || page.status === 400, `${path}: ${page.status}`)
    t.match(page.text, /Back to the overview|Go to the start/, path)
  }
})

void t.test('Long lists are read in parts', async t => {
  const { browser } = await operatorWith(world, 'read')
  for (let place = 0; place < 55; place++) await made(gateway, '/tenants/globex/members', { email: `person-${place}@globex.test` })
  await browser.visit(`${home}/tenants/globex`)
  const first = await browser.click('All members')
  // Gus and 55 more, all of one moment: their order is that of their ids.
  t.equal(first.body.match(/<bdi>[\w-]+@globex\.test/g)?.length, 50)
  const second = await browser.click('More')
  t.equal(second.body.match(/<bdi>[\w-]+@globex\.test/g)?.length, 6)
  t.notOk(second.body.includes('cursor='))
})

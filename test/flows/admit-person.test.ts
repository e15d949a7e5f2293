// Who is somebody with a verified ID token to the vendor, and what is written down the first time they come?
import t from 'tap'
import { Outage } from '../../src/outage.ts'
import { acme, acmeOkta, acmePreview, ada, bob, eve, gus, identityAt, now } from '../contracts/cast.ts'
import { answer } from './fake-okta.ts'
import { openLoginWorld } from './login-world.ts'

const zoe = { email: 'zoe@acme.test', name: 'Zoe Zimmer', sub: '00u1zoe' }

void t.test('an invited member is linked the first time and known from then on', async t => {
  const world = await openLoginWorld()
  t.match(await world.login(), { member: { id: ada.id, status: 'active' } })
  t.match(world.stores.tables.identities, [{ memberId: ada.id, key: identityAt(acmeOkta, '00u1ada'), linkedBy: 'email' }])
  t.match(await world.stores.members.find(acme.id, ada.id), { status: 'active' })
  t.match(await world.login(), { member: { id: ada.id } })
  t.equal(world.stores.tables.identities.length, 1)
})

void t.test('a known identity signs in whatever its email is now, and the difference is noted', async t => {
  const world = await openLoginWorld()
  await world.stores.identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), bob.id, now)
  const done = await world.login()
  t.match(done, { member: { id: bob.id, email: bob.email } })
  t.match(done.kind === 'signed-in' && done.newSignIn.steps.map(step => step.name), ['came-back', 'provider-known', 'callback-checked', 'code-redeemed', 'id-token-verified', 'member-known', 'email-differs', 'signed-in'])
})

void t.test('a known identity needs no claim at all: a thin ID token costs no request', async t => {
  const world = await openLoginWorld()
  await world.stores.identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), bob.id, now)
  world.okta.spoiled = { claims: { email: undefined, name: undefined } }
  t.match(await world.login(), { member: { id: bob.id } })
  t.notOk(world.okta.asked.includes('userinfo'))
})

void t.test('where nobody unknown is kept out, somebody new becomes a member with the default roles', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { ...zoe, email: 'Zoe@ACME.test' } }
  const done = await world.login()
  t.match(done, { kind: 'signed-in', member: { email: 'zoe@acme.test', name: 'Zoe Zimmer', roles: ['reader'], status: 'active', externalId: null, tenantId: acme.id } })
  if (done.kind !== 'signed-in') throw new Error('not signed in')
  t.match(done.member.id, /^mem-[2-9a-km-z]{20}$/)
  t.same(await world.stores.members.find(acme.id, done.member.id), done.member)
  t.match(world.stores.tables.identities, [{ memberId: done.member.id, linkedBy: 'just-in-time' }])
})

void t.test('a thin ID token is filled from userinfo, once, with the access token that came along', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { email: undefined, name: undefined } }
  const done = await world.login()
  t.match(done, { member: { id: ada.id } })
  t.equal(world.okta.asked.filter(what => what === 'userinfo').length, 1)
  t.match(world.okta.requests[1], { url: `${acmeOkta.issuer}/oauth2/v1/userinfo`, headers: { authorization: 'Bearer access-token-0123456789' } })
  t.match(done.kind === 'signed-in' && done.newSignIn.steps.find(step => step.name === 'userinfo-read')?.detail, { filled: ['email', 'name'] })
})

void t.test('the name is asked for only where a member is about to be made', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { name: undefined } }
  await world.login()
  t.notOk(world.okta.asked.includes('userinfo'), 'Ada is a member already')
  world.okta.spoiled = { claims: { ...zoe, name: undefined }, userinfo: answer({ sub: zoe.sub, name: 'Zoe of userinfo', email: 'other@acme.test' }) }
  t.match(await world.login(), { member: { name: 'Zoe of userinfo', email: zoe.email } }, 'and changes nothing that the ID token has said')
})

const failures = [
  ['an outage', new Outage('provider-timeout')],
  ['an error answer', answer({}, { status: 403 })],
  ['HTML', answer({}, { contentType: 'text/html', body: '<html>' })]
] as const
for (const [what, userinfo] of failures) {
  void t.test(`${what} of userinfo costs a new member the name and nothing else`, async t => {
    const world = await openLoginWorld()
    world.okta.spoiled = { claims: { ...zoe, name: undefined }, userinfo }
    t.match(await world.login(), { kind: 'signed-in', member: { email: zoe.email, name: zoe.email } })
  })
}

void t.test('a userinfo answer about somebody else is an attack, whatever was missing', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { ...zoe, name: undefined }, userinfo: answer({ sub: '00u2mallory', name: 'Mallory' }) }
  t.match(await world.login(), { kind: 'ended', code: 'userinfo-subject-mismatch' })
})

void t.test('the name of another tenant\'s member, and their domain, open nothing here', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { email: gus.email, sub: '00u1gus' } }
  t.match(await world.login(), { kind: 'ended', code: 'email-domain-unverified' })
})

void t.test('the same subject at another of the tenant\'s Oktas is nobody known', async t => {
  const world = await openLoginWorld()
  await world.login()
  const preview = (await world.stores.doors.findByConnection(acmePreview.id))?.connection
  if (preview === undefined) throw new Error('no preview')
  const browser = await world.begin({ connection: preview })
  t.match(await world.comeBack(browser, { connectionId: preview.id }), { kind: 'ended', code: 'identity-conflict' })
})

void t.test('an account that is refused for a member\'s address waits for the operator, and its login stays what it was', async t => {
  const world = await openLoginWorld()
  await world.login()
  world.okta.spoiled = { claims: { email: ada.email, sub: '00u2ada' } }
  for (const reference of ['login-2', 'login-3']) t.match(await world.login(), { kind: 'ended', code: 'identity-conflict', reference })
  t.match(await world.stores.identityConflicts.list(acme.id, { limit: 9, cursor: null }), { items: [{ key: { connectionId: acmeOkta.id, subject: '00u2ada' }, member: { id: ada.id }, reference: 'login-3', times: 2 }] })
  t.match(world.stores.tables.events.filter(({ type }) => type === 'identity.conflict'), [{ tenantId: acme.id, subject: ada.id, reference: 'login-2' }])
})

void t.test('nobody waits who is refused for another reason', async t => {
  const world = await openLoginWorld()
  for (const claims of [{ email: gus.email, sub: '00u1gus' }, { email: eve.email, sub: '00u1eve' }]) {
    world.okta.spoiled = { claims }
    t.match(await world.login(), { kind: 'ended' })
  }
  t.strictSame(world.stores.tables.identityConflicts, [])
})

void t.test('of two first logins of one person at once, both sign in as the same member', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: zoe }
  const browsers = [await world.begin(), await world.begin()]
  const done = await Promise.all(browsers.map(async browser => await world.comeBack(browser)))
  const ids = done.map(one => one.kind === 'signed-in' ? one.member.id : one.kind)
  t.equal(new Set(ids).size, 1)
  t.match(ids[0], /^mem-/)
  t.equal(world.stores.tables.identities.length, 1)
  t.equal([...world.stores.tables.members.values()].filter(member => member.email === zoe.email).length, 1)
})

void t.test('whoever comes second finds what the first has written, also when that happens between reading and writing', async t => {
  for (const claims of [zoe, { email: ada.email, sub: '00u1ada', name: 'Ada' }]) {
    const world = await openLoginWorld()
    world.okta.spoiled = { claims }
    const { create, link } = world.needs.identities
    // The other one comes in here, with another member id of the same person.
    world.needs.identities.create = async (tenantId, key, member, at) => {
      await create(tenantId, key, { ...member, id: `${member.id}-first` as typeof member.id }, at)
      return await create(tenantId, key, member, at)
    }
    world.needs.identities.link = async (...args) => {
      await link(...args)
      return await link(...args)
    }
    const done = await world.login()
    t.match(done, { kind: 'signed-in' })
    t.match(done.kind === 'signed-in' && done.newSignIn.steps.map(step => step.name).includes('member-known'), true)
    t.equal(world.stores.tables.identities.length, 1)
  }
})

void t.test('a member who changes again and again while somebody signs in is left to a human', async t => {
  const world = await openLoginWorld()
  let tries = 0
  world.needs.identities.link = async () => {
    tries++
    return false
  }
  t.match(await world.login(), { kind: 'ended', code: 'identity-conflict' })
  t.equal(tries, 3)
})

void t.test('a member who is suspended between reading and writing stays out', async t => {
  const world = await openLoginWorld()
  const { link } = world.needs.identities
  world.needs.identities.link = async (tenantId, key, memberId, at) => {
    await world.stores.members.change(acme.id, ada.id, { status: 'suspended' }, now)
    return await link(tenantId, key, memberId, at)
  }
  t.match(await world.login(), { kind: 'ended', code: 'member-suspended' })
  t.equal(world.stores.tables.identities.length, 0)
})

void t.test('somebody outside a pilot leaves no trace among the members', async t => {
  const world = await openLoginWorld()
  await world.stores.connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now)
  await world.stores.connections.move(acme.id, acmeOkta.id, { move: 'pilot', pilotEmails: [ada.email] }, now)
  const before = world.stores.tables.members.size
  world.okta.spoiled = { claims: zoe }
  t.match(await world.login(), { kind: 'ended', code: 'pilot-only' })
  t.equal(world.stores.tables.members.size, before)
  world.okta.spoiled = {}
  t.match(await world.login(), { member: { id: ada.id } })
})

// What do groups make of somebody's roles at a sign-in, and what happens when Okta does not say?
import t from 'tap'
import type { GroupRole } from '../../src/tenant/group-roles.ts'
import { Outage } from '../../src/outage.ts'
import { acme, acmeOkta, ada, bob, identityAt, now } from '../contracts/cast.ts'
import { answer } from './fake-okta.ts'
import { openLoginWorld } from './login-world.ts'

const groupRoles: readonly GroupRole[] = [{ group: 'Northwind admins', roles: ['admin'] }, { group: 'Purchasing', roles: ['buyer'] }]

/** Bob is known here, with the roles `editor` (the vendor's) and `buyer` (a mapped one). */
async function open (claims: Record<string, unknown> = {}, mapping = { groupsClaim: 'groups', groupRoles } as { groupsClaim: string | null, groupRoles: readonly GroupRole[] }) {
  const world = await openLoginWorld()
  await world.stores.identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), bob.id, now)
  await world.stores.members.change(acme.id, bob.id, { roles: ['editor', 'buyer'] }, now)
  await world.stores.connections.change(acme.id, acmeOkta.id, mapping, now)
  world.okta.spoiled = { claims }
  const changes = () => world.stores.tables.events.filter(({ type }) => type === 'member.roles-changed')
  const step = async () => {
    const done = await world.login()
    if (done.kind !== 'signed-in') throw new Error(`not signed in: ${JSON.stringify(done)}`)
    return { member: done.member, detail: done.newSignIn.steps.find(({ name }) => name === 'groups-read')?.detail, steps: done.newSignIn.steps.map(({ name }) => name) }
  }
  return { ...world, step, changes }
}

void t.test('at each sign-in the groups decide the mapped roles, and who was what before is written down', async t => {
  const world = await open({ groups: ['Everyone', 'Northwind admins'] })
  const { member, detail } = await world.step()
  t.strictSame(member.roles, ['editor', 'admin'])
  t.strictSame(detail, { claim: 'groups', problem: null, matched: ['Northwind admins'], others: 1, changed: true })
  t.match(await world.stores.members.find(acme.id, bob.id), { roles: ['editor', 'admin'] })
  t.match(world.changes(), [{
    tenantId: acme.id,
    actor: 'gatehouse',
    subject: bob.id,
    details: { before: { roles: ['editor', 'buyer'] }, after: { roles: ['editor', 'admin'] }, connection: acmeOkta.id, claim: 'groups', groups: ['Northwind admins'], problem: null }
  }])
  t.match(world.changes()[0]?.reference, /^login-/)
  t.match((await world.step()).detail, { changed: false })
  t.equal(world.changes().length, 1, 'the same again is no change')
})

for (const [what, claims, problem] of [
  ['no claim', {}, 'missing'],
  ['a text', { groups: 'Purchasing' }, 'text'],
  ['something that is no text in the list', { groups: ['Purchasing', 7] }, 'not-texts'],
  ['an object', { groups: { Purchasing: true } }, 'not-texts']
] as const) {
  void t.test(`with ${what} where groups count, nobody keeps a right that only a group could give, and the story says why`, async t => {
    const world = await open(claims)
    const { member, detail } = await world.step()
    t.strictSame(member.roles, ['editor'])
    t.match(detail, { problem, matched: { length: 0 }, changed: true })
    t.match(world.changes(), [{ details: { problem } }])
  })
}

void t.test('a claim that the ID token leaves out is asked for at userinfo', async t => {
  const world = await open()
  world.okta.spoiled = { userinfo: answer({ sub: '00u1ada', groups: ['Northwind admins'] }) }
  const { member, steps } = await world.step()
  t.strictSame(member.roles, ['editor', 'admin'])
  t.ok(steps.includes('userinfo-read'))
  world.okta.asked.length = 0
  world.okta.spoiled = { claims: { groups: ['Purchasing'] }, userinfo: answer({ sub: '00u1ada', groups: ['Northwind admins'] }) }
  t.strictSame((await world.step()).member.roles, ['editor', 'buyer'], 'and not where the token has it')
  t.notOk(world.okta.asked.includes('userinfo'))
})

void t.test('while userinfo is away nobody gets in by yesterday\'s groups, and nobody loses a role by it', async t => {
  const world = await open()
  world.okta.spoiled = { userinfo: new Outage('provider-timeout') }
  t.match(await world.login(), { kind: 'ended', code: 'provider-timeout' })
  t.match(await world.stores.members.find(acme.id, bob.id), { roles: ['editor', 'buyer'] })
  t.same(world.changes(), [])
})

void t.test('a userinfo that refuses has no groups to tell; one about somebody else ends the login', async t => {
  const world = await open()
  world.okta.spoiled = { userinfo: answer({ error: 'insufficient_scope' }, { status: 403 }) }
  t.strictSame((await world.step()).member.roles, ['editor'])
  world.okta.spoiled = { userinfo: answer({ sub: '00u2mallory', groups: ['Northwind admins'] }) }
  t.match(await world.login(), { kind: 'ended', code: 'userinfo-subject-mismatch' })
})

void t.test('without a mapping, or without a claim to map, nothing is taken from Okta and nothing is asked', async t => {
  for (const mapping of [{ groupsClaim: 'groups', groupRoles: [] }, { groupsClaim: null, groupRoles }]) {
    const world = await open({ groups: ['Northwind admins'] }, mapping)
    const { member, detail } = await world.step()
    t.strictSame(member.roles, ['editor', 'buyer'])
    t.equal(detail, undefined)
    t.same(world.changes(), [])
    t.notOk(world.okta.asked.includes('userinfo'))
  }
})

void t.test('somebody new begins with the default roles, and the groups decide the mapped ones', async t => {
  const world = await open({ sub: '00u1zoe', email: 'zoe@acme.test', groups: ['Purchasing'] })
  t.strictSame((await world.step()).member.roles, ['reader', 'buyer'])
})

void t.test('who accepts an invitation gets what the groups give, from the first sign-in on', async t => {
  const world = await open({ sub: '00u1elsewhere', email: 'ada.alder@home.test' })
  const invitationId = 'inv-ada' as Parameters<typeof world.stores.invitations.save>[0]['id']
  await world.stores.invitations.save({ id: invitationId, tenantId: acme.id, memberId: ada.id, tokenHash: 'hash', createdBy: 'operator', expiresAt: new Date(world.clock.now().getTime() + 60_000) }, world.clock.now())
  world.okta.spoiled = { ...world.okta.spoiled, userinfo: answer({ sub: '00u1elsewhere', groups: ['Purchasing'] }) }
  const done = await world.login({ purpose: { kind: 'invitation', invitationId } })
  t.match(done, { kind: 'signed-in', member: { id: ada.id, status: 'active', roles: ['editor', 'buyer'] } })
})

void t.test('an operator who changes the roles at this moment is not overruled by what was read before', async t => {
  const world = await open({ groups: ['Northwind admins'] })
  const { change } = world.needs.mappedRoles
  world.needs.mappedRoles.change = async (...asked) => {
    world.needs.mappedRoles.change = change
    await world.stores.members.change(acme.id, bob.id, { roles: ['owner'] }, now)
    return await change(...asked)
  }
  t.strictSame((await world.step()).member.roles, ['owner', 'admin'])
})

void t.test('a test shows what the groups would make of the roles, and changes none', async t => {
  const world = await open({ groups: ['Northwind admins', 'Everyone'] })
  const done = await world.login({ purpose: { kind: 'test' } })
  t.match(done, { kind: 'tested', mapped: { claim: 'groups', problem: null, roles: ['editor', 'admin'], matched: ['Northwind admins'], others: 1 } })
  t.match(await world.stores.members.find(acme.id, bob.id), { roles: ['editor', 'buyer'] })
  t.same(world.changes(), [])
})

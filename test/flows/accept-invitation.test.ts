// Does an invitation link the Okta account that somebody comes back with, and nothing that it must not?
import t from 'tap'
import { Outage } from '../../src/outage.ts'
import { inviteMember } from '../../src/flows/invite-member.ts'
import type { Member } from '../../src/tenant/member.ts'
import { acme, acmeOkta, ada, bob, eve, gus, identityAt, now } from '../contracts/cast.ts'
import { failingNth } from '../world/failing-nth.ts'
import { type LoginWorld, openLoginWorld } from './login-world.ts'

const other = { email: 'ada.lovelace@elsewhere.test', name: 'A. Lovelace', sub: '00u9ada' }
const theirKey = identityAt(acmeOkta, other.sub)

async function invite ({ stores, needs, clock }: LoginWorld, member: Member = ada) {
  const mailed: object[] = []
  await inviteMember({ invitations: stores.invitations, events: stores.events, mailInvitation: async mail => { mailed.push(mail); return true }, publicUrl: needs.publicUrl, now: clock.now, random: needs.random })({ tenant: acme, member, actor: 'operator', address: null, mail: true })
  const invitationId = stores.tables.invitations.at(-1)?.id
  if (invitationId === undefined) throw new Error('nobody was invited')
  return { door: 'invitation' as const, purpose: { kind: 'invitation' as const, invitationId } }
}

void t.test('the Okta account becomes the invited member\'s, whatever email Okta claims', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: other }
  const done = await world.login(await invite(world))
  t.match(done, { kind: 'signed-in', member: { id: ada.id, email: ada.email, status: 'active' } })
  t.match(world.stores.tables.identities, [{ memberId: ada.id, key: theirKey, linkedBy: 'invitation' }])
  t.match(await world.stores.members.find(acme.id, ada.id), { status: 'active', email: ada.email }, 'and the address stays the vendor\'s')
  t.match(done.kind === 'signed-in' && done.newSignIn.steps.slice(-3).map(step => step.name), ['member-linked', 'email-differs', 'signed-in'])
  t.match(await world.login(), { kind: 'signed-in', member: { id: ada.id } }, 'from then on the account alone signs in')
})

void t.test('an account without an email at all will do: nothing is asked of it', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: { ...other, email: undefined, name: undefined } }
  t.match(await world.login(await invite(world)), { kind: 'signed-in', member: { id: ada.id } })
  t.notOk(world.okta.asked.includes('userinfo'))
})

void t.test('it links once: the second login with it is refused, unless it is the same account', async t => {
  const world = await openLoginWorld()
  const invited = await invite(world)
  const [first, second, third] = [await world.begin(invited), await world.begin(invited), await world.begin(invited)]
  world.okta.spoiled = { claims: other }
  t.match(await world.comeBack(first), { kind: 'signed-in', member: { id: ada.id } })
  t.match(await world.comeBack(second), { kind: 'signed-in', member: { id: ada.id } }, 'two tabs of one person')
  world.okta.spoiled = { claims: { ...other, sub: '00u2mallory' } }
  t.match(await world.comeBack(third), { kind: 'ended', code: 'invitation-used' })
  t.equal(world.stores.tables.identities.length, 1)
})

void t.test('the account of another member is not taken from them; the operator finds both names', async t => {
  const world = await openLoginWorld()
  await world.stores.identities.link(acme.id, theirKey, bob.id, now)
  world.okta.spoiled = { claims: other }
  const invited = await invite(world)
  t.match(await world.login(invited), { kind: 'ended', code: 'identity-taken', reference: 'login-1' })
  t.match(world.stores.tables.identities, [{ memberId: bob.id }])
  t.match(await world.stores.members.find(acme.id, ada.id), { status: 'invited' })
  t.match(world.stores.tables.events.at(-1), { type: 'identity.conflict', tenantId: acme.id, actor: 'gatehouse', subject: ada.id, reference: 'login-1', details: { connection: acmeOkta.id, invitation: invited.purpose.invitationId, linkedTo: bob.id } })
  t.match(await world.story('login-1'), { outcome: 'refused', code: 'identity-taken', door: 'invitation' })
})

type Change = (world: LoginWorld) => Promise<unknown>
const meanwhile: Readonly<Record<string, readonly [string, Change]>> = {
  'the invitation was withdrawn': ['invitation-unknown', async ({ stores }) => await stores.invitations.remove(acme.id, ada.id)],
  'a newer one was made': ['invitation-unknown', async world => await invite(world)],
  'the invitation expired': ['invitation-expired', async ({ stores: { tables } }) => { tables.invitations = tables.invitations.map(row => ({ ...row, expiresAt: now })) }],
  'the member was suspended': ['member-suspended', async ({ stores }) => await stores.members.change(acme.id, ada.id, { status: 'suspended' }, now)],
  'the member was deleted': ['invitation-unknown', async ({ stores }) => await stores.members.remove(acme.id, ada.id)],
  'the connection was retired': ['connection-retired', async ({ stores }) => await stores.connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now)],
  'the tenant is not entitled any more': ['sso-not-entitled', async world => await world.changeTenant({ ssoEntitled: false })]
}
for (const [what, [code, change]] of Object.entries(meanwhile)) {
  void t.test(`${what} while somebody was at Okta: ${code}, and nothing is linked`, async t => {
    const world = await openLoginWorld()
    world.okta.spoiled = { claims: other }
    const browser = await world.begin(await invite(world))
    await change(world)
    t.match(await world.comeBack(browser), { kind: 'ended', code })
    t.equal(world.stores.tables.identities.length, 0)
    t.not((await world.stores.members.find(acme.id, ada.id))?.status, 'active')
  })
}

void t.test('a pilot\'s list counts for the invited member, and a live connection has none', async t => {
  const world = await openLoginWorld()
  await world.stores.connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now)
  await world.stores.connections.move(acme.id, acmeOkta.id, { move: 'pilot', pilotEmails: [bob.email] }, now)
  world.okta.spoiled = { claims: other }
  const invited = await invite(world)
  t.match(await world.login(invited), { kind: 'ended', code: 'pilot-only' })
  t.equal(world.stores.tables.identities.length, 0)
  await world.stores.connections.move(acme.id, acmeOkta.id, { move: 'go-live' }, now)
  t.match(await world.login(invited), { kind: 'signed-in', member: { id: ada.id } })
})

void t.test('an invitation of another tenant opens nothing here', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { claims: other }
  await world.stores.invitations.save({ id: (await invite(world)).purpose.invitationId, tenantId: gus.tenantId, memberId: gus.id, tokenHash: 'h', createdBy: 'operator', expiresAt: new Date(now.getTime() + 1000) }, now)
  world.stores.tables.invitations = world.stores.tables.invitations.filter(row => row.memberId === gus.id)
  const invitationId = world.stores.tables.invitations[0]?.id
  if (invitationId === undefined) throw new Error('no invitation')
  t.match(await world.login({ purpose: { kind: 'invitation', invitationId } }), { kind: 'ended', code: 'invitation-unknown' })
})

void t.test('a member who changes again and again while somebody signs in is left to a human', async t => {
  const world = await openLoginWorld()
  let tries = 0
  world.needs.invitations.accept = async () => {
    tries++
    return false
  }
  t.match(await world.login(await invite(world)), { kind: 'ended', code: 'identity-conflict' })
  t.equal(tries, 3)
})

void t.test('who is suspended is not invited, and a mail that fails undoes nothing', async t => {
  const world = await openLoginWorld()
  await t.rejects(invite(world, eve), { code: 'member-suspended' })
  t.equal(world.stores.tables.invitations.length, 0)
  const { stores, needs, clock } = world
  const invited = await inviteMember({ invitations: stores.invitations, events: stores.events, mailInvitation: async () => false, publicUrl: needs.publicUrl, now: clock.now, random: needs.random })({ tenant: acme, member: ada, actor: 'operator', address: null, mail: true })
  t.match(invited, { mailed: false, url: /\/auth\/invitation\/[\w-]{43}$/ })
  t.equal(stores.tables.invitations.length, 1)
})

void t.test('a callback with an invitation of which any call fails signs nobody in and links nobody by halves', async t => {
  const calls = await failingNth(async failure => {
    const world = await openLoginWorld()
    world.okta.spoiled = { claims: other }
    const browser = await world.begin(await invite(world))
    const done = await world.comeBack(browser, {}, failure.meddle(world.needs)).catch((error: unknown) => ({ thrown: error }))
    if (failure.failed() === null) {
      t.match(done, { kind: 'signed-in' })
      return
    }
    const where = `${failure.failed()}, ${failure.moment}`
    t.notMatch(done, { kind: 'signed-in' }, where)
    const linked = world.stores.tables.identities.length === 1
    t.equal((await world.stores.members.find(acme.id, ada.id))?.status === 'active', linked, `${where}: active and linked, or neither`)
    t.equal(world.stores.tables.invitations[0]?.acceptedAt !== null, linked, `${where}: and then the invitation is spent`)
    if ('thrown' in done && done.thrown instanceof Outage) t.ok(failure.foreseen)
  })
  t.same(calls, ['attempts.consume', 'idp.metadata', 'idp.redeem', 'idp.keys', 'idp.keys()', 'invitations.find', 'invitations.accept'])
})

// Do PostgreSQL and its double keep the contract of identity conflicts, and is each decided once, by one tenant's operator alone?
import t, { type Test } from 'tap'
import { createExpired } from '../../src/postgres/expired.ts'
import { createIdentityConflicts } from '../../src/postgres/identity-conflicts.ts'
import { createMemberIdentities } from '../../src/postgres/member-identities.ts'
import type { InvitationId } from '../../src/tenant/id.ts'
import { identityId } from '../../src/tenant/identity.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { openOtherReplica } from '../postgres/other-replica.ts'
import { acme, acmeOkta, ada, after, bob, globex, globexOkta, gus, identityAt, now, setTheScene } from './cast.ts'
import { identityConflictsContract, other } from './identity-conflicts-contract.ts'
import { onBoth } from './stand-ins.ts'

onBoth(identityConflictsContract)

const PAGE = { limit: 20, cursor: null }
const id = identityId(acme.id, other)
const by = { actor: 'apk-support', address: '192.0.2.7' }

/** Bob signs in by one account, and another one has come with his address. */
async function open (t: Test) {
  const database = await openFreshDatabase(t)
  const stores = openStores(database)
  await setTheScene(stores)
  let events = 0
  const conflicts = createIdentityConflicts(database.db, () => `evt-${events++}`)
  await stores.identities.link(acme.id, identityAt(acmeOkta, '00u1bob'), bob.id, now)
  await conflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'login-1' }, now)
  return { ...stores, database, conflicts, raw: database.raw, expired: createExpired(database.db), memberIdentities: createMemberIdentities(database.db), told: async () => await database.raw("select reference, at from events where type = 'identity.conflict' order by at") }
}

void t.test('of an account that comes again and again one event a day tells, with all that an operator needs', async t => {
  const { conflicts, raw, told } = await open(t)
  t.same(await raw("select tenant_id, actor, address, subject, reference, details, at from events where type = 'identity.conflict'"), [
    { tenant_id: acme.id, actor: 'gatehouse', address: null, subject: bob.id, reference: 'login-1', details: { conflict: id, connection: acmeOkta.id, issuer: acmeOkta.issuer, subject: '00u2bob' }, at: now }
  ])
  for (const seconds of [1, 60, 86_399]) await conflicts.note(acme.id, { key: other, memberId: bob.id, reference: `again-${seconds}` }, after(seconds))
  t.equal((await told()).length, 1)
  await conflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'next-day' }, after(86_400))
  await conflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'next-day-again' }, after(86_401))
  t.same(await told(), [{ reference: 'login-1', at: now }, { reference: 'next-day', at: after(86_400) }])
})

void t.test('of twenty logins at the same moment one is told of', async t => {
  const { conflicts, told } = await open(t)
  const key = { ...other, subject: '00u3bob' }
  await Promise.all(Array.from({ length: 20 }, async (_, n) => { await conflicts.note(acme.id, { key, memberId: bob.id, reference: `at-once-${n}` }, after(5)) }))
  t.equal((await told()).filter(({ reference }) => String(reference).startsWith('at-once')).length, 1)
  t.match((await conflicts.list(acme.id, PAGE)).items, [{ times: 20 }, { times: 1 }])
})

void t.test('on an operator\'s word the account is the member\'s, beside the one that was', async t => {
  const { conflicts, identities, memberIdentities } = await open(t)
  t.match(await conflicts.link(acme.id, id, null, by, after(9)), { id, key: other, member: { id: bob.id } })
  t.match((await identities.find(acme.id, other, null)).known, { id: bob.id })
  t.match(await memberIdentities.list(acme.id, bob.id), [{ key: { subject: '00u1bob' }, linkedBy: 'email' }, { id, key: other, linkedBy: 'operator', createdAt: after(9).toISOString() }])
  t.same((await conflicts.list(acme.id, PAGE)).items, [])
  t.equal(await conflicts.link(acme.id, id, null, by, after(10)), null, 'it does not wait any more')
})

void t.test('an invited member is active from then on, and a suspended one stays so', async t => {
  const { conflicts, members, raw } = await open(t)
  for (const [status, becomes] of [['invited', 'active'], ['suspended', 'suspended']] as const) {
    const key = { ...other, subject: `00u-${status}` }
    await members.change(acme.id, bob.id, { status }, now)
    await conflicts.note(acme.id, { key, memberId: bob.id, reference: status }, now)
    t.not(await conflicts.link(acme.id, identityId(acme.id, key), null, by, after(9)), null)
    t.match(await members.find(acme.id, bob.id), { status: becomes })
    t.strictSame(await raw('select updated_at from members where id = $1', [bob.id]), [{ updated_at: becomes === status ? now : after(9) }])
  }
  t.match(await members.find(acme.id, ada.id), { status: 'invited' }, 'nobody else is')
})

void t.test('the operator of another tenant, and an id of nobody, decide nothing', async t => {
  const { conflicts, identities } = await open(t)
  for (const [tenant, name] of [[globex.id, id], [acme.id, id.replace('idn-', 'mem-')], [acme.id, identityId(globex.id, other)]] as const) {
    t.equal(await conflicts.link(tenant, name, null, by, now), null)
    t.equal(await conflicts.dismiss(tenant, name, by, now), null)
  }
  t.equal((await identities.find(acme.id, other, null)).known, null)
  t.equal((await conflicts.list(acme.id, PAGE)).items.length, 1)
})

void t.test('what was dismissed waits and is told of again when it comes again', async t => {
  const { conflicts, told, identities, raw } = await open(t)
  // No id is another tenant's too; were one, it would make no difference.
  await raw(`insert into identity_conflicts (tenant_id, connection_id, issuer, subject, id, member_id, email, reference, first_at, last_at, told_at, told_reference)
    select $1, $2, issuer, subject, id, $3, email, reference, first_at, last_at, told_at, told_reference from identity_conflicts`, [globex.id, globexOkta.id, gus.id])
  await conflicts.note(acme.id, { key: { ...other, subject: '00u-patient' }, memberId: bob.id, reference: 'patient' }, now)
  t.match(await conflicts.dismiss(acme.id, id, by, now), { id })
  const subjects = async () => (await conflicts.list(acme.id, PAGE)).items.map(({ key }) => key.subject)
  t.strictSame(await subjects(), ['00u-patient'], 'and it alone')
  t.equal((await conflicts.list(globex.id, PAGE)).items.length, 1)
  t.equal(await conflicts.dismiss(acme.id, id, by, now), null)
  t.equal(await conflicts.link(acme.id, id, null, by, now), null)
  t.equal((await identities.find(acme.id, other, null)).known, null)
  await conflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'again' }, after(60))
  t.match((await conflicts.list(acme.id, PAGE)).items, [{ id, times: 1 }, { times: 1 }])
  t.equal((await told()).length, 3)
})

void t.test('an account that an invitation has linked, to whomever, does not wait any more', async t => {
  const { conflicts, invitations } = await open(t)
  await invitations.save({ id: 'inv-ada' as InvitationId, tenantId: acme.id, memberId: ada.id, tokenHash: 'x', createdBy: 'operator', expiresAt: after(600) }, now)
  t.equal(await invitations.accept(acme.id, 'inv-ada' as InvitationId, other, now), true)
  t.same((await conflicts.list(acme.id, PAGE)).items, [])
  t.equal(await conflicts.link(acme.id, id, null, by, now), null)
})

void t.test('an account that has come for another member meanwhile is not linked to whom the operator did not mean', async t => {
  const { conflicts, identities, database } = await open(t)
  const otherReplica = await openOtherReplica(t, database)
  await otherReplica.raw('lock table identities in share row exclusive mode')
  const linked = conflicts.link(acme.id, id, null, by, now)
  await otherReplica.waitedFor()
  await conflicts.note(acme.id, { key: other, memberId: ada.id, reference: 'login-2' }, after(1))
  await otherReplica.commit()
  t.equal(await linked, null)
  t.equal((await identities.find(acme.id, other, null)).known, null)
  t.match((await conflicts.list(acme.id, PAGE)).items, [{ member: { id: ada.id }, times: 2 }], 'it waits as hers')
})

void t.test('it is linked to whom the operator saw that it waits for, or to nobody', async t => {
  const { conflicts, identities } = await open(t)
  for (const nobody of [ada.id, gus.id, '', id]) t.equal(await conflicts.link(acme.id, id, nobody, by, now), null, nobody)
  await conflicts.note(acme.id, { key: other, memberId: ada.id, reference: 'login-2' }, after(1))
  t.equal(await conflicts.link(acme.id, id, bob.id, by, now), null, 'it has come with hers since')
  t.equal((await identities.find(acme.id, other, null)).known, null)
  t.match(await conflicts.link(acme.id, id, ada.id, by, now), { member: { id: ada.id } })
  t.match((await identities.find(acme.id, other, null)).known, { id: ada.id })
})

void t.test('one that another operator is about to dismiss is dismissed by them alone', async t => {
  const { conflicts, database } = await open(t)
  const otherReplica = await openOtherReplica(t, database)
  await otherReplica.raw('delete from identity_conflicts where id = $1', [id])
  const dismissed = conflicts.dismiss(acme.id, id, by, now)
  await otherReplica.waitedFor()
  await otherReplica.commit()
  t.equal(await dismissed, null)
})

void t.test('of two operators at once one links it', async t => {
  const { conflicts } = await open(t)
  const done = await Promise.all([1, 2, 3, 4].map(async () => await conflicts.link(acme.id, id, null, by, now)))
  t.equal(done.filter(one => one !== null).length, 1)
})

void t.test('what an operator has decided is written down with it, once: who, from where, about which account of whom', async t => {
  const { conflicts, raw } = await open(t)
  const told = async (type: string) => await raw('select tenant_id, actor, address, subject, reference, details, at from events where type = $1', [type])
  const account = { conflict: id, connection: acmeOkta.id, issuer: acmeOkta.issuer, subject: '00u2bob' }
  const event = { tenant_id: acme.id, ...by, subject: bob.id, at: after(9) }
  await conflicts.dismiss(acme.id, id, by, after(9))
  await conflicts.dismiss(acme.id, id, by, after(9))
  t.same(await told('identity.dismissed'), [{ ...event, reference: 'login-1', details: { ...account, times: 1 } }])
  await conflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'login-2' }, now)
  await Promise.all([1, 2, 3].map(async () => await conflicts.link(acme.id, id, null, by, after(9))))
  await conflicts.dismiss(acme.id, id, by, after(9))
  t.same(await told('identity.linked'), [{ ...event, reference: 'login-2', details: { ...account, linkedBy: 'operator' } }])
  t.equal((await told('identity.dismissed')).length, 1)
})

void t.test('what cannot be written down is not done', async t => {
  const { conflicts, identities, members, raw } = await open(t)
  await members.change(acme.id, bob.id, { status: 'invited' }, now)
  await raw("alter table events add constraint refuses check (type not like 'identity.%') not valid")
  for (const decide of [async () => await conflicts.link(acme.id, id, null, by, now), async () => await conflicts.dismiss(acme.id, id, by, now)]) {
    await t.rejects(decide(), /refuses/)
    t.match((await conflicts.list(acme.id, PAGE)).items, [{ id, times: 1 }])
    t.equal((await identities.find(acme.id, other, null)).known, null)
    t.match(await members.find(acme.id, bob.id), { status: 'invited' })
  }
  await raw('alter table events drop constraint refuses')
  t.match(await conflicts.link(acme.id, id, null, by, now), { id })
})

void t.test('a long list is read in parts, each account once', async t => {
  const { conflicts } = await open(t)
  for (let n = 0; n < 5; n++) await conflicts.note(acme.id, { key: { ...other, subject: `00u-${n}` }, memberId: bob.id, reference: `login-${n}` }, after(Math.floor(n / 2)))
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: Awaited<ReturnType<typeof conflicts.list>> = await conflicts.list(acme.id, { limit: 2, cursor })
    seen.push(...page.items.map(({ key }) => key.subject))
    cursor = page.next
  } while (cursor !== null)
  t.equal(seen.length, 6)
  t.equal(new Set(seen).size, 6)
  t.equal(seen[0], '00u-4')
})

void t.test('an account that has not come for long goes', async t => {
  const { conflicts, expired } = await open(t)
  await conflicts.note(acme.id, { key: { ...other, subject: '00u-young' }, memberId: bob.id, reference: 'young' }, after(60))
  t.equal(await expired.removeIdentityConflicts(now, 10), 0)
  t.equal(await expired.removeIdentityConflicts(after(1), 10), 1)
  t.match((await conflicts.list(acme.id, PAGE)).items, [{ key: { subject: '00u-young' } }])
})

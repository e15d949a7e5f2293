// What does admission rely on when it asks who an identity is, and writes down the answer?
import type { Test } from 'tap'
import type { MemberId } from '../../src/tenant/id.ts'
import type { Member } from '../../src/tenant/member.ts'
import { acme, acmeOkta, acmePreview, ada, bob, eve, globex, globexOkta, gus, identityAt, now } from './cast.ts'
import type { OpenStores } from './stand-ins.ts'

const adaAtAcme = identityAt(acmeOkta, '00u1ada')
const email = (address: string) => ({ address, domain: address.split('@')[1] ?? '' })
const zoe: Member = { ...bob, id: 'mem-zoe' as MemberId, email: 'zoe@acme.test', name: 'Zoe', status: 'active' }

export function identitiesContract (t: Test, open: OpenStores): void {
  void t.test('a stranger is nobody', async t => {
    const { identities } = await open(t)
    t.same(await identities.find(acme.id, adaAtAcme, email('nobody@nowhere.test')), { known: null, sameEmail: null, domainVerified: false })
    t.same(await identities.find(acme.id, adaAtAcme, null), { known: null, sameEmail: null, domainVerified: false })
  })

  void t.test('a member is found by the claimed email, with where they have identities already', async t => {
    const { identities } = await open(t)
    t.same(await identities.find(acme.id, adaAtAcme, email(bob.email)), { known: null, sameEmail: { member: bob, identities: 'none' }, domainVerified: true })
    t.ok(await identities.link(acme.id, adaAtAcme, bob.id, now))
    t.match(await identities.find(acme.id, identityAt(acmeOkta, '00u2other'), email(bob.email)), { known: null, sameEmail: { identities: 'here' } })
    t.match(await identities.find(acme.id, identityAt(acmePreview, '00u1ada'), email(bob.email)), { known: null, sameEmail: { identities: 'elsewhere' } })
  })

  void t.test("another tenant's members and domains do not count", async t => {
    const { identities } = await open(t)
    t.same(await identities.find(acme.id, adaAtAcme, email(gus.email)), { known: null, sameEmail: null, domainVerified: false })
    await identities.link(globex.id, identityAt(globexOkta, '00u1gus'), gus.id, now)
    t.match(await identities.find(acme.id, identityAt(globexOkta, '00u1gus'), null), { known: null })
  })

  void t.test('a domain that is only claimed is not proven', async t => {
    const { identities, domains } = await open(t)
    await domains.save(acme.id, { domain: 'acme.example', challenge: 'challenge' }, now)
    t.match(await identities.find(acme.id, adaAtAcme, email('ada@acme.example')), { domainVerified: false })
  })

  void t.test('a linked identity is known from then on, and its member active', async t => {
    const { identities, members } = await open(t)
    t.equal(await identities.link(acme.id, adaAtAcme, ada.id, now), true)
    t.same((await identities.find(acme.id, adaAtAcme, null)).known, { ...ada, status: 'active' })
    t.match(await members.find(acme.id, ada.id), { status: 'active' })
  })

  void t.test('an identity is the connection, the issuer and the subject: change one, and it is another', async t => {
    const { identities } = await open(t)
    await identities.link(acme.id, adaAtAcme, ada.id, now)
    for (const other of [{ ...adaAtAcme, subject: '00U1ADA' }, { ...adaAtAcme, issuer: `${adaAtAcme.issuer}/` }, { ...adaAtAcme, connectionId: acmePreview.id }]) {
      t.equal((await identities.find(acme.id, other, null)).known, null)
    }
  })

  void t.test('a member who was suspended meanwhile is not linked and stays suspended', async t => {
    const { identities, members } = await open(t)
    t.equal(await identities.link(acme.id, adaAtAcme, eve.id, now), false)
    t.match(await members.find(acme.id, eve.id), { status: 'suspended' })
    t.equal((await identities.find(acme.id, adaAtAcme, null)).known, null)
  })

  void t.test("nobody is linked to another tenant's member", async t => {
    const { identities } = await open(t)
    t.equal(await identities.link(acme.id, adaAtAcme, gus.id, now), false)
    t.equal((await identities.find(acme.id, adaAtAcme, null)).known, null)
  })

  void t.test("an identity cannot point at another tenant's connection", async t => {
    const { identities, members } = await open(t)
    await t.rejects(identities.link(acme.id, identityAt(globexOkta, '00u1ada'), ada.id, now))
    t.match(await members.find(acme.id, ada.id), { status: 'invited' }, 'and the member is not half changed')
    await t.rejects(identities.create(acme.id, identityAt(globexOkta, '00u1zoe'), zoe, now))
    t.equal(await members.find(acme.id, zoe.id), null)
  })

  void t.test('a second subject is not linked to a member who has an identity there', async t => {
    const { identities } = await open(t)
    t.equal(await identities.link(acme.id, adaAtAcme, ada.id, now), true)
    t.equal(await identities.link(acme.id, identityAt(acmeOkta, '00u2mallory'), ada.id, now), false)
  })

  void t.test('a member with an identity elsewhere is linked again only while invited anew', async t => {
    const { identities, members } = await open(t)
    await identities.link(acme.id, adaAtAcme, ada.id, now)
    t.equal(await identities.link(acme.id, identityAt(acmePreview, '00u1ada'), ada.id, now), false)
    await members.change(acme.id, ada.id, { status: 'invited' }, now)
    t.equal(await identities.link(acme.id, identityAt(acmePreview, '00u1ada'), ada.id, now), true)
  })

  void t.test('of two subjects that claim one member at once, one is linked', async t => {
    const { identities } = await open(t)
    for (const member of [ada, bob]) {
      const won = await Promise.all([1, 2, 3, 4].map(async number => await identities.link(acme.id, identityAt(acmeOkta, `${member.id}-${number}`), member.id, now)))
      t.equal(won.filter(Boolean).length, 1)
    }
  })

  void t.test('of two of a tenant\'s Oktas that claim one member at once, one is believed', async t => {
    const { identities } = await open(t)
    for (const member of [ada, bob]) {
      const won = await Promise.all([acmeOkta, acmePreview].map(async connection => await identities.link(acme.id, identityAt(connection, member.id), member.id, now)))
      t.equal(won.filter(Boolean).length, 1)
    }
  })

  void t.test('a member is made with their identity, both or neither', async t => {
    const { identities, members } = await open(t)
    const key = identityAt(acmeOkta, '00u1zoe')
    t.equal(await identities.create(acme.id, key, zoe, now), true)
    t.same((await identities.find(acme.id, key, null)).known, zoe)
    const again = { ...zoe, id: 'mem-zoe-again' as MemberId }
    t.equal(await identities.create(acme.id, identityAt(acmeOkta, '00u2zoe'), again, now), false, 'the email is taken')
    t.equal((await identities.find(acme.id, identityAt(acmeOkta, '00u2zoe'), null)).known, null)
    t.equal(await identities.create(acme.id, key, { ...again, email: 'zoe2@acme.test' }, now), false, 'the identity is taken')
    t.equal(await members.find(acme.id, again.id), null)
  })

  void t.test('of two first logins of one new person at once, one makes the member', async t => {
    const { identities } = await open(t)
    const key = identityAt(acmeOkta, '00u1zoe')
    const made = await Promise.all([1, 2, 3, 4].map(async number => await identities.create(acme.id, key, { ...zoe, id: `mem-zoe-${number}` as MemberId }, now)))
    t.equal(made.filter(Boolean).length, 1)
    const { known, sameEmail } = await identities.find(acme.id, key, email(zoe.email))
    t.equal(known?.id, sameEmail?.member.id)
  })

  void t.test('the same email in two tenants is two people', async t => {
    const { identities } = await open(t)
    t.ok(await identities.create(acme.id, identityAt(acmeOkta, '00u1zoe'), zoe, now))
    t.ok(await identities.create(globex.id, identityAt(globexOkta, '00u1zoe'), { ...zoe, id: 'mem-zoe-globex' as MemberId, tenantId: globex.id }, now))
  })

  void t.test('an identity goes with its member and with its connection', async t => {
    const { identities, members, connections } = await open(t)
    const atPreview = identityAt(acmePreview, '00u1bob')
    await identities.link(acme.id, adaAtAcme, ada.id, now)
    await identities.link(acme.id, atPreview, bob.id, now)
    await members.remove(acme.id, ada.id)
    t.equal((await identities.find(acme.id, adaAtAcme, null)).known, null)
    await connections.move(acme.id, acmePreview.id, { move: 'retire' }, now)
    t.equal(await connections.remove(acme.id, acmePreview.id), true)
    t.equal((await identities.find(acme.id, atPreview, null)).known, null)
    t.not(await members.find(acme.id, bob.id), null, 'the member stays when a connection goes')
  })
}

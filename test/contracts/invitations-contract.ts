// What do the page of an invitation and the way back from Okta rely on?
import type { Test } from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import type { NewInvitation } from '../../src/postgres/invitations.ts'
import type { InvitationId } from '../../src/tenant/id.ts'
import type { Member } from '../../src/tenant/member.ts'
import { acme, acmeOkta, acmePreview, ada, after, bob, eve, globex, globexOkta, gus, identityAt, now } from './cast.ts'
import type { OpenStores } from './stand-ins.ts'

const atOkta = identityAt(acmeOkta, '00u1ada-at-okta')

export function invitationOf (name: string, member: Member = ada): NewInvitation {
  return { id: `inv-${name}` as InvitationId, tenantId: member.tenantId, memberId: member.id, tokenHash: hashOf(`token of ${name}`), createdBy: 'operator', expiresAt: after(3600) }
}

export function invitationsContract (t: Test, open: OpenStores): void {
  void t.test('an invitation is found by its token, with whom it is for and through which Oktas they may sign in', async t => {
    const { invitations } = await open(t)
    await invitations.save(invitationOf('one'), now)
    const found = await invitations.findByToken(hashOf('token of one'))
    t.match(found, { invitation: { id: 'inv-one', memberId: ada.id, expiresAt: after(3600).toISOString(), acceptedAt: null }, member: ada, tenant: { id: acme.id, name: 'Acme' } })
    t.same(found?.connections.map(({ id }) => id), [acmePreview.id, acmeOkta.id], 'newest first, and nobody else\'s')
    t.equal(await invitations.findByToken(hashOf('token of another')), null)
    t.equal(await invitations.findByToken('token of one'), null)
  })

  void t.test('a new invitation takes the place of the open one', async t => {
    const { invitations } = await open(t)
    await invitations.save(invitationOf('one'), now)
    await invitations.save(invitationOf('of bob', bob), now)
    await invitations.save({ ...invitationOf('two'), expiresAt: after(7200) }, after(10))
    t.equal(await invitations.findByToken(hashOf('token of one')), null)
    t.match(await invitations.findByToken(hashOf('token of two')), { invitation: { id: 'inv-two', expiresAt: after(7200).toISOString() } })
    t.equal(await invitations.find(acme.id, invitationOf('one').id, atOkta), null, 'nor does a login go on that began with it')
    t.ok(await invitations.findByToken(hashOf('token of of bob')))
  })

  void t.test('of two that are made at once, one is open', async t => {
    const { invitations } = await open(t)
    await Promise.all(['one', 'two'].map(async name => { await invitations.save(invitationOf(name), now) }))
    const found = await Promise.all(['one', 'two'].map(async name => await invitations.findByToken(hashOf(`token of ${name}`))))
    t.equal(found.filter(one => one !== null).length, 1)
  })

  void t.test('accepting links the account, makes the member active and spends the invitation', async t => {
    const { invitations, identities, members } = await open(t)
    await invitations.save(invitationOf('one'), now)
    t.same(await invitations.find(acme.id, invitationOf('one').id, atOkta), { invitation: { id: 'inv-one', tenantId: acme.id, memberId: ada.id, expiresAt: after(3600), acceptedAt: null }, member: ada, known: null })
    t.ok(await invitations.accept(acme.id, invitationOf('one').id, atOkta, after(1)))
    t.match(await members.find(acme.id, ada.id), { status: 'active' })
    t.match(await identities.find(acme.id, atOkta, null), { known: { id: ada.id } })
    t.match(await invitations.find(acme.id, invitationOf('one').id, atOkta), { invitation: { acceptedAt: after(1).toISOString() }, known: { id: ada.id } })
    t.notOk(await invitations.accept(acme.id, invitationOf('one').id, identityAt(acmeOkta, '00u2'), after(2)), 'once')
    t.notOk(await invitations.remove(acme.id, ada.id), 'what is accepted is not withdrawn')
    await invitations.save(invitationOf('two'), after(3))
    t.ok(await invitations.accept(acme.id, invitationOf('two').id, identityAt(acmeOkta, '00u2'), after(4)), 'a fresh one links a further account')
    t.match(await invitations.findByToken(hashOf('token of one')), { invitation: { acceptedAt: after(1).toISOString() } }, 'and the old one still says that it is used')
  })

  void t.test('an account that is the member\'s already stays so, and the invitation is spent', async t => {
    const { invitations, identities } = await open(t)
    t.ok(await identities.link(acme.id, atOkta, ada.id, now))
    await invitations.save(invitationOf('one'), now)
    t.ok(await invitations.accept(acme.id, invitationOf('one').id, atOkta, now))
    t.match(await invitations.findByToken(hashOf('token of one')), { invitation: { acceptedAt: now.toISOString() } })
  })

  void t.test('what changed meanwhile is not accepted, and nothing is half written', async t => {
    const { invitations, identities, members } = await open(t)
    const untouched = async () => {
      t.match(await invitations.findByToken(hashOf('token of one')), { invitation: { acceptedAt: null } })
      t.match(await members.find(acme.id, ada.id), { status: 'invited' })
    }
    await invitations.save(invitationOf('one'), now)
    t.notOk(await invitations.accept(acme.id, invitationOf('one').id, atOkta, after(3600)), 'expired')
    await untouched()
    t.notOk(await invitations.accept(globex.id, invitationOf('one').id, identityAt(globexOkta, '00u1'), now), 'another tenant\'s')
    await untouched()
    t.ok(await identities.link(acme.id, atOkta, bob.id, now))
    t.match(await invitations.find(acme.id, invitationOf('one').id, atOkta), { known: { id: bob.id } })
    t.notOk(await invitations.accept(acme.id, invitationOf('one').id, atOkta, now), 'the account is somebody else\'s')
    await untouched()
    await invitations.save(invitationOf('eve', eve), now)
    t.notOk(await invitations.accept(acme.id, invitationOf('eve').id, identityAt(acmeOkta, '00u3'), now), 'suspended')
    t.match(await invitations.findByToken(hashOf('token of eve')), { invitation: { acceptedAt: null } })
    t.match(await identities.find(acme.id, identityAt(acmeOkta, '00u3'), null), { known: null })
  })

  void t.test('of two who accept at once, one does', async t => {
    const { invitations } = await open(t)
    await invitations.save(invitationOf('one'), now)
    const done = await Promise.all(['00u1', '00u2', '00u3'].map(async subject => await invitations.accept(acme.id, invitationOf('one').id, identityAt(acmeOkta, subject), now)))
    t.equal(done.filter(Boolean).length, 1)
  })

  void t.test('an invitation is withdrawn by its own tenant, and goes with its member', async t => {
    const { invitations, members } = await open(t)
    await invitations.save(invitationOf('one'), now)
    t.notOk(await invitations.remove(globex.id, ada.id))
    t.ok(await invitations.remove(acme.id, ada.id))
    t.notOk(await invitations.remove(acme.id, ada.id))
    t.equal(await invitations.findByToken(hashOf('token of one')), null)
    await invitations.save(invitationOf('two', gus), now)
    await members.remove(globex.id, gus.id)
    t.equal(await invitations.findByToken(hashOf('token of two')), null)
    await t.rejects(invitations.save({ ...invitationOf('three'), memberId: gus.id }, now), 'for nobody there is none')
  })
}

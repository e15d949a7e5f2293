// What does admission rely on when somebody comes with the address of a member who signs in by another account?
import type { Test } from 'tap'
import type { MemberId } from '../../src/tenant/id.ts'
import { identityId } from '../../src/tenant/identity.ts'
import { acme, acmeOkta, acmePreview, ada, after, bob, globex, globexOkta, gus, identityAt, now } from './cast.ts'
import type { OpenStores } from './stand-ins.ts'

const PAGE = { limit: 20, cursor: null }
export const other = identityAt(acmeOkta, '00u2bob')

export function identityConflictsContract (t: Test, open: OpenStores): void {
  void t.test('an account waits once, however often it comes, with the latest login', async t => {
    const { identityConflicts } = await open(t)
    await identityConflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'first' }, now)
    await identityConflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'second' }, after(60))
    t.same(await identityConflicts.list(acme.id, PAGE), {
      items: [{ id: identityId(acme.id, other), key: other, member: { id: bob.id, email: bob.email, name: bob.name }, email: bob.email, reference: 'second', times: 2, firstAt: now, lastAt: after(60) }],
      next: null
    })
  })

  void t.test('what came last is first; another connection, issuer or subject is another account', async t => {
    const { identityConflicts } = await open(t)
    const keys = [other, { ...other, subject: '00u3bob' }, { ...other, issuer: `${other.issuer}/` }, identityAt(acmePreview, '00u2bob')]
    for (const [seconds, key] of keys.entries()) await identityConflicts.note(acme.id, { key, memberId: bob.id, reference: `login-${seconds}` }, after(seconds))
    t.same((await identityConflicts.list(acme.id, PAGE)).items.map(({ key }) => key), keys.toReversed())
  })

  void t.test('it is listed under its tenant and its member only', async t => {
    const { identityConflicts } = await open(t)
    const theirs = identityAt(globexOkta, '00u2gus')
    await identityConflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'one' }, now)
    await identityConflicts.note(globex.id, { key: theirs, memberId: gus.id, reference: 'two' }, now)
    t.same((await identityConflicts.list(acme.id, PAGE)).items.map(({ key }) => key), [other])
    t.same((await identityConflicts.list(globex.id, PAGE)).items.map(({ key }) => key), [theirs])
    t.same((await identityConflicts.list(acme.id, PAGE, bob.id)).items.length, 1)
    t.same((await identityConflicts.list(acme.id, PAGE, ada.id)).items, [])
    t.same((await identityConflicts.list(acme.id, PAGE, gus.id)).items, [])
  })

  void t.test('of another tenant\'s member, of nobody, or at another tenant\'s connection nothing is noted', async t => {
    const { identityConflicts } = await open(t)
    await identityConflicts.note(acme.id, { key: other, memberId: gus.id, reference: 'one' }, now)
    await identityConflicts.note(acme.id, { key: other, memberId: 'mem-nobody' as MemberId, reference: 'two' }, now)
    await t.rejects(identityConflicts.note(acme.id, { key: identityAt(globexOkta, '00u2bob'), memberId: bob.id, reference: 'three' }, now))
    for (const tenant of [acme, globex]) t.same((await identityConflicts.list(tenant.id, PAGE)).items, [])
  })

  void t.test('an account that was linked meanwhile does not wait', async t => {
    const { identityConflicts, identities } = await open(t)
    await identityConflicts.note(acme.id, { key: other, memberId: ada.id, reference: 'one' }, now)
    const others = [{ ...other, subject: '00u3bob' }, { ...other, issuer: `${other.issuer}/` }, identityAt(acmePreview, other.subject)]
    for (const [seconds, key] of others.entries()) await identityConflicts.note(acme.id, { key, memberId: ada.id, reference: `other-${seconds}` }, after(seconds))
    const waiting = async () => (await identityConflicts.list(acme.id, PAGE)).items.map(({ key }) => key)
    t.equal(await identities.link(acme.id, other, ada.id, now), true)
    t.same(await waiting(), others.toReversed(), 'and all others do')
    await identityConflicts.note(acme.id, { key: other, memberId: ada.id, reference: 'two' }, after(9))
    t.same(await waiting(), others.toReversed())
  })

  void t.test('it goes with the member', async t => {
    const { identityConflicts, members } = await open(t)
    await identityConflicts.note(acme.id, { key: other, memberId: bob.id, reference: 'one' }, now)
    await members.remove(acme.id, bob.id)
    t.same((await identityConflicts.list(acme.id, PAGE)).items, [])
  })
}

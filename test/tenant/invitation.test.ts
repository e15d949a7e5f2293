// Whom does an invitation let in, and whom not, whatever Okta says?
import t from 'tap'
import type { InvitationId } from '../../src/tenant/id.ts'
import { admitByInvitation, checkInvitation, couldBeInvitation, type Invitation, INVITATION_SECONDS } from '../../src/tenant/invitation.ts'
import { acme, ada, after, bob, eve, now } from '../contracts/cast.ts'

const open: Invitation = { id: 'inv-one' as InvitationId, tenantId: acme.id, memberId: ada.id, expiresAt: after(INVITATION_SECONDS), acceptedAt: null }
const used = { ...open, acceptedAt: after(1) }

void t.test('an invitation is good for seven days, and once', async t => {
  t.doesNotThrow(() => { checkInvitation(open, after(INVITATION_SECONDS - 1)) })
  t.throws(() => { checkInvitation(open, after(INVITATION_SECONDS)) }, { code: 'invitation-expired' })
  t.throws(() => { checkInvitation(used, now) }, { code: 'invitation-used' })
  t.throws(() => { checkInvitation(used, after(INVITATION_SECONDS)) }, { code: 'invitation-used' }, 'who has accepted it is not told to ask for a new one')
})

void t.test('an unknown account becomes the invited member\'s, one that is theirs stays so', async t => {
  t.equal(admitByInvitation({ invitation: open, member: ada, known: null }, now), 'link')
  t.equal(admitByInvitation({ invitation: open, member: ada, known: ada }, now), 'link', 'the invitation is spent by it')
  t.equal(admitByInvitation({ invitation: used, member: ada, known: ada }, after(INVITATION_SECONDS)), 'known', 'the second of two tabs')
})

const refusals = {
  'the account of another member': [{ invitation: open, member: ada, known: bob }, 'identity-taken'],
  'a used one, with another account': [{ invitation: used, member: ada, known: null }, 'invitation-used'],
  'a used one, with the account of another member': [{ invitation: used, member: ada, known: bob }, 'invitation-used'],
  'an expired one': [{ invitation: { ...open, expiresAt: now }, member: ada, known: null }, 'invitation-expired'],
  'an expired one, with the member\'s own account': [{ invitation: { ...open, expiresAt: now }, member: ada, known: ada }, 'invitation-expired'],
  'a suspended member': [{ invitation: open, member: eve, known: null }, 'member-suspended'],
  'a suspended member with their own account': [{ invitation: used, member: eve, known: eve }, 'member-suspended']
} as const
for (const [what, [person, code]] of Object.entries(refusals)) {
  void t.test(`${what} is refused: ${code}`, async t => {
    t.throws(() => { admitByInvitation(person, now) }, { code })
  })
}

void t.test('what could not be a token is never asked of a store', async t => {
  t.ok(couldBeInvitation(Buffer.alloc(32, 1).toString('base64url')))
  for (const text of ['', 'a', 'a'.repeat(42), 'a'.repeat(44), `${'a'.repeat(42)}=`, `${'a'.repeat(42)}\0`, `${'a'.repeat(42)}é`]) t.notOk(couldBeInvitation(text), text)
})

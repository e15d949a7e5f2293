// Does a rehearsal decide as a sign-in would, and tell a refusal as a result?
import t from 'tap'
import type { Arrival } from '../../src/tenant/admission.ts'
import { admit } from '../../src/tenant/admission.ts'
import { rehearse } from '../../src/tenant/rehearsal.ts'
import { acme, ada } from './acme.ts'

const stranger: Arrival = { tenant: { ...acme, admission: 'just-in-time' }, claims: { email: 'bob@acme.test', name: 'Bob' }, known: null, sameEmail: null, domainVerified: true }

void t.test('whom it would let in is whom admission lets in', async t => {
  for (const arrival of [stranger, { ...stranger, known: ada }, { ...stranger, sameEmail: { member: { ...ada, status: 'invited' }, identities: 'none' } }] as const) {
    t.strictSame(rehearse(arrival), { would: admit(arrival), obstacle: null })
  }
})

for (const [obstacle, change] of [
  ['member-suspended', { known: { ...ada, status: 'suspended' } }],
  ['email-missing', { claims: { email: null, name: null } }],
  ['email-domain-unverified', { domainVerified: false }],
  ['identity-conflict', { sameEmail: { member: ada, identities: 'here' } }],
  ['member-unknown', { tenant: acme }]
] as const) {
  void t.test(`${obstacle} is a result`, async t => {
    t.strictSame(rehearse({ ...stranger, ...change }), { would: null, obstacle })
  })
}

void t.test('a fault of ours is none', async t => {
  t.throws(() => rehearse({ ...stranger, get known (): never { throw new TypeError('a fault') } }), /a fault/)
})

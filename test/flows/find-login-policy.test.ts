// Does the product's own login form learn what to do with an address, and nothing about people?
import t from 'tap'
import { findDoor } from '../../src/flows/find-door.ts'
import { findLoginPolicy } from '../../src/flows/find-login-policy.ts'
import type { ConnectionState } from '../../src/tenant/connection.ts'
import type { Tenant } from '../../src/tenant/tenant.ts'
import { acme, acmeOkta } from '../contracts/cast.ts'

function open (state: ConnectionState, change: Partial<Tenant> = {}) {
  const { clientSecret: _, ...given } = acmeOkta
  const doors = { tenant: { ...acme, ...change }, connections: [{ ...given, state, version: 1, issuerAliases: [], groupRoles: [], pilotEmails: ['ada@acme.test'] }] }
  return findLoginPolicy({ findDoor: findDoor({ doors: { findByDomain: async domain => domain === 'acme.test' ? doors : null, findByTenant: async () => null } }) })
}

for (const [what, state, change, email, policy] of [
  ['a live connection may be used', 'live', {}, 'ada@acme.test', 'sso-optional'],
  ['and must be, where the tenant says so', 'live', { enforcement: 'required' }, 'ada@acme.test', 'sso-required'],
  ['by people that nobody knows too', 'live', { enforcement: 'required' }, 'nobody@acme.test', 'sso-required'],
  ['a pilot is for its people', 'pilot', {}, ' ADA@acme.test ', 'sso-optional'],
  ['and for nobody else', 'pilot', {}, 'eve@acme.test', 'other'],
  ['a draft is for nobody', 'draft', {}, 'ada@acme.test', 'other'],
  ['nor is a retired one, whatever is required', 'retired', { enforcement: 'required' }, 'ada@acme.test', 'other'],
  ['nor any without the plan', 'live', { ssoEntitled: false, enforcement: 'required' }, 'ada@acme.test', 'other']
] as const) {
  void t.test(what, async t => {
    t.match(await open(state, change)(email), { policy, tenant: { id: acme.id }, email: email.trim().toLowerCase() })
  })
}

void t.test('an unknown domain goes on as ever, and what is no address is refused', async t => {
  t.strictSame(await open('live')('ada@elsewhere.test'), { policy: 'other', email: 'ada@elsewhere.test', tenant: null })
  t.match(await open('live')('ada@sub.acme.test'), { policy: 'other', tenant: null })
  for (const typed of ['', 'acme.test', 'ada@acme.test@evil.example', 'ada@']) await t.rejects(open('live')(typed), { code: 'email-malformed' }, typed)
})

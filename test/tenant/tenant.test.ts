import t from 'tap'
import { ADMIN_ROLE, checkEnforceable, checkEntitled, parseSlug, sessionLimits } from '../../src/tenant/tenant.ts'
import { idOf } from './acme.ts'
import { ascii } from './ascii.ts'

void t.test('a slug is 1 to 63 of a-z, 0-9 and -, unchanged', async t => {
  for (const slug of ['acme', 'a', '0', 'acme-2', 'constructor', 'tntx', 'a'.repeat(63)]) t.equal(parseSlug(slug), slug)
})

void t.test('a slug that could be taken for something else is refused', async t => {
  for (const text of ['', 'Acme', 'acme_1', 'acme.test', 'acme test', 'acme/', '../acme', 'acme\n', '\nacme', 'acmé', 'аcme', '__proto__', '%61', 'a'.repeat(64), idOf('tnt'), 'tnt-x', 'con-x', 'app-x', 'mem-x', 'ses-x', 'sin-x', 'key-x', 'evt-x']) {
    t.throws(() => parseSlug(text), { name: 'TenantRefusal', code: 'slug-malformed' }, ascii(text))
  }
})

const gateway = { idleSeconds: 3600, lifetimeSeconds: 43200 }

for (const [title, idle, lifetime, expected] of [
  ['a tenant that says nothing gets the gateway’s limits', null, null, { idleSeconds: 3600, lifetimeSeconds: 43200 }],
  ['a tenant may be stricter about idleness', 600, null, { idleSeconds: 600, lifetimeSeconds: 43200 }],
  ['a tenant may be stricter about the lifetime', null, 7200, { idleSeconds: 3600, lifetimeSeconds: 7200 }],
  ['a tenant is never laxer than the gateway', 7200, 86400, { idleSeconds: 3600, lifetimeSeconds: 43200 }],
  ['idleness is cut at the lifetime', null, 900, { idleSeconds: 900, lifetimeSeconds: 900 }],
  ['idleness is cut at the lifetime, also the tenant’s own', 1200, 900, { idleSeconds: 900, lifetimeSeconds: 900 }],
  ['the shortest limits are fifteen seconds', 15, 15, { idleSeconds: 15, lifetimeSeconds: 15 }]
] as const) {
  void t.test(title, async t => {
    t.strictSame(sessionLimits({ sessionIdleSeconds: idle, sessionLifetimeSeconds: lifetime }, gateway), expected)
  })
}

void t.test('a gateway whose idle time is longer than its lifetime cuts it too', async t => {
  t.strictSame(sessionLimits({ sessionIdleSeconds: null, sessionLifetimeSeconds: null }, { idleSeconds: 100, lifetimeSeconds: 50 }), { idleSeconds: 50, lifetimeSeconds: 50 })
})

void t.test('a tenant without single sign-on is refused', async t => {
  t.doesNotThrow(() => checkEntitled({ ssoEntitled: true }))
  t.throws(() => checkEntitled({ ssoEntitled: false }), { name: 'TenantRefusal', code: 'sso-not-entitled' })
})

void t.test('Okta is required only after an admin has come in through it', async t => {
  t.equal(ADMIN_ROLE, 'admin')
  t.doesNotThrow(() => checkEnforceable(true))
  t.throws(() => checkEnforceable(false), { name: 'TenantRefusal', code: 'enforcement-premature', detail: /role admin has signed in/ })
})

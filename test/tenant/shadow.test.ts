// When may the settings that wait beside a live connection be seen, and when promoted?
import t from 'tap'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import type { Connection, ConnectionState } from '../../src/tenant/connection.ts'
import { applyShadow, checkPromotable, checkShadowable, type Shadow, underShadow } from '../../src/tenant/shadow.ts'
import { acme, door, now } from './acme.ts'

const connection: Connection = { ...door, tenantId: acme.id, issuer: parseIssuer('https://acme.okta.com'), clientId: '0oa1', clientAuthentication: 'client_secret_basic', scopes: ['openid'], groupsClaim: null, groupRoles: [], version: 4, issuerAliases: [] }
const shadow: Shadow = { issuer: parseIssuer('https://id.acme.test'), issuerAliases: ['https://acme.okta.com'], clientId: '0oa2', clientAuthentication: 'private_key_jwt', secretExpiresAt: null, edit: 3, testedAt: now, replacesSecret: false }

void t.test('what waits changes the way to the provider and nothing else', async t => {
  const { issuer, issuerAliases, clientId, clientAuthentication } = shadow
  t.strictSame(applyShadow(connection, shadow), { ...connection, issuer, issuerAliases, clientId, clientAuthentication })
})

void t.test('a test sees the edit that it is of; any other is a connection of no version at all', async t => {
  t.strictSame(underShadow(connection, shadow, 3), applyShadow(connection, shadow))
  for (const [kept, edit] of [[shadow, 2], [shadow, NaN], [null, 3]] as const) {
    const seen = underShadow(connection, kept, edit)
    t.equal(seen.clientId, '0oa1')
    t.not(seen.version, seen.version, 'it is not even equal to itself')
  }
})

void t.test('only what is live has settings that wait, and they are promoted when they have been tested', async t => {
  for (const state of ['draft', 'verified', 'pilot', 'retired'] satisfies ConnectionState[]) t.throws(() => checkShadowable({ state }), { code: 'connection-state' }, state)
  t.doesNotThrow(() => checkShadowable({ state: 'live' }))
  t.equal(checkPromotable(shadow), shadow)
  t.throws(() => checkPromotable({ ...shadow, testedAt: null }), { code: 'connection-state', detail: /No test sign-in/ })
  t.throws(() => checkPromotable(null), { code: 'connection-state', detail: /No settings are waiting/ })
})

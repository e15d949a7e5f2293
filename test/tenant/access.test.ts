import t from 'tap'
import { checkConstraints, checkSession } from '../../src/tenant/access.ts'
import type { ConnectionState } from '../../src/tenant/connection.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import { sessionEnd } from '../../src/tenant/sign-in.ts'
import { acme, ada, adaSession, after, door, idOf } from './acme.ts'

const at = (seconds: number, changes: Partial<LiveSession> = {}) => () => checkSession({ ...adaSession, ...changes }, after(seconds))
const inState = (state: ConnectionState, pilotEmails: readonly string[] = []): Partial<LiveSession> => ({ connection: { ...door, state, pilotEmails } })
const signIn = { ...adaSession.signIn, expiresAt: after(100) }

void t.test('a session passes until the second in which it ends', async t => {
  t.doesNotThrow(at(0))
  t.doesNotThrow(at(3599.999))
  t.doesNotThrow(at(99.999, { signIn }))
  t.doesNotThrow(at(7199, { lastSeenAt: after(3600) }), 'whoever is seen stays')
})

const refused: ReadonlyArray<readonly [rule: string, code: string, seconds: number, changes?: Partial<LiveSession>]> = [
  ['a session that nobody used for its idle time has ended', 'session-expired', 3600],
  ['and does not come back', 'session-expired', 1_000_000],
  ['no use moves the absolute end', 'session-expired', 100, { signIn, lastSeenAt: after(100) }],
  ['an idle time of the session’s own counts', 'session-expired', 15, { idleSeconds: 15 }],
  ['a shorter idle time of the tenant counts at once', 'session-expired', 20, { tenant: { ...acme, sessionIdleSeconds: 20 } }],
  ['so does a shorter lifetime', 'session-expired', 30, { tenant: { ...acme, sessionLifetimeSeconds: 30 }, lastSeenAt: after(29) }],
  ['a suspended member is refused at the next check', 'member-suspended', 0, { member: { ...ada, status: 'suspended' } }],
  ['so is everybody of a tenant without single sign-on', 'sso-not-entitled', 0, { tenant: { ...acme, ssoEntitled: false } }],
  ['a retired connection ends its sessions', 'connection-retired', 0, inState('retired')],
  ['so does one that went back to verified', 'connection-not-live', 0, inState('verified')],
  ['so does one that went back to draft', 'connection-not-live', 0, inState('draft')],
  ['somebody taken off the list of a pilot is out of it', 'pilot-only', 0, inState('pilot', ['bob@acme.test'])],
  ['what has ended is said to have ended, whatever else is wrong', 'session-expired', 3600, { member: { ...ada, status: 'suspended' }, tenant: { ...acme, ssoEntitled: false }, ...inState('retired') }]
]

for (const [rule, code, seconds, changes] of refused) {
  void t.test(rule, async t => {
    t.throws(at(seconds, changes), { name: 'TenantRefusal', code })
  })
}

void t.test('sessions of a pilot’s own people and of invited members go on', async t => {
  t.doesNotThrow(at(0, inState('pilot', ['ada@acme.test'])))
  t.doesNotThrow(at(0, { member: { ...ada, status: 'invited' } }))
})

void t.test('a session ends when its idle time does, and at the end of the sign-in at the latest', async t => {
  t.strictSame(sessionEnd(adaSession), after(3600))
  t.strictSame(sessionEnd({ ...adaSession, lastSeenAt: after(10) }), after(3610))
  t.strictSame(sessionEnd({ ...adaSession, signIn }), after(100))
})

void t.test('longer limits of the tenant do not stretch a session that was promised less', async t => {
  const generous = { ...acme, sessionIdleSeconds: 86_400, sessionLifetimeSeconds: 864_000 }
  t.strictSame(sessionEnd({ ...adaSession, tenant: generous }), sessionEnd(adaSession))
})

void t.test('the end that is told is the end that is kept', async t => {
  for (const changes of [{}, { signIn }, { idleSeconds: 15 }, { lastSeenAt: after(43000) }]) {
    const end = (sessionEnd({ ...adaSession, ...changes }).getTime() - after(0).getTime()) / 1000
    t.throws(at(end, changes), { code: 'session-expired' })
    t.doesNotThrow(at(end - 0.001, changes))
  }
})

void t.test('without constraints everybody who is signed in passes', async t => {
  t.doesNotThrow(() => checkConstraints(adaSession, { roles: [], tenant: null }))
})

void t.test('one of the wanted roles is enough', async t => {
  t.doesNotThrow(() => checkConstraints(adaSession, { roles: ['owner', 'admin'], tenant: null }))
  for (const roles of [['owner'], ['Admin'], ['adm'], [''], ['admin '], ['__proto__']]) {
    t.throws(() => checkConstraints(adaSession, { roles, tenant: null }), { name: 'TenantRefusal', code: 'role-missing' }, roles.join())
  }
  t.throws(() => checkConstraints({ ...adaSession, member: { ...ada, roles: [] } }, { roles: ['admin'], tenant: null }), { code: 'role-missing' })
})

void t.test('a tenant may be named by id or slug, and another one never passes', async t => {
  t.doesNotThrow(() => checkConstraints(adaSession, { roles: ['admin'], tenant: 'acme' }))
  t.doesNotThrow(() => checkConstraints(adaSession, { roles: [], tenant: acme.id }))
  for (const tenant of ['globex', '', 'ACME', 'acm', 'acme2', idOf('tnt', 1), 'Acme', '__proto__']) {
    t.throws(() => checkConstraints(adaSession, { roles: ['admin'], tenant }), { name: 'TenantRefusal', code: 'tenant-mismatch' }, tenant)
  }
})

void t.test('of a wrong tenant and a missing role the tenant is told', async t => {
  t.throws(() => checkConstraints(adaSession, { roles: ['owner'], tenant: 'globex' }), { code: 'tenant-mismatch' })
})

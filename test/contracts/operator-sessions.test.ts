// What do the operator's pages rely on when somebody has signed in to them?
import t from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import { createApiKeys } from '../../src/postgres/api-keys.ts'
import { createExpired } from '../../src/postgres/expired.ts'
import { createOperatorSessions } from '../../src/postgres/operator-sessions.ts'
import type { ApiKey } from '../../src/tenant/api-key.ts'
import type { ApiKeyId } from '../../src/tenant/id.ts'
import type { OperatorSession } from '../../src/tenant/operator-session.ts'
import { openFreshDatabase } from '../postgres/fresh-database.ts'
import { after, now } from './cast.ts'

const key: ApiKey = { id: 'apk-one' as ApiKeyId, name: 'Support', scopes: ['support'], expiresAt: after(600), createdAt: now, createdBy: 'operator', lastUsedAt: null }
const sessionOf = (name: string, more: Partial<OperatorSession> = {}): OperatorSession => ({ idHash: hashOf(name), keyId: key.id, tokenHash: null, createdAt: now, lastSeenAt: now, expiresAt: after(28_800), ...more })

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const { db, raw } = await openFreshDatabase(test)
  const apiKeys = createApiKeys(db)
  await apiKeys.save(key, hashOf('key'))
  return { raw, apiKeys, sessions: createOperatorSessions(db), expired: createExpired(db) }
}

void t.test('a session comes back as it was, with its key as that is now', async t => {
  const { sessions } = await open(t)
  t.equal(await sessions.save(sessionOf('a')), true)
  t.strictSame(await sessions.find(hashOf('a')), { session: sessionOf('a'), apiKey: key })
  const bootstrap = sessionOf('b', { keyId: null, tokenHash: hashOf('b and the token') })
  await sessions.save(bootstrap)
  t.strictSame(await sessions.find(hashOf('b')), { session: bootstrap, apiKey: null })
  t.equal(await sessions.find(hashOf('c')), null)
})

void t.test('a key that is revoked takes its sessions with it, and opens no other', async t => {
  const { sessions, apiKeys, raw } = await open(t)
  await sessions.save(sessionOf('a'))
  await apiKeys.remove(key.id)
  t.equal(await sessions.find(hashOf('a')), null)
  t.equal(await sessions.save(sessionOf('late')), false)
  t.strictSame(await raw('select * from operator_sessions'), [])
})

void t.test('a session stands on a key or on the token of the environment, never on both or on nothing', async t => {
  const { sessions } = await open(t)
  await t.rejects(sessions.save(sessionOf('both', { tokenHash: hashOf('x') })))
  await t.rejects(sessions.save(sessionOf('nothing', { keyId: null })))
})

void t.test('the last use moves forward and never back, and what is removed is gone', async t => {
  const { sessions } = await open(t)
  await sessions.save(sessionOf('a'))
  await sessions.touch(hashOf('a'), after(120))
  await sessions.touch(hashOf('a'), after(60))
  t.match(await sessions.find(hashOf('a')), { session: { lastSeenAt: after(120).toISOString() } })
  await sessions.remove(hashOf('a'))
  t.equal(await sessions.find(hashOf('a')), null)
})

void t.test('a form is sent for the first time once, in each session, and never without one', async t => {
  const { sessions } = await open(t)
  await sessions.save(sessionOf('a'))
  await sessions.save(sessionOf('b'))
  t.strictSame((await Promise.all([1, 2, 3].map(async () => await sessions.useForm(hashOf('a'), 'one')))).sort(), [false, false, true])
  t.equal(await sessions.useForm(hashOf('a'), 'two'), true)
  t.equal(await sessions.useForm(hashOf('b'), 'one'), true)
  t.equal(await sessions.useForm(hashOf('c'), 'one'), false)
})

void t.test('the sweep takes sessions of operators at their absolute end', async t => {
  const { sessions, expired } = await open(t)
  await sessions.save(sessionOf('a'))
  t.equal(await expired.removeOperatorSessions(after(28_800), 10), 0)
  t.equal(await expired.removeOperatorSessions(after(28_801), 10), 1)
})

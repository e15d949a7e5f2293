import t from 'tap'
import { type ApiKey, operatorBy } from '../../src/tenant/api-key.ts'
import type { ApiKeyId } from '../../src/tenant/id.ts'
import { isOver, OPERATOR_IDLE_SECONDS, OPERATOR_LIFETIME_SECONDS } from '../../src/tenant/operator-session.ts'

const now = new Date('2026-11-21T09:00:00.000Z')
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)

void t.test('an operator is signed in for half an hour after the last click, and for eight hours in all', async t => {
  t.equal(OPERATOR_IDLE_SECONDS, 1800)
  t.equal(OPERATOR_LIFETIME_SECONDS, 28_800)
  const session = { lastSeenAt: now, expiresAt: after(2000) }
  t.equal(isOver(session, after(1799)), false)
  t.equal(isOver(session, after(1800)), true)
  t.equal(isOver({ ...session, lastSeenAt: after(1999) }, after(1999)), false)
  t.equal(isOver({ ...session, lastSeenAt: after(1999) }, after(2000)), true)
})

void t.test('a key stands for its operator until it expires', async t => {
  const key: ApiKey = { id: 'apk-one' as ApiKeyId, name: 'Support', scopes: ['support'], expiresAt: after(60), createdAt: now, createdBy: 'operator', lastUsedAt: null }
  t.strictSame(operatorBy(key, after(59)), { actor: 'apk-one', name: 'Support', scopes: ['support'] })
  t.equal(operatorBy(key, after(60)), null)
  t.not(operatorBy({ ...key, expiresAt: null }, after(1e9)), null)
})

// What may whoever holds a setup link do, and for how long?
import t from 'tap'
import type { Connection, ConnectionState } from '../../src/tenant/connection.ts'
import type { ConnectionId, SetupLinkId, TenantId } from '../../src/tenant/id.ts'
import { checkDeed, checkOpenable, checkSetupSession, connectionToSetUp, isLocked, type SetupDeed, type SetupLink, setupLinkState } from '../../src/tenant/setup-link.ts'

const now = new Date('2026-11-21T09:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const link: SetupLink = {
  id: 'lnk-acme' as SetupLinkId, tenantId: 'tnt-acme' as TenantId, part: 'all', mayChangeLive: false, connectionId: null, parentId: null, email: null, createdBy: 'operator', createdAt: now, expiresAt: later(60), openedAt: null, revokedAt: null
}

void t.test('a link opens once, before it expires, unless it was revoked', async t => {
  t.equal(checkOpenable(link, later(59)), link)
  const refusals: ReadonlyArray<readonly [SetupLink | null, number, string]> = [
    [null, 0, 'setup-link-unknown'],
    [link, 60, 'setup-link-expired'],
    [{ ...link, openedAt: now }, 0, 'setup-link-opened'],
    [{ ...link, openedAt: now }, 600, 'setup-link-opened'],
    [{ ...link, revokedAt: now }, 0, 'setup-link-revoked'],
    [{ ...link, openedAt: now, revokedAt: now }, 600, 'setup-link-revoked']
  ]
  for (const [found, seconds, code] of refusals) t.throws(() => checkOpenable(found, later(seconds)), { code })
})

void t.test('where a link stands is one word', async t => {
  t.equal(setupLinkState(link, now), 'waiting')
  t.equal(setupLinkState(link, later(60)), 'expired')
  t.equal(setupLinkState({ ...link, openedAt: now }, later(600)), 'opened')
  t.equal(setupLinkState({ ...link, openedAt: now, revokedAt: now }, now), 'revoked')
})

void t.test('a setup goes on until its time is over or its link is revoked', async t => {
  const found = { session: { idHash: 'h', connectionId: null, expiresAt: later(60) }, link: { ...link, openedAt: now } }
  t.equal(checkSetupSession(found, later(59)), found)
  t.equal(checkSetupSession({ ...found, link: { ...found.link, expiresAt: now } }, later(59)).session, found.session, 'the link may have expired since it was opened')
  t.throws(() => checkSetupSession(found, later(60)), { code: 'setup-session-over' })
  t.throws(() => checkSetupSession({ ...found, link: { ...found.link, revokedAt: now } }, now), { code: 'setup-session-over' })
  t.throws(() => checkSetupSession(null, now), { code: 'setup-session-over' })
})

const deeds: readonly SetupDeed[] = ['enter', 'look', 'see-domains', 'test', 'change-connection', 'change-domains', 'hand-over']
const allowed = (of: Pick<SetupLink, 'part' | 'mayChangeLive'>, state: ConnectionState | null, code: string) => deeds.filter(deed => {
  try {
    checkDeed(of, state === null ? null : { state }, deed)
    return true
  } catch (error) {
    t.match(error, { code })
    return false
  }
})

void t.test('a link for all of it does everything, but changes nothing that people sign in through', async t => {
  for (const state of [null, 'draft', 'verified', 'retired'] as const) t.strictSame(allowed(link, state, ''), deeds)
  for (const state of ['pilot', 'live'] as const) {
    t.strictSame(allowed(link, state, 'setup-live-locked'), ['enter', 'look', 'see-domains', 'test'])
    t.ok(isLocked(link, { state }))
    t.strictSame(allowed({ ...link, mayChangeLive: true }, state, ''), deeds)
  }
  t.notOk(isLocked(link, null))
})

void t.test('a link for the domains does those, whatever stands beside them', async t => {
  for (const state of [null, 'draft', 'live'] as const) t.strictSame(allowed({ part: 'domains', mayChangeLive: false }, state, 'setup-part-only'), ['enter', 'see-domains', 'change-domains'])
  t.strictSame(allowed({ part: 'domains', mayChangeLive: true }, 'live', 'setup-part-only'), ['enter', 'see-domains', 'change-domains'])
})

void t.test('a setup is about the connection that its link names, else goes on with the newest', async t => {
  const connections = (['retired', 'live', 'draft', 'retired'] as const).map((state, place): Pick<Connection, 'id' | 'state'> => ({ id: `con-${place}` as ConnectionId, state }))
  t.equal(connectionToSetUp(connections, null)?.id, 'con-2')
  t.equal(connectionToSetUp(connections, 'con-1' as ConnectionId)?.id, 'con-1')
  t.equal(connectionToSetUp(connections, 'con-of-another-tenant' as ConnectionId), null)
  t.equal(connectionToSetUp(connections.slice(0, 1), null), null)
  t.equal(connectionToSetUp([], null), null)
})

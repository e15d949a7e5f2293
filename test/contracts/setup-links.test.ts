// What does the setup rely on when a link is opened, handed on and revoked?
import t from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import { createExpired } from '../../src/postgres/expired.ts'
import { createSetupLinks } from '../../src/postgres/setup-links.ts'
import type { SetupLinkId } from '../../src/tenant/id.ts'
import type { SetupLink } from '../../src/tenant/setup-link.ts'
import { openFreshDatabase, openStores } from '../postgres/fresh-database.ts'
import { acme, acmeOkta, after, globex, now, setTheScene } from './cast.ts'

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  const stores = openStores(database)
  await setTheScene(stores)
  return { ...stores, links: createSetupLinks(database.db), expired: createExpired(database.db), raw: database.raw }
}

const linkOf = (name: string, more: Partial<SetupLink> = {}): SetupLink => ({
  id: `lnk-${name}` as SetupLinkId, tenantId: acme.id, part: 'all', mayChangeLive: false, connectionId: null, parentId: null, email: 'ada@acme.test', createdBy: 'operator', createdAt: now, expiresAt: after(600), openedAt: null, revokedAt: null, ...more
})
const sessionOf = (name: string, more: object = {}) => ({ idHash: hashOf(`browser of ${name}`), connectionId: null, expiresAt: after(9000), ...more })
const token = (name: string) => hashOf(`token of ${name}`)

void t.test('a link is found by the hash of its token, and comes back as it was', async t => {
  const { links } = await open(t)
  const link = linkOf('one', { mayChangeLive: true, connectionId: acmeOkta.id, part: 'domains', email: null })
  t.equal(await links.save(link, token('one')), true)
  t.strictSame(await links.findByToken(token('one')), link)
  t.equal(await links.findByToken(token('other')), null)
  t.strictSame(await links.list(acme.id), [link])
  t.strictSame(await links.list(globex.id), [])
})

void t.test('a link opens once: of two at the same moment one gets it', async t => {
  const { links, raw } = await open(t)
  await links.save(linkOf('one'), token('one'))
  const results = await Promise.all(['a', 'b', 'c'].map(async name => await links.open(token('one'), sessionOf(name), after(1))))
  t.match(results.filter(result => result !== null), [{ id: 'lnk-one', openedAt: after(1).toISOString() }])
  t.equal((await raw('select * from setup_sessions')).length, 1)
  t.equal(await links.open(token('one'), sessionOf('d'), after(2)), null)
})

void t.test('neither an expired nor a revoked nor an unknown link opens', async t => {
  const { links, raw } = await open(t)
  await links.save(linkOf('late'), token('late'))
  await links.save(linkOf('revoked'), token('revoked'))
  await links.revoke(acme.id, 'lnk-revoked', now)
  t.equal(await links.open(token('late'), sessionOf('a'), after(600)), null)
  t.equal(await links.open(token('revoked'), sessionOf('b'), now), null)
  t.equal(await links.open(token('unknown'), sessionOf('c'), now), null)
  t.strictSame(await raw('select * from setup_sessions'), [])
})

void t.test('a setup is found with its link, and keeps which connection it is about', async t => {
  const { links } = await open(t)
  await links.save(linkOf('one'), token('one'))
  await links.open(token('one'), sessionOf('a'), after(1))
  t.match(await links.findSession(sessionOf('a').idHash), { session: sessionOf('a'), link: { id: 'lnk-one', tenantId: acme.id, openedAt: after(1).toISOString() } })
  await links.keepConnection(acme.id, sessionOf('a').idHash, acmeOkta.id)
  t.match(await links.findSession(sessionOf('a').idHash), { session: { connectionId: acmeOkta.id } })
  await links.keepConnection(globex.id, sessionOf('a').idHash, acmeOkta.id)
  t.equal(await links.findSession(sessionOf('b').idHash), null)
})

void t.test('a setup cannot be about a connection of another tenant', async t => {
  const { links } = await open(t)
  await links.save(linkOf('one', { tenantId: globex.id }), token('one'))
  await t.rejects(links.open(token('one'), sessionOf('a', { connectionId: acmeOkta.id }), now))
  await t.rejects(links.save(linkOf('two', { tenantId: globex.id, connectionId: acmeOkta.id }), token('two')))
  await links.save(linkOf('mine'), token('mine'))
  t.equal(await links.save(linkOf('child', { tenantId: globex.id, parentId: 'lnk-mine' as SetupLinkId }), token('child')), false)
})

void t.test('revoking ends the link, what it has opened, and what was handed on from it, of its own tenant only', async t => {
  const { links } = await open(t)
  await links.save(linkOf('one'), token('one'))
  await links.save(linkOf('child', { parentId: 'lnk-one' as SetupLinkId, part: 'domains' }), token('child'))
  await links.save(linkOf('other'), token('other'))
  for (const name of ['one', 'child', 'other']) await links.open(token(name), sessionOf(name), now)
  t.equal(await links.revoke(globex.id, 'lnk-one', now), false)
  t.equal(await links.revoke(acme.id, 'lnk-one', after(5)), true)
  t.equal(await links.revoke(acme.id, 'lnk-one', after(6)), false)
  for (const name of ['one', 'child']) t.equal(await links.findSession(sessionOf(name).idHash), null)
  t.not(await links.findSession(sessionOf('other').idHash), null)
  t.match(await links.findByToken(token('child')), { revokedAt: after(5).toISOString() })
  t.equal(await links.save(linkOf('late-child', { parentId: 'lnk-one' as SetupLinkId }), token('late-child')), false, 'nothing is handed on any more')
})

void t.test('a new link for a colleague ends the one that nobody has opened', async t => {
  const { links } = await open(t)
  await links.save(linkOf('one'), token('one'))
  for (const name of ['waiting', 'opened']) await links.save(linkOf(name, { parentId: 'lnk-one' as SetupLinkId }), token(name))
  await links.open(token('opened'), sessionOf('a'), now)
  await links.revokeWaitingChildren(acme.id, 'lnk-one' as SetupLinkId, after(1))
  t.match(await links.findByToken(token('waiting')), { revokedAt: after(1).toISOString() })
  t.match(await links.findByToken(token('opened')), { revokedAt: null })
})

void t.test('the sweep takes setups that are over, and links with what hangs on them', async t => {
  const { links, expired, raw } = await open(t)
  await links.save(linkOf('one'), token('one'))
  await links.save(linkOf('child', { parentId: 'lnk-one' as SetupLinkId }), token('child'))
  await links.open(token('one'), sessionOf('a'), now)
  t.equal(await expired.removeSetupSessions(after(9000), 10), 0)
  t.equal(await expired.removeSetupSessions(after(9001), 10), 1)
  t.equal(await expired.removeSetupLinks(after(600), 10), 0)
  t.ok(await expired.removeSetupLinks(after(601), 10) >= 1)
  t.strictSame(await raw('select * from setup_links'), [])
})

void t.test('only what somebody has seen is changed', async t => {
  const { connections } = await open(t)
  const seen = await connections.find(acme.id, acmeOkta.id)
  t.equal(await connections.change(acme.id, acmeOkta.id, { clientId: 'x' }, now, (seen?.version ?? 0) + 1), null)
  t.match(await connections.change(acme.id, acmeOkta.id, { clientId: 'y' }, now, seen?.version), { clientId: 'y' })
  t.equal(await connections.change(acme.id, acmeOkta.id, { clientId: 'z' }, now, seen?.version), null)
})

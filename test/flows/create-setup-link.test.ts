// Is a link made only while the one that it hangs on holds?
import t from 'tap'
import { createSetupLink } from '../../src/flows/create-setup-link.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import type { SetupLinkId } from '../../src/tenant/id.ts'
import { acme, after, now } from '../contracts/cast.ts'
import { createRandom } from '../world/randomness.ts'

const wanted = { tenantId: acme.id, part: 'all' as const, mayChangeLive: false, connectionId: null, parentId: null, email: null, createdBy: 'operator', address: '192.0.2.7', lifetimeSeconds: 60 }

void t.test('a link is kept under the hash of its token, and the audit log knows of it and not of the token', async t => {
  const saved: unknown[] = []
  const events: unknown[] = []
  const create = createSetupLink({ together: async work => await work({ setupLinks: { save: async (...link) => { saved.push(link); return true } }, events: { save: async event => { events.push(event) } } }), now: () => now, random: createRandom('links') })
  const { link, token } = await create(wanted)
  t.match(link, { id: /^lnk-/, expiresAt: after(60).toISOString(), openedAt: null, revokedAt: null })
  t.strictSame(saved, [[link, hashOf(token.reveal())]])
  t.match(events, [{ type: 'setup-link.created', actor: 'operator', address: '192.0.2.7', subject: link.id }])
  t.notOk(JSON.stringify([events, link]).includes(token.reveal()))
  t.not((await create(wanted)).token.reveal(), token.reveal())
})

void t.test('a link that hangs on a revoked one is not made, and not written down', async t => {
  const events: unknown[] = []
  const create = createSetupLink({ together: async work => await work({ setupLinks: { save: async () => false }, events: { save: async event => { events.push(event) } } }), now: () => now, random: createRandom('links') })
  await t.rejects(create({ ...wanted, parentId: 'lnk-parent' as SetupLinkId }), { code: 'setup-session-over' })
  t.strictSame(events, [])
})

// Is anything changed through the API of which no event tells? Not even where the event cannot be written: then the change is undone with it.
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
import { refuseEvents } from './refused-events.ts'
import { signIn } from './signing-in.ts'
import { openOrg, openWorld } from './world.ts'

const clock = createClock(new Date())
const ada = 'ada@acme.test'
const org = await openOrg(t, clock, 'acme', [ada])
const world = await openWorld(t, [org.url], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme Corp', domains: ['acme.test'], org, members: [{ email: ada, name: 'Ada Acme' }, { email: 'bob@acme.test', name: 'Bob Acme' }] })
await made(world.gateway, '/tenants/acme/domains', { domain: 'acme.example' })
const draft = await made(world.gateway, '/tenants/acme/connections', { oktaDomain: 'draft.okta.com', clientId: 'draft', clientSecret: 'draft' })
const key = await made(world.gateway, '/api-keys', { name: 'Nightly', scopes: ['read'] })
await made(world.gateway, '/apps', { slug: 'orders', name: 'Orders', audience: 'https://orders.test' })
const adaId = acme.members.get(ada) ?? ''
const bobId = acme.members.get('bob@acme.test') ?? ''
await made(world.gateway, `/tenants/acme/members/${bobId}/invitations`, {})
await signIn(world, world.browser(), ada)
const { body: identities } = await world.gateway.api('GET', `/tenants/acme/members/${adaId}/identities`)
const [identity] = identities['items'] as { id: string }[]
const [session] = await world.sql('select id from sign_ins')
const refused = await refuseEvents(world)

const connection = `/tenants/acme/connections/${acme.connection}`
const drafted = `/tenants/acme/connections/${String(draft['id'])}`
const changes: ReadonlyArray<readonly [type: string, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object]> = [
  ['app.created', 'POST', '/apps', { slug: 'bills', name: 'Bills', audience: 'https://bills.test' }],
  ['app.changed', 'PATCH', '/apps/orders', { name: 'Orders 2' }],
  ['app.deleted', 'DELETE', '/apps/orders'],
  ['tenant.created', 'POST', '/tenants', { slug: 'globex', name: 'Globex' }],
  ['tenant.changed', 'PATCH', '/tenants/acme', { name: 'Acme 2' }],
  ['tenant.deleted', 'DELETE', '/tenants/acme'],
  ['domain.claimed', 'POST', '/tenants/acme/domains', { domain: 'acme.org' }],
  ['domain.verified', 'POST', '/tenants/acme/domains/acme.example/verify', { provenance: 'operator' }],
  ['domain.deleted', 'DELETE', '/tenants/acme/domains/acme.test'],
  ['connection.created', 'POST', '/tenants/acme/connections', { oktaDomain: 'other.okta.com', clientId: 'other', clientSecret: 'other', clientSecretExpiresAt: '2099-01-01T00:00:00Z' }],
  ['connection.changed', 'PATCH', drafted, { clientId: 'another', clientSecret: 'another', clientSecretExpiresAt: '2099-01-01T00:00:00Z' }],
  ['connection.changed', 'PATCH', drafted, { clientSecretExpiresAt: '2099-01-01T00:00:00Z' }],
  ['connection.shadow-changed', 'PATCH', connection, { clientId: 'another' }],
  ['connection.deleted', 'DELETE', drafted],
  ['member.created', 'POST', '/tenants/acme/members', { email: 'eve@acme.test', name: 'Eve Acme' }],
  ['member.changed', 'PATCH', `/tenants/acme/members/${bobId}`, { name: 'Bob 2' }],
  ['member.invitation-withdrawn', 'DELETE', `/tenants/acme/members/${bobId}/invitations`],
  ['member.deleted', 'DELETE', `/tenants/acme/members/${bobId}`],
  ['sign-in.ended', 'DELETE', `/sessions/${String(session?.['id'])}`],
  ['identity.unlinked', 'DELETE', `/tenants/acme/members/${adaId}/identities/${identity?.id}`],
  ['api-key.created', 'POST', '/api-keys', { name: 'Hourly', scopes: ['read'] }],
  ['api-key.revoked', 'DELETE', `/api-keys/${String(key['id'])}`]
]

for (const [type, method, path, body] of changes) {
  void t.test(`${type}, ${method} ${path.split('/').slice(-2).join('/')}: without its event it has not been`, async t => {
    const { answer, before, after } = await refused(type, async () => await world.gateway.api(method, path, body))
    t.equal(answer.status, 503)
    t.strictSame(after, before)
  })
}

void t.test('the same changes are made where their events can be written', async t => {
  for (const [type, method, path, body] of changes.toSorted(([, one], [, other]) => Number(one === 'DELETE') - Number(other === 'DELETE')).toSorted(([one], [other]) => Number(one === 'tenant.deleted') - Number(other === 'tenant.deleted'))) {
    const { status } = await world.gateway.api(method, path, body)
    t.ok(status < 300, `${type}: ${status}`)
  }
})

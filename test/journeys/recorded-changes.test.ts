// Is anything changed through the API of which no event tells? Not even where the event cannot be written: then the change is undone with it.
import t from 'tap'
import { createClock } from '../world/clock.ts'
import { createTenancy, made } from '../world/tenancy.ts'
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
await world.sql("create function refuse_events () returns trigger language plpgsql as $$ begin raise exception 'full' using errcode = 'disk_full'; end $$")

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
    const before = await everyRow()
    await world.sql(`create trigger refused before insert on events for each row when (new.type = '${type}') execute function refuse_events()`)
    const refused = await world.gateway.api(method, path, body)
    await world.sql('drop trigger refused on events')
    t.equal(refused.status, 503)
    t.strictSame(await everyRow(), before)
  })
}

void t.test('the same changes are made where their events can be written', async t => {
  for (const [type, method, path, body] of changes.toSorted(([, one], [, other]) => Number(one === 'DELETE') - Number(other === 'DELETE')).toSorted(([one], [other]) => Number(one === 'tenant.deleted') - Number(other === 'tenant.deleted'))) {
    const { status } = await world.gateway.api(method, path, body)
    t.ok(status < 300, `${type}: ${status}`)
  }
})

/** Of all tables but that of the events, as text. */
async function everyRow (): Promise<Record<string, string>> {
  const tables = await world.sql("select table_name as name from information_schema.tables where table_schema = 'public' and table_name <> 'events' order by 1")
  const rows: Record<string, string> = {}
  for (const { name } of tables) {
    const [all] = await world.sql(`select coalesce(jsonb_agg(r order by r::text), '[]')::text as text from ${String(name)} r`)
    rows[String(name)] = String(all?.['text'])
  }
  return rows
}

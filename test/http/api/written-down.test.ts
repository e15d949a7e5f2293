// What if it cannot be written down who did something? Then it is not done: no key, no suspension, no move without the event that tells of it.
import t from 'tap'
import { openOperator } from './operator.ts'

const operator = await openOperator(t)
const { ask, make, database, everything, events, clock } = operator
await make('/tenants', { slug: 'acme', name: 'Acme' })
const connection = String((await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7', clientSecret: 'a-secret-of-acme' })).at('id'))
const member = String((await make('/tenants/acme/members', { email: 'ada@acme.test' })).at('id'))
const at = `/tenants/acme/connections/${connection}`
const link = String((await make('/tenants/acme/setup-links', {})).at('id'))
await database.raw(`insert into sign_ins (id, tenant_id, member_id, connection_id, issuer, subject, auth_time, amr, created_at, expires_at)
  select 'sin-ada', tenant_id, $1, id, issuer, 'ada', $2, '{}', $2, $2::timestamptz + interval '1 hour' from connections`, [member, clock.now()])

const deeds: ReadonlyArray<readonly [type: string, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object]> = [
  ['connection.verified', 'POST', `${at}/verify`, { provenance: 'operator' }],
  ['connection.pilot-opened', 'POST', `${at}/pilot`, { emails: ['ada@acme.test'] }],
  ['connection.go-live-scheduled', 'POST', `${at}/go-live`, { at: new Date(clock.now().getTime() + 60_000).toISOString() }],
  ['connection.went-live', 'POST', `${at}/go-live`, {}],
  ['connection.rolled-back', 'POST', `${at}/rollback`, {}],
  ['connection.retired', 'POST', `${at}/retire`, {}],
  ['member.sessions-ended', 'DELETE', `/tenants/acme/members/${member}/sessions`],
  ['member.changed', 'PATCH', `/tenants/acme/members/${member}`, { status: 'suspended' }],
  ['signing-key.created', 'POST', '/signing-keys/rotate', { emergency: true }],
  ['setup-link.created', 'POST', '/tenants/acme/setup-links', {}],
  ['setup-link.revoked', 'DELETE', `/tenants/acme/setup-links/${link}`]
]

const all = async () => `${await everything()} ${JSON.stringify(await database.raw('select * from setup_links order by id'))} ${JSON.stringify(await database.raw('select * from notices order by occasion'))}`

for (const [type, method, path, body] of deeds) {
  void t.test(`${type}: it is done and written down, or neither`, async t => {
    const before = await all()
    await database.raw('alter table events add constraint refuses check (false) not valid')
    t.equal((await ask(method, path, body)).status, 500)
    t.equal(await all(), before)
    await database.raw('alter table events drop constraint refuses')
    const told = async () => (await events()).filter(event => event['type'] === type).length
    const already = await told()
    t.ok((await ask(method, path, body)).status < 300)
    t.equal(await told(), already + 1)
    t.not(await all(), before)
  })
}

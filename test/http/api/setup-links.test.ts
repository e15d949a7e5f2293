// How does an operator let a customer's Okta admin in?
import t from 'tap'
import { openOperator } from './operator.ts'

void t.test('A link is told once, with how long it can be opened, and kept as a hash', async t => {
  const { ask, make, database, said, events } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const made = await ask('POST', '/tenants/acme/setup-links', { email: ' Ada@acme.test' })
  t.equal(made.status, 201)
  t.match(made.body, { id: /^lnk-/, url: /^https:\/\/login\.northwind\.test\/auth\/setup\/[\w-]{43}$/, part: 'all', mayChangeLive: false, connection: null, state: 'waiting', createdBy: 'operator', openedAt: null, revokedAt: null })
  t.equal(new Date(String(made.at('expiresAt'))).getTime() - new Date(String(made.at('createdAt'))).getTime(), 7 * 86_400_000)
  const token = String(made.at('url')).slice(-43)
  t.notOk(JSON.stringify(await database.raw('select * from setup_links')).includes(token))
  const list = await ask('GET', '/tenants/acme/setup-links')
  t.match(list.body, { items: [{ id: made.at('id') }], next: null })
  t.notOk(list.text.includes('url'))
  t.equal(said.filter(text => text.includes(token)).length, 1)
  t.match((await events()).filter(({ type }) => type === 'setup-link.created'), [{ actor: 'operator', subject: made.at('id') }])
  t.notOk(JSON.stringify(await events()).includes(token))
})

void t.test('A link is mailed to whom it is for, if somebody wants that', async t => {
  const { ask, make, mailed } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  t.match((await make('/tenants/acme/setup-links', { email: 'ada@acme.test' })).body, { mailed: false })
  t.same(mailed, [])
  const made = await make('/tenants/acme/setup-links', { email: ' Ada@ACME.test', part: 'domains', mail: true })
  t.equal(made.at('mailed'), true)
  t.match(mailed, [{ to: 'ada@acme.test', company: 'Acme', url: made.at('url'), part: 'domains' }])
  t.match((await ask('POST', '/tenants/acme/setup-links', { mail: true })).body, { status: 400, code: 'validation-failed', errors: [{ path: '/email' }] })
  t.equal(mailed.length, 1)
})

void t.test('A link may be for the domains only, about one connection, or allowed to change what is live', async t => {
  const { ask, make } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const connection = (await make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1', clientSecret: 'secret-0123456789' })).at('id')
  t.match((await ask('POST', '/tenants/acme/setup-links', { part: 'domains', mayChangeLive: true, connection, expiresInSeconds: 60 })).body, { part: 'domains', mayChangeLive: true, connection })
  for (const body of [{ part: 'everything' }, { expiresInSeconds: 59 }, { expiresInSeconds: 2_592_001 }, { email: 'ada' }, { token: 'mine' }]) t.equal((await ask('POST', '/tenants/acme/setup-links', body)).status, 400, JSON.stringify(body))
  t.equal((await ask('POST', '/tenants/acme/setup-links', { connection: 'con-23456789abcdefghijkm' })).status, 404)
})

void t.test('A link says where it stands, and can be revoked once', async t => {
  const { ask, make, clock, events } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const id = String((await make('/tenants/acme/setup-links', { expiresInSeconds: 60 })).at('id'))
  clock.advance(60)
  t.equal((await ask('GET', '/tenants/acme/setup-links')).at('items.0.state'), 'expired')
  t.equal((await ask('DELETE', `/tenants/acme/setup-links/${id}`)).status, 204)
  t.equal((await ask('GET', '/tenants/acme/setup-links')).at('items.0.state'), 'revoked')
  t.equal((await ask('DELETE', `/tenants/acme/setup-links/${id}`)).status, 404)
  t.equal((await events()).filter(({ type }) => type === 'setup-link.revoked').length, 1)
})

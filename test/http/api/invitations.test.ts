// Can an operator invite somebody, and take it back?
import t from 'tap'
import { hashOf } from '../../../src/oidc/hash.ts'
import { openOperator } from './operator.ts'
import { settle } from './signed-in.ts'

void t.test('An invitation is a link that is shown once, good for seven days, and kept as a hash', async t => {
  const operator = await openOperator(t)
  const { member, tenant } = await settle(operator, 'acme', 'ada@acme.test')
  const answer = await operator.ask('POST', `/tenants/acme/members/${member}/invitations`)
  t.equal(answer.status, 201)
  const url = String(answer.at('url'))
  t.match(url, /^https:\/\/login\.northwind\.test\/auth\/invitation\/[A-Za-z0-9_-]{43}$/)
  t.strictSame(answer.body, { url, expiresAt: new Date(operator.clock.now().getTime() + 7 * 86_400_000).toISOString(), mailed: false })
  t.equal(answer.headers['cache-control'], 'no-store')
  const token = url.slice(-43)
  const rows = JSON.stringify(await operator.database.raw('select * from invitations'))
  t.notOk(rows.includes(token))
  t.ok(rows.includes(hashOf(token)))
  t.match((await operator.events()).at(-1), { type: 'member.invited', tenant_id: tenant, actor: 'operator', subject: member, details: { invitation: /^inv-/, mailed: false } })
  t.notOk(JSON.stringify(await operator.events()).includes(token), 'the audit log does not have it')
  t.notOk(operator.log.join('').includes(token), 'nor does the log')
  t.same(operator.mailed, [])
})

void t.test('A second one takes the place of the first', async t => {
  const operator = await openOperator(t)
  const { member } = await settle(operator, 'acme', 'ada@acme.test')
  const [first, second] = [await operator.make(`/tenants/acme/members/${member}/invitations`, {}), await operator.make(`/tenants/acme/members/${member}/invitations`, {})]
  t.not(first.at('url'), second.at('url'))
  t.match(await operator.database.raw('select token_hash from invitations'), [{ token_hash: hashOf(String(second.at('url')).slice(-43)) }])
})

void t.test('Whoever wants it mailed learns whether it was', async t => {
  const operator = await openOperator(t)
  const { member } = await settle(operator, 'acme', 'ada@acme.test')
  const answer = await operator.make(`/tenants/acme/members/${member}/invitations`, { mail: true })
  t.equal(answer.at('mailed'), true)
  t.match(operator.mailed, [{ to: 'ada@acme.test', company: 'acme', url: answer.at('url') }])
})

void t.test('An open invitation can be withdrawn, once', async t => {
  const operator = await openOperator(t)
  const { member } = await settle(operator, 'acme', 'ada@acme.test')
  const path = `/tenants/acme/members/${member}/invitations`
  t.equal((await operator.ask('DELETE', path)).status, 404)
  await operator.make(path, {})
  t.equal((await operator.ask('DELETE', path)).status, 204)
  t.same(await operator.database.raw('select * from invitations'), [])
  t.match((await operator.events()).at(-1), { type: 'member.invitation-withdrawn', subject: member })
  t.equal((await operator.ask('DELETE', path)).status, 404)
})

void t.test('Who is suspended is not invited', async t => {
  const operator = await openOperator(t)
  const { member } = await settle(operator, 'acme', 'ada@acme.test')
  await operator.ask('PATCH', `/tenants/acme/members/${member}`, { status: 'suspended' })
  t.match((await operator.ask('POST', `/tenants/acme/members/${member}/invitations`)).body, { status: 403, code: 'member-suspended' })
  t.same(await operator.database.raw('select * from invitations'), [])
})

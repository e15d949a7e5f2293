// Can an operator look after a tenant's people?
import t from 'tap'
import { isId } from '../../../src/tenant/id.ts'
import { openOperator } from './operator.ts'

void t.test('A member is made with an address alone; the rest is what the tenant says', async t => {
  const { ask, make, events } = await openOperator(t)
  const tenant = String((await make('/tenants', { slug: 'acme', name: 'Acme', defaultRoles: ['reader'] })).at('id'))
  const made = await ask('POST', '/tenants/acme/members', { email: ' Ada@ACME.test ' })
  t.equal(made.status, 201)
  const id = String(made.at('id'))
  t.ok(isId('mem', id))
  t.strictSame(made.body, { id, tenantId: tenant, email: 'ada@acme.test', name: 'ada@acme.test', roles: ['reader'], status: 'invited', externalId: null })
  t.strictSame((await ask('GET', `/tenants/acme/members/${id}`)).body, made.body)
  t.match((await events()).find(event => event['type'] === 'member.created'), { tenant_id: tenant, subject: id, details: { after: { email: 'ada@acme.test' } } })
})

void t.test('Every field of a member can be set and changed, and a member can be deleted', async t => {
  const { ask, make, events } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const settings = { email: 'bob@acme.test', name: 'Bob', roles: ['editor'], status: 'active', externalId: 'user-42' }
  const made = await make('/tenants/acme/members', settings)
  t.match(made.body, settings)
  const path = `/tenants/acme/members/${String(made.at('id'))}`
  const changed = await ask('PATCH', path, { status: 'suspended', roles: [], externalId: null })
  t.match(changed.body, { ...settings, status: 'suspended', roles: { length: 0 }, externalId: null })
  t.strictSame((await ask('PATCH', path, {})).body, changed.body)
  const written = (await events()).filter(event => event['type'] === 'member.changed')
  t.equal(written.length, 1)
  t.strictSame(written[0]?.['details'], { before: { roles: ['editor'], status: 'active', externalId: 'user-42' }, after: { roles: [], status: 'suspended', externalId: null } })
  t.equal((await ask('DELETE', path)).status, 204)
  for (const method of ['GET', 'DELETE'] as const) t.equal((await ask(method, path)).status, 404)
  t.equal((await ask('PATCH', path, { name: 'Bob' })).status, 404)
})

void t.test('Members are listed page by page', async t => {
  const { ask, make } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  for (const name of ['ada', 'bob', 'eve']) await make('/tenants/acme/members', { email: `${name}@acme.test` })
  const first = await ask('GET', '/tenants/acme/members?limit=2')
  const second = await ask('GET', `/tenants/acme/members?limit=2&cursor=${String(first.at('next'))}`)
  t.equal(second.at('next'), null)
  const emails = [first.at('items.0.email'), first.at('items.1.email'), second.at('items.0.email')]
  t.same(new Set(emails), new Set(['ada@acme.test', 'bob@acme.test', 'eve@acme.test']))
})

void t.test('Members are found by address and by status', async t => {
  const { ask, make } = await openOperator(t)
  for (const slug of ['acme', 'globex']) {
    await make('/tenants', { slug, name: slug })
    await make(`/tenants/${slug}/members`, { email: 'ada@acme.test', status: 'active' })
    await make(`/tenants/${slug}/members`, { email: 'bob@acme.test' })
  }
  const found = async (query: string) => {
    const answer = await ask('GET', `/tenants/acme/members?${query}`)
    return [answer.status, answer.at('items.0.email'), answer.at('items.1.email')]
  }
  t.strictSame(await found('email=ADA@acme.test'), [200, 'ada@acme.test', undefined])
  t.strictSame(await found('email=eve@acme.test'), [200, undefined, undefined])
  t.strictSame(await found('status=invited'), [200, 'bob@acme.test', undefined])
  t.strictSame(await found('status=active&email=bob@acme.test'), [200, undefined, undefined])
  t.strictSame(await found('status=deleted'), [400, undefined, undefined])
  t.strictSame(await found('email=nobody'), [400, undefined, undefined])
})

void t.test('What is not acceptable in a member is refused', async t => {
  const { ask, make, everything } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  await make('/tenants/acme/members', { email: 'ada@acme.test', externalId: 'user-1' })
  const bob = String((await make('/tenants/acme/members', { email: 'bob@acme.test' })).at('id'))
  const before = await everything()
  const refusals: ReadonlyArray<readonly [object, number, string]> = [
    [{ email: 'ada' }, 400, 'email-malformed'],
    [{ email: 'ada@acme.test@evil.test' }, 400, 'email-malformed'],
    [{ email: 'a"b@acme.test' }, 400, 'email-malformed'],
    [{ email: `${'a'.repeat(250)}@acme.test` }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', name: '' }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', name: ' \u202e ' }, 400, 'value-malformed'],
    [{ email: 'eve@acme.test', roles: 'editor' }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', roles: ['ünicode'] }, 400, 'value-malformed'],
    [{ email: 'eve@acme.test', status: 'deleted' }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', externalId: '' }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', externalId: 'a\nb' }, 400, 'value-malformed'],
    [{ email: 'eve@acme.test', externalId: 'a'.repeat(201) }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', id: 'mem-23456789abcdefghijkm' }, 400, 'validation-failed'],
    [{ email: 'eve@acme.test', tenantId: 'tnt-23456789abcdefghijkm' }, 400, 'validation-failed'],
    [{ email: 'ADA@acme.test' }, 409, 'already-exists'],
    [{ email: 'eve@acme.test', externalId: 'user-1' }, 409, 'already-exists']
  ]
  for (const [body, status, code] of refusals) {
    for (const answer of [await ask('POST', '/tenants/acme/members', body), await ask('PATCH', `/tenants/acme/members/${bob}`, body)]) {
      t.equal(answer.status, status, JSON.stringify(body).slice(0, 80))
      t.equal(answer.at('code'), code, JSON.stringify(body).slice(0, 80))
    }
  }
  t.equal((await ask('POST', '/tenants/acme/members', {})).at('errors.0.path'), '/email')
  t.equal(await everything(), before)
})

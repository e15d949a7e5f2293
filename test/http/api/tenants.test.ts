// Can an operator make, find, change and delete tenants, and is every change written down?
import t from 'tap'
import { isId } from '../../../src/tenant/id.ts'
import { openOperator } from './operator.ts'
import { settle, signIn } from './signed-in.ts'

void t.test('A tenant is made with safe defaults and found by id and by slug', async t => {
  const { ask, events } = await openOperator(t)
  const made = await ask('POST', '/tenants', { slug: 'acme', name: '  Acme\tInc. ' })
  t.equal(made.status, 201)
  const id = String(made.at('id'))
  t.ok(isId('tnt', id))
  t.strictSame(made.body, {
    id,
    slug: 'acme',
    name: 'Acme Inc.',
    admission: 'invited',
    defaultRoles: [],
    ssoEntitled: true,
    enforcement: 'optional',
    homeUrl: null,
    fallbackLoginUrl: null,
    sessionIdleSeconds: null,
    sessionLifetimeSeconds: null
  })
  t.strictSame((await ask('GET', `/tenants/${id}`)).body, made.body)
  t.strictSame((await ask('GET', '/tenants/acme')).body, made.body)
  const [event] = await events()
  t.match(event, { type: 'tenant.created', tenant_id: id, subject: id, actor: 'operator', details: { after: { slug: 'acme' } } })
})

void t.test('Every field can be set, changed and emptied, and the audit log has what was there before and after', async t => {
  const { ask, events } = await openOperator(t)
  const settings = { slug: 'acme', name: 'Acme', admission: 'just-in-time', defaultRoles: ['reader', 'reader', 'editor'], ssoEntitled: false, enforcement: 'optional', homeUrl: 'https://app.northwind.test', fallbackLoginUrl: 'https://app.northwind.test/login', sessionIdleSeconds: 15, sessionLifetimeSeconds: 3600 }
  const made = await ask('POST', '/tenants', settings)
  t.match(made.body, { ...settings, defaultRoles: ['reader', 'editor'], homeUrl: 'https://app.northwind.test/' })
  const changed = await ask('PATCH', '/tenants/acme', { slug: 'acme-inc', homeUrl: null, sessionIdleSeconds: null, ssoEntitled: true })
  t.equal(changed.status, 200)
  t.match(changed.body, { slug: 'acme-inc', homeUrl: null, sessionIdleSeconds: null, ssoEntitled: true, sessionLifetimeSeconds: 3600 })
  t.equal((await ask('GET', '/tenants/acme')).status, 404)
  const before = await ask('GET', '/tenants/acme-inc')
  t.strictSame((await ask('PATCH', '/tenants/acme-inc', {})).body, before.body, 'an empty change changes nothing')
  const written = await events()
  t.equal(written.length, 2, 'and is not written down')
  t.strictSame(written.find(event => event['type'] === 'tenant.changed')?.['details'], {
    before: { slug: 'acme', homeUrl: 'https://app.northwind.test/', ssoEntitled: false, sessionIdleSeconds: 15 },
    after: { slug: 'acme-inc', homeUrl: null, ssoEntitled: true, sessionIdleSeconds: null }
  })
})

void t.test('A deleted tenant takes its people, connections and sessions with it', async t => {
  const operator = await openOperator(t)
  const { ask, database, forgotten, events } = operator
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const globex = await settle(operator, 'globex', 'gus@globex.test')
  await signIn(operator, acme, 'ada')
  await signIn(operator, globex, 'gus')
  forgotten.length = 0
  const deleted = await ask('DELETE', '/tenants/acme')
  t.equal(deleted.status, 204)
  t.equal(deleted.text, '')
  t.equal((await ask('GET', '/tenants/acme')).status, 404)
  t.equal((await ask('DELETE', '/tenants/acme')).status, 404)
  t.strictSame(forgotten, [acme.connection])
  for (const table of ['members', 'connections', 'sessions', 'domains', 'attempts']) {
    t.strictSame(await database.raw(`select distinct tenant_id from ${table}`), [{ tenant_id: globex.tenant }], table)
  }
  t.match((await events()).find(event => event['type'] === 'tenant.deleted'), { tenant_id: acme.tenant, details: { before: { slug: 'acme' } } })
})

void t.test('A long list is read page by page, oldest first, each tenant once', async t => {
  const { ask, make } = await openOperator(t)
  for (let number = 1; number <= 5; number++) await make('/tenants', { slug: `tenant-${number}`, name: `Tenant ${number}` })
  const slugs: unknown[] = []
  let cursor = ''
  for (let pages = 1; pages <= 3; pages++) {
    const page = await ask('GET', `/tenants?limit=2${cursor}`)
    slugs.push(page.at('items.0.slug'), page.at('items.1.slug'))
    cursor = `&cursor=${String(page.at('next'))}`
    t.equal(page.at('next') === null, pages === 3)
  }
  t.same(new Set(slugs), new Set(['tenant-1', 'tenant-2', 'tenant-3', 'tenant-4', 'tenant-5', undefined]))
  t.equal((await ask('GET', '/tenants')).at('items.4.slug') === undefined, false, 'fifty unless told otherwise')
})

const refusals: ReadonlyArray<readonly [what: string, body: object, status: number, code: string, where: RegExp]> = [
  ['no slug', { name: 'Acme' }, 400, 'validation-failed', /"\/slug"/],
  ['no name', { slug: 'acme' }, 400, 'validation-failed', /"\/name"/],
  ['a slug in capitals', { slug: 'Acme', name: 'Acme' }, 400, 'slug-malformed', /slug: /],
  ['a slug like an id', { slug: 'tnt-acme', name: 'Acme' }, 400, 'slug-malformed', /slug: /],
  ['a slug with a slash', { slug: 'a/b', name: 'Acme' }, 400, 'slug-malformed', /slug: /],
  ['an empty slug', { slug: '', name: 'Acme' }, 400, 'validation-failed', /"\/slug"/],
  ['a slug of 64', { slug: 'a'.repeat(64), name: 'Acme' }, 400, 'validation-failed', /"\/slug"/],
  ['a name of control characters', { slug: 'acme', name: '\u0001\u001f' }, 400, 'value-malformed', /name: /],
  ['a name of 201', { slug: 'acme', name: 'a'.repeat(201) }, 400, 'validation-failed', /"\/name"/],
  ['a home over http', { slug: 'acme', name: 'Acme', homeUrl: 'http://app.northwind.test' }, 400, 'url-malformed', /homeUrl: /],
  ['a home on localhost', { slug: 'acme', name: 'Acme', homeUrl: 'http://localhost:3000' }, 400, 'url-malformed', /homeUrl: /],
  ['a script for a home', { slug: 'acme', name: 'Acme', homeUrl: 'javascript:alert(1)' }, 400, 'url-malformed', /homeUrl: /],
  ['a password in the fallback', { slug: 'acme', name: 'Acme', fallbackLoginUrl: 'https://a:b@app.northwind.test' }, 400, 'url-malformed', /fallbackLoginUrl: /],
  ['fourteen seconds', { slug: 'acme', name: 'Acme', sessionIdleSeconds: 14 }, 400, 'validation-failed', /"\/sessionIdleSeconds"/],
  ['more seconds than there are', { slug: 'acme', name: 'Acme', sessionLifetimeSeconds: 2_147_483_648 }, 400, 'validation-failed', /"\/sessionLifetimeSeconds"/],
  ['half a second', { slug: 'acme', name: 'Acme', sessionLifetimeSeconds: 20.5 }, 400, 'validation-failed', /"\/sessionLifetimeSeconds"/],
  ['seconds as text', { slug: 'acme', name: 'Acme', sessionIdleSeconds: '900' }, 400, 'validation-failed', /"\/sessionIdleSeconds"/],
  ['another admission', { slug: 'acme', name: 'Acme', admission: 'anybody' }, 400, 'validation-failed', /invited, just-in-time/],
  ['a role with a comma', { slug: 'acme', name: 'Acme', defaultRoles: ['a,b'] }, 400, 'value-malformed', /defaultRoles: /],
  ['a role of 65', { slug: 'acme', name: 'Acme', defaultRoles: ['a'.repeat(65)] }, 400, 'validation-failed', /"\/defaultRoles\/0"/],
  ['101 roles', { slug: 'acme', name: 'Acme', defaultRoles: Array.from({ length: 101 }, (_, number) => `role-${number}`) }, 400, 'validation-failed', /"\/defaultRoles"/],
  ['null for a flag', { slug: 'acme', name: 'Acme', ssoEntitled: null }, 400, 'validation-failed', /"\/ssoEntitled"/],
  ['a slug that is taken', { slug: 'globex', name: 'Acme' }, 409, 'already-exists', /slug/]
]

void t.test('What is not acceptable in a tenant is refused with the name of the field, and nothing is made', async t => {
  const { ask, make, everything } = await openOperator(t)
  await make('/tenants', { slug: 'globex', name: 'Globex' })
  await make('/tenants', { slug: 'initech', name: 'Initech' })
  const before = await everything()
  for (const [what, body, status, code, where] of refusals) {
    const answer = await ask('POST', '/tenants', body)
    t.equal(answer.status, status, what)
    t.equal(answer.at('code'), code, what)
    t.match(answer.text, where, what)
    if (/^no /.test(what)) continue
    t.equal((await ask('PATCH', '/tenants/initech', body)).status, status, `${what}, in a change`)
  }
  t.equal(await everything(), before)
})

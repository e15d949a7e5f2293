// Can an operator put products behind the gateway, and only where browsers and tokens stay safe?
import t from 'tap'
import { isId } from '../../../src/tenant/id.ts'
import { openOperator } from './operator.ts'

void t.test('An app is made; browsers may be sent back to its own hosts unless said otherwise', async t => {
  const { ask, events } = await openOperator(t)
  const made = await ask('POST', '/apps', { slug: 'crm', name: 'CRM', audience: 'https://crm.northwind.test', hosts: ['CRM.northwind.test', 'crm.northwind.test', 'crm.northwind.test:8443'] })
  t.equal(made.status, 201)
  const id = String(made.at('id'))
  t.ok(isId('app', id))
  t.strictSame(made.body, {
    id,
    slug: 'crm',
    name: 'CRM',
    audience: 'https://crm.northwind.test',
    hosts: ['crm.northwind.test', 'crm.northwind.test:8443'],
    returnTo: ['https://crm.northwind.test/', 'https://crm.northwind.test:8443/'],
    homeUrl: null,
    tokenLifetimeSeconds: null,
    upstream: null
  })
  for (const name of [id, 'crm']) t.strictSame((await ask('GET', `/apps/${name}`)).body, made.body)
  t.strictSame((await ask('GET', '/apps')).body, { items: [made.body], next: null })
  t.match(await events(), [{ type: 'app.created', tenant_id: null, subject: id, details: { after: { slug: 'crm' } } }])
})

void t.test('Every field of an app can be changed, and an app can be deleted', async t => {
  const { ask, make, events } = await openOperator(t)
  await make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm' })
  const changes = { slug: 'crm-2', name: 'CRM 2', audience: 'crm-2', hosts: ['crm.northwind.test'], returnTo: ['https://crm.northwind.test/deep'], homeUrl: 'https://crm.northwind.test/start', tokenLifetimeSeconds: 60, upstream: 'http://10.0.0.5:3000/base' }
  const changed = await ask('PATCH', '/apps/crm', changes)
  t.equal(changed.status, 200)
  t.match(changed.body, changes)
  t.match((await ask('PATCH', '/apps/crm-2', { homeUrl: null, tokenLifetimeSeconds: null, upstream: null })).body, { homeUrl: null, tokenLifetimeSeconds: null, upstream: null })
  await ask('PATCH', '/apps/crm-2', {})
  t.equal((await events()).filter(event => event['type'] === 'app.changed').length, 2)
  t.equal((await ask('DELETE', '/apps/crm-2')).status, 204)
  for (const method of ['GET', 'DELETE'] as const) t.equal((await ask(method, '/apps/crm-2')).status, 404)
  t.equal((await ask('GET', '/apps/%00')).status, 404)
})

void t.test('A short list is read page by page too', async t => {
  const { ask, make } = await openOperator(t)
  for (const slug of ['one', 'two', 'three']) await make('/apps', { slug, name: slug, audience: slug })
  const first = await ask('GET', '/apps?limit=2')
  const second = await ask('GET', `/apps?limit=2&cursor=${String(first.at('next'))}`)
  t.equal(second.at('next'), null)
  t.same(new Set([first.at('items.0.slug'), first.at('items.1.slug'), second.at('items.0.slug'), second.at('items.1.slug')]), new Set(['one', 'two', 'three', undefined]))
  const [all] = [await ask('GET', '/apps?limit=3')]
  t.equal(all.at('next'), null)
})

void t.test('Where the gateway itself runs on localhost, apps may be plain http there, and nowhere else', async t => {
  const { ask } = await openOperator(t, { plainLocalhost: true })
  const made = await ask('POST', '/apps', { slug: 'crm', name: 'CRM', audience: 'crm', hosts: ['localhost:4020', 'crm.localhost:4020'], homeUrl: 'http://localhost:4020/' })
  t.strictSame(made.at('returnTo'), ['http://localhost:4020/', 'http://crm.localhost:4020/'])
  t.equal((await ask('PATCH', '/apps/crm', { returnTo: ['http://crm.northwind.test/'] })).at('code'), 'url-malformed')
})

void t.test('What is not acceptable in an app is refused', async t => {
  const { ask, make, everything } = await openOperator(t)
  await make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm' })
  await make('/apps', { slug: 'shop', name: 'Shop', audience: 'shop' })
  const before = await everything()
  const good = { slug: 'docs', name: 'Docs', audience: 'docs' }
  const refusals: ReadonlyArray<readonly [object, number, string]> = [
    [{ ...good, slug: 'app-docs' }, 400, 'slug-malformed'],
    [{ ...good, audience: 'two words' }, 400, 'validation-failed'],
    [{ ...good, audience: '' }, 400, 'validation-failed'],
    [{ ...good, hosts: ['https://docs.northwind.test'] }, 400, 'host-malformed'],
    [{ ...good, hosts: ['docs.northwind.test/path'] }, 400, 'host-malformed'],
    [{ ...good, hosts: ['evil.test\\@docs.northwind.test'] }, 400, 'host-malformed'],
    [{ ...good, hosts: 'docs.northwind.test' }, 400, 'validation-failed'],
    [{ ...good, returnTo: ['http://docs.northwind.test/'] }, 400, 'url-malformed'],
    [{ ...good, returnTo: ['//docs.northwind.test/'] }, 400, 'url-malformed'],
    [{ ...good, returnTo: ['https://docs.northwind.test/?next='] }, 400, 'url-malformed'],
    [{ ...good, returnTo: ['https://docs.northwind.test/#a'] }, 400, 'url-malformed'],
    [{ ...good, returnTo: ['https://docs.northwind.test/a%252f..'] }, 400, 'url-malformed'],
    [{ ...good, returnTo: ['https://user@docs.northwind.test/'] }, 400, 'url-malformed'],
    [{ ...good, homeUrl: 'data:text/html,x' }, 400, 'url-malformed'],
    [{ ...good, homeUrl: `https://docs.northwind.test/${'a'.repeat(2048)}` }, 400, 'validation-failed'],
    [{ ...good, tokenLifetimeSeconds: 59 }, 400, 'validation-failed'],
    [{ ...good, tokenLifetimeSeconds: 3601 }, 400, 'validation-failed'],
    [{ ...good, upstream: 'file:///etc/passwd' }, 400, 'validation-failed'],
    [{ ...good, upstream: 'http://user:password@10.0.0.5/' }, 400, 'validation-failed'],
    [{ ...good, upstream: 'http://10.0.0.5/?a=b' }, 400, 'validation-failed'],
    [{ ...good, upstream: 'http://10.0.0.5/\r\nx' }, 400, 'validation-failed'],
    [{ ...good, upstream: 'nowhere' }, 400, 'validation-failed'],
    [{ ...good, slug: 'crm' }, 409, 'already-exists'],
    [{ ...good, audience: 'crm' }, 409, 'already-exists']
  ]
  for (const [body, status, code] of refusals) {
    for (const answer of [await ask('POST', '/apps', body), await ask('PATCH', '/apps/shop', body)]) {
      t.equal(answer.status, status, JSON.stringify(body).slice(0, 120))
      t.equal(answer.at('code'), code, JSON.stringify(body).slice(0, 120))
    }
  }
  for (const field of ['slug', 'name', 'audience'] as const) t.equal((await ask('POST', '/apps', { ...good, [field]: undefined })).at('errors.0.path'), `/${field}`)
  t.equal(await everything(), before)
})

void t.test('A host leads to one app only, but apps may share the login host', async t => {
  const { ask, make } = await openOperator(t, { plainLocalhost: true })
  await make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm', hosts: ['crm.northwind.test'] })
  const docs = { slug: 'docs', name: 'Docs', audience: 'docs', hosts: ['docs.northwind.test', 'CRM.northwind.test'] }
  t.match(await ask('POST', '/apps', docs), { status: 409, body: { code: 'already-exists', detail: 'hosts: Another app is at crm.northwind.test.' } })
  await make('/apps', { ...docs, hosts: ['docs.northwind.test'] })
  t.equal((await ask('PATCH', '/apps/docs', { hosts: ['crm.northwind.test'] })).status, 409)
  t.equal((await ask('PATCH', '/apps/docs', { hosts: ['docs.northwind.test', 'docs2.northwind.test'] })).status, 200, 'its own host is no obstacle')
})

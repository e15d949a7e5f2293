// Can an operator see what happened, and find what needs them, without reading another tenant's?
import t from 'tap'
import { openOperator } from './operator.ts'

void t.test('what was changed is listed, latest first, in pages, and by tenant and type', async t => {
  const { ask, make } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  await make('/tenants', { slug: 'globex', name: 'Globex' })
  await make('/tenants/acme/domains', { domain: 'acme.test' })
  await ask('PATCH', '/tenants/acme', { name: 'Acme Corp' })

  const all = await ask('GET', '/events')
  t.equal(all.status, 200)
  const items = Object(all.body).items as ReadonlyArray<Record<string, unknown>>
  t.same(items.map(({ type }) => type).sort(), ['domain.claimed', 'tenant.changed', 'tenant.created', 'tenant.created'])
  t.match(items.find(({ type }) => type === 'tenant.changed'), { actor: 'operator', details: { before: { name: 'Acme' }, after: { name: 'Acme Corp' } }, reference: null })

  const seen: unknown[] = []
  for (let cursor: unknown = ''; cursor !== null;) {
    const page = await ask('GET', `/events?limit=3${cursor === '' ? '' : `&cursor=${String(cursor)}`}`)
    seen.push(...Object(page.body).items)
    cursor = page.at('next')
  }
  t.strictSame(seen, items, 'page by page they are the same, each once')

  const ofAcme = await ask('GET', '/events?tenant=acme')
  t.same(Object(ofAcme.body).items.map(({ type }: { type: string }) => type).sort(), ['domain.claimed', 'tenant.changed', 'tenant.created'])
  t.same(Object((await ask('GET', '/events?tenant=acme&type=tenant')).body).items.length, 2, 'all that begin so')
  t.same(Object((await ask('GET', '/events?type=tenant.created')).body).items.length, 2)
  t.same(Object((await ask('GET', '/events?type=ten')).body).items, [], 'and not what merely looks alike')
})

void t.test('what cannot be listed is said, and without a token nothing is', async t => {
  const { ask, send } = await openOperator(t)
  t.equal((await ask('GET', '/events?tenant=nobody')).status, 404)
  t.equal((await ask('GET', '/events?type=%25')).status, 400)
  t.equal((await ask('GET', '/events?cursor=nonsense')).status, 400)
  t.equal((await ask('GET', '/events?tenants=acme')).status, 400)
  t.equal((await send('GET', '/events')).status, 401)
})

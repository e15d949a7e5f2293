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

void t.test('events are found by who did it, to what, and when', async t => {
  const { ask, make, clock } = await openOperator(t)
  const key = await make('/api-keys', { name: 'CI', scopes: ['admin'] })
  const headers = { authorization: `Bearer ${String(key.at('key'))}` }
  const tenant = String((await ask('POST', '/tenants', { slug: 'acme', name: 'Acme' }, headers)).at('id'))
  clock.advance(60)
  const later = clock.now().toISOString()
  await ask('PATCH', '/tenants/acme', { name: 'Acme Corp' })
  const types = async (query: string) => Object((await ask('GET', `/events?${query}`)).body).items.map(({ type }: { type: string }) => type)
  t.same(await types(`actor=${String(key.at('id'))}`), ['tenant.created'])
  t.same(await types('actor=operator'), ['tenant.changed', 'api-key.created'])
  t.same(await types(`subject=${tenant}`), ['tenant.changed', 'tenant.created'])
  t.same(await types(`from=${later}`), ['tenant.changed'], 'the first moment is in')
  t.same((await types(`to=${later}`)).sort(), ['api-key.created', 'tenant.created'], 'and the last is not')
  t.match((await ask('GET', `/events?actor=${String(key.at('id'))}`)).at('items.0'), { actor: key.at('id'), address: '127.0.0.1' })

  const seen: unknown[] = []
  for (let cursor = ''; ;) {
    const page = await ask('GET', `/events?limit=1&subject=${tenant}${cursor}`)
    seen.push(page.at('items.0.type'))
    if (page.at('next') === null) break
    cursor = `&cursor=${String(page.at('next'))}`
  }
  t.same(seen, ['tenant.changed', 'tenant.created'], 'page by page too')
  for (const wrong of ['from=yesterday', 'to=2026-11-01T08:00:00', 'actor=a%20b', 'subject=']) t.equal((await ask('GET', `/events?${wrong}`)).status, 400, wrong)
})

void t.test('what is written down cannot be rewritten, by anybody', async t => {
  const { make, database } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  for (const statement of ["update events set actor = 'somebody'", "update events set details = '{}' where false", 'truncate events']) {
    await t.rejects(database.raw(statement), /appended to and never edited/, statement)
  }
  t.match(await database.raw('select actor from events'), [{ actor: 'operator' }])
})

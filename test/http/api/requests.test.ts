// Is every request understood exactly, or refused with a reason?
import t from 'tap'
import { bodies, fill, readDocument, uploads } from './document.ts'
import { openOperator } from './operator.ts'
import { settle } from './signed-in.ts'

void t.test('An unknown field is refused by name in every body, and nothing is changed', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  await operator.make('/apps', { slug: 'crm', name: 'CRM', audience: 'crm' })
  const { operations } = await readDocument(operator)
  const before = await operator.everything()
  for (const { method, path, id, described } of operations) {
    if (described['requestBody'] === undefined || id in uploads) continue
    t.ok(bodies[id], `${id} has a body here`)
    for (const field of ['clientSecrett', 'ID', 'constructor', 'toString', '<script>']) {
      const answer = await operator.ask(method, fill(path, { ...acme, app: 'crm', conflict: 'idn-23456789abcdefghijkm' }), { ...bodies[id], [field]: 'a value' })
      t.equal(answer.status, 400, `${id}: ${field}`)
      t.equal(answer.at('code'), 'validation-failed')
      t.strictSame(answer.at('errors'), [{ path: `/${field}`, message: `There is no field ${field} here.` }])
      t.notMatch(answer.text, /a value/)
    }
    const poisoned = JSON.stringify({ ...bodies[id] }).replace(/^\{/, '{"__proto__":{"admin":true}').replace('}"', '},"')
    t.equal((await operator.ask(method, fill(path, { ...acme, app: 'crm', conflict: 'idn-23456789abcdefghijkm' }), poisoned)).status, 400, `${id}: __proto__`)
  }
  t.equal(await operator.everything(), before)
  t.equal(Reflect.get({}, 'admin'), undefined)
})

void t.test('What is not JSON, or too much of it, is refused', async t => {
  const { ask, send, everything } = await openOperator(t)
  const before = await everything()
  for (const body of ['{', 'slug=acme', '\u0000', '{"slug":"acme",}', '[1', '\ufeff{}']) {
    const answer = await ask('POST', '/tenants', body)
    t.equal(answer.status, 400, body)
    t.equal(answer.at('code'), 'body-malformed')
  }
  for (const body of ['null', '[]', '"acme"', '5', '[{"slug":"acme","name":"Acme"}]']) {
    const answer = await ask('POST', '/tenants', body)
    t.equal(answer.status, 400, body)
    t.equal(answer.at('code'), 'validation-failed')
  }
  t.equal((await ask('POST', '/tenants', `${'['.repeat(30_000)}${']'.repeat(30_000)}`)).status, 400, 'very deep')
  t.equal((await ask('POST', '/tenants', '')).at('code'), 'validation-failed', 'nothing is an empty body')
  t.equal((await ask('POST', '/tenants')).at('errors.0.path'), '/slug', 'and no body is one too')

  const padded = (bytes: number) => JSON.stringify({ slug: 'acme', name: 'Acme' }).padEnd(bytes, ' ')
  const tooLarge = await ask('POST', '/tenants', padded(65_537))
  t.equal(tooLarge.status, 413)
  t.equal(tooLarge.at('code'), 'body-too-large')
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const { authorization } = { authorization: 'Bearer operator-token-of-northwind-0123456789' }
    const answer = await send('POST', '/tenants', { payload: '{"slug":"acme","name":"Acme"}', headers: { authorization, 'content-type': type } })
    t.ok(answer.status === 400 || answer.status === 415, type)
  }
  t.equal(await everything(), before)
  t.equal((await ask('POST', '/tenants', padded(65_536))).status, 201, '64 KB are taken')
})

void t.test('Hostile text is kept as text or refused, and is never a fault', async t => {
  const { ask, make, said } = await openOperator(t)
  await make('/tenants', { slug: 'acme', name: 'Acme' })
  const names = ['<img src=x onerror=alert(1)>', '\'; drop table tenants; --', '{{7*7}}', '%00%0a', 'Ａｃｍｅ', '\u202eemcA', 'a\u0300'.repeat(90), '💩', '\\u0000', 'a\tb\r\nc', '__proto__']
  for (const name of names) {
    const answer = await ask('PATCH', '/tenants/acme', { name })
    t.equal(answer.status, 200, JSON.stringify(name))
    t.notMatch(String(answer.at('name')), /[\p{Cc}\u202e]/u)
  }
  for (const text of ['a\u0000b', 'a\ud800b', '\udc00']) {
    for (const [path, body] of [['/tenants/acme', { name: text }], ['/tenants/acme', { defaultRoles: [text] }]] as const) {
      const answer = await ask('PATCH', path, body)
      t.equal(answer.status, 400, JSON.stringify(text))
      t.equal(answer.at('code'), 'validation-failed')
    }
    t.equal((await ask('POST', '/tenants/acme/members', { email: 'ada@acme.test', externalId: text })).status, 400)
  }
  for (const text of said) t.notMatch(text, /urn:gatehouse:problem:fault/)
})

void t.test('Limit and cursor are exact: anything else is 400, and never the first page again', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  await operator.make('/tenants', { slug: 'globex', name: 'Globex' })
  const { operations } = await readDocument(operator)
  const lists = operations.filter(({ method, described }) => method === 'GET' && JSON.stringify(described['parameters'] ?? []).includes('"cursor"'))
  t.equal(lists.length, 13)
  const good = String((await operator.ask('GET', '/tenants?limit=1')).at('next'))
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  const wrong = [
    'limit=0', 'limit=201', 'limit=-1', 'limit=1.5', 'limit=ten', 'limit=', 'limit=1&limit=2', 'limit=1e2', 'limit=99999999999', 'limit=%201',
    'cursor=', 'cursor=nonsense', 'cursor=%00', `cursor=${good}x`, `cursor=${good}%3D`, `cursor=${good}&cursor=${good}`, `cursor=${'a'.repeat(513)}`,
    `cursor=${encode('2026-11-21T09:00:00.000Z')}`, `cursor=${encode('2026-11-21T09:00:00.000Z a b')}`, `cursor=${encode('2026-11-21T09:00:00.000Z a\u0000b')}`,
    `cursor=${encode('2026-99-21T09:00:00.000Z a')}`, `cursor=${encode('+275760-09-13T00:00:00.000Z a')}`, `cursor=${encode('now a')}`, `cursor=${encode('nobody')}`,
    'offset=1', 'page=2', 'filter=a'
  ]
  for (const { path } of lists) {
    for (const query of wrong) {
      const answer = await operator.ask('GET', `${fill(path, { ...acme })}?${query}`)
      t.equal(answer.status, 400, `${path}?${query.slice(0, 60)}`)
      t.equal(answer.at('code'), 'validation-failed')
    }
    for (const limit of [1, 200]) t.equal((await operator.ask('GET', `${fill(path, { ...acme })}?limit=${limit}`)).status, 200)
  }
})

void t.test('Bad input is a refusal in the log and never a fault', async t => {
  const operator = await openOperator(t)
  for (const body of ['{', 'null', '{"slug":5}']) await operator.ask('POST', '/tenants', body)
  for (const line of operator.log) t.notMatch(line, /"level":50|TypeError/)
})

void t.test('After every request that may have changed something, and before its answer, memory is told', async t => {
  const told: string[] = []
  const { ask } = await openOperator(t, { afterChange: () => { told.push('told') } })
  await ask('GET', '/tenants')
  t.equal(told.length, 0)
  await ask('POST', '/tenants', { slug: 'acme', name: 'Acme' })
  await ask('PATCH', '/tenants/acme', { name: 'Acme Corp' })
  await ask('DELETE', '/tenants/acme')
  t.equal(told.length, 3)
})

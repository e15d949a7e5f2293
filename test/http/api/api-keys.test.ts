// Can a program work for the operator with a key of its own, as far as the key says, and no longer than it is good?
import t from 'tap'
import { isGranted, type Scope, scopes } from '../../../src/tenant/api-key.ts'
import { bodies, fill, object, queries, readDocument, uploads } from './document.ts'
import { openOperator, type Operator } from './operator.ts'
import { settle, signIn } from './signed-in.ts'

async function makeKey (operator: Operator, held: readonly Scope[], more: object = {}) {
  const made = await operator.make('/api-keys', { name: 'CI', scopes: held, ...more })
  return { id: String(made.at('id')), key: String(made.at('key')), headers: { authorization: `Bearer ${String(made.at('key'))}` }, made }
}

void t.test('A key is told once, carries its id, and only its hash is kept', async t => {
  const operator = await openOperator(t)
  const { id, key, made } = await makeKey(operator, ['support', 'read'], { expiresAt: '2027-06-01T08:00:00+02:00' })
  t.match(key, new RegExp(`^gatehouse_${id.replace('-', '_')}_[2-9a-km-np-z]{52}$`))
  t.match(made.body, { name: 'CI', scopes: ['read', 'support'], createdBy: 'operator', expiresAt: '2027-06-01T06:00:00.000Z' })
  const list = await operator.ask('GET', '/api-keys')
  t.match(list.body, { items: [{ id, name: 'CI', lastUsedAt: null }], next: null })
  const secret = key.slice(-52)
  t.notOk((await operator.everything()).includes(secret), 'it is in no table')
  t.notOk(JSON.stringify([list.body, await operator.events(), operator.log]).includes(secret), 'nor in a list, an event or the log')
  t.match((await operator.events()).at(-1), { type: 'api-key.created', actor: 'operator', address: '127.0.0.1', subject: id, details: { after: { scopes: ['read', 'support'] } } })
})

void t.test('Each operation is open to the scope that the document says, and to no lesser one', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const { reference, session, identity } = await signIn(operator, acme, 'ada')
  const { operations } = await readDocument(operator)
  const needed = operations.map(operation => ({ ...operation, scope: scopeIn(operation.described['security']) }))
  const before = await operator.everything()
  for (const held of scopes) {
    const { headers, id: own } = await makeKey(operator, [held])
    const kept = await operator.everything()
    for (const { id, method, path, scope } of needed.filter(({ scope }) => !isGranted([held], scope))) {
      const upload = uploads[id]
      const parts = { ...acme, app: 'crm', reference, session, identity, conflict: identity, key: own }
      const answer = await operator.ask(method, fill(path, parts) + (queries[id] ?? ''), upload?.file ?? bodies[id], { ...headers, ...(upload === undefined ? {} : { 'content-type': upload.type }) })
      t.equal(answer.status, 403, `${held}: ${id}`)
      t.match(answer.body, { code: 'scope-missing', detail: `This needs the scope ${scope}.` })
    }
    t.equal((await operator.everything()).replace(/"last_used_at":[^}]*/g, ''), kept.replace(/"last_used_at":[^}]*/g, ''), `${held}: nothing is changed`)
    for (const { id, method, path, scope } of needed.filter(({ method, scope }) => method === 'GET' && isGranted([held], scope))) {
      t.equal((await operator.ask(method, fill(path, { ...acme, app: 'crm', reference, session, identity, conflict: identity }) + (queries[id] ?? ''), undefined, headers)).at('code') === 'scope-missing', false, `${held} reads ${id}: ${scope}`)
    }
  }
  t.not(before, '', 'there was something to change')
  t.same(needed.filter(({ method, scope }) => method === 'GET' && scope !== 'read').map(({ id }) => id), ['listApiKeys'], 'to read takes no more than `read`, but for the keys')
  t.same(needed.filter(({ method, scope }) => method !== 'GET' && scope === 'read'), [], 'and `read` changes nothing')
  t.same(needed.filter(({ scope }) => scope === 'support').map(({ id }) => id).sort(),
    ['createSetupLink', 'dismissIdentityConflict', 'endMemberSessions', 'endSession', 'endTenantSessions', 'inviteMember', 'preflightConnection', 'revokeSetupLink', 'withdrawInvitation'])
})

void t.test('A key for support makes no link that may change a live connection', async t => {
  const operator = await openOperator(t)
  await settle(operator, 'acme', 'ada@acme.test')
  const support = await makeKey(operator, ['support'])
  const refused = await operator.ask('POST', '/tenants/acme/setup-links', { mayChangeLive: true }, support.headers)
  t.equal(refused.status, 403)
  t.match(refused.body, { code: 'scope-missing' })
  const made = await operator.ask('POST', '/tenants/acme/setup-links', {}, support.headers)
  t.match(made.body, { createdBy: support.id }, made.text)
  t.match((await operator.events()).at(-1), { type: 'setup-link.created', actor: support.id, address: '127.0.0.1' })
})

void t.test('Expired, revoked, spoiled and made-up keys are 401 with one sentence', async t => {
  const operator = await openOperator(t)
  const short = await makeKey(operator, ['admin'], { expiresAt: new Date(operator.clock.now().getTime() + 60_000).toISOString() })
  const revoked = await makeKey(operator, ['admin'])
  const good = await makeKey(operator, ['admin'])
  t.equal((await operator.ask('GET', '/tenants', undefined, short.headers)).status, 200)
  t.equal((await operator.ask('GET', '/tenants', undefined, revoked.headers)).status, 200)
  t.equal((await operator.ask('DELETE', `/api-keys/${revoked.id}`, undefined, good.headers)).status, 204)
  t.match((await operator.events()).at(-1), { type: 'api-key.revoked', actor: good.id, subject: revoked.id, details: { before: { name: 'CI' } } })
  operator.clock.advance(60)
  const last = good.key.at(-1) === '2' ? '3' : '2'
  const bad = {
    expired: short.key,
    revoked: revoked.key,
    'of the right id, with another secret': good.key.slice(0, -1) + last,
    'of another id': good.key.replace(good.id.slice(4), revoked.id.slice(4)),
    'of nobody': good.key.replace(good.id.slice(4), '23456789abcdefghijkm'),
    'too long': `${good.key}2`,
    'its id alone': good.id,
    'its hash': String((await operator.database.raw(`select key_hash from api_keys where id = '${good.id}'`))[0]?.['key_hash'])
  }
  const sentences = new Set<unknown>()
  for (const [what, key] of Object.entries(bad)) {
    const answer = await operator.ask('GET', '/tenants', undefined, { authorization: `Bearer ${key}` })
    t.equal(answer.status, 401, what)
    sentences.add(answer.at('detail'))
  }
  t.equal(sentences.size, 1, 'whoever guesses learns nothing')
  t.equal((await operator.ask('GET', '/tenants', undefined, good.headers)).status, 200)
})

void t.test('What a key cannot be is said by field', async t => {
  const operator = await openOperator(t)
  const cases: ReadonlyArray<readonly [object, string]> = [
    [{ scopes: [] }, '/scopes'],
    [{ scopes: ['root'] }, '/scopes/0'],
    [{ scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
    [{ scopes: ['read'], expiresAt: 'tomorrow' }, '/expiresAt']
  ]
  for (const [body, path] of cases) {
    const answer = await operator.ask('POST', '/api-keys', { name: 'CI', ...body })
    t.equal(answer.status, 400, path)
    t.equal(answer.at('errors.0.path'), path, answer.text)
  }
  t.equal((await operator.ask('GET', '/api-keys')).at('items.0'), undefined)
})

void t.test('The last use is written down at most once a minute', async t => {
  const operator = await openOperator(t)
  const { id, headers } = await makeKey(operator, ['read'])
  const lastUse = async () => (await operator.stores.apiKeys.list()).find(key => key.id === id)?.lastUsedAt
  const first = operator.clock.now()
  await operator.ask('GET', '/tenants', undefined, headers)
  t.same(await lastUse(), first)
  operator.clock.advance(59)
  await operator.ask('GET', '/tenants', undefined, headers)
  t.same(await lastUse(), first)
  operator.clock.advance(1)
  await operator.ask('GET', '/tenants', undefined, headers)
  t.same(await lastUse(), operator.clock.now())
})

void t.test('A route that does not say its scope is not served', async t => {
  const operator = await openOperator(t)
  t.ok(operator.routes.length > 40)
  const { default: Fastify } = await import('fastify')
  const { scopeOf } = await import('../../../src/http/routes/api/operator-token.ts')
  const app = Fastify()
  app.addHook('onRoute', ({ schema, url }) => { scopeOf(schema, url) })
  t.throws(() => app.get('/forgotten', async () => ({})), /does not say which scope/)
})

function scopeIn (security: unknown): Scope {
  const [first] = Array.isArray(security) ? security : []
  const held = object(first)['operatorToken']
  const scope = scopes.find(known => Array.isArray(held) && held[0] === known)
  if (scope === undefined) throw new Error('An operation says no scope.')
  return scope
}

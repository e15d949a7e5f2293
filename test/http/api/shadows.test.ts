// Can an operator change a live connection without anybody's sign-in depending on a typing mistake?
import t from 'tap'
import { isId } from '../../../src/tenant/id.ts'
import { openOperator, type Operator } from './operator.ts'
import { settle } from './signed-in.ts'

const secret = 'another-secret-of-acme-0123456789abcdef'

async function openLive (operator: Operator) {
  const { tenant, connection } = await settle(operator, 'acme', 'ada@acme.test')
  const path = `/tenants/acme/connections/${connection}`
  return {
    path,
    read: async () => (await operator.ask('GET', path)).body,
    /** As a test sign-in does it. */
    pass: async () => {
      if (!isId('tnt', tenant) || !isId('con', connection)) throw new Error('no ids')
      const found = await operator.stores.connections.find(tenant, connection)
      return await operator.stores.connections.passTest(tenant, connection, found?.version ?? 0, operator.clock.now(), found?.shadow?.edit)
    }
  }
}

void t.test('What everybody\'s sign-in hangs on waits beside a live connection, and is promoted when a test has passed with it', async t => {
  const operator = await openOperator(t)
  const { ask, clock, events, aliases, forgotten, said, log } = operator
  const { path, read, pass } = await openLive(operator)
  aliases.set('https://id.acme.test', ['https://acme.okta.com'])
  forgotten.length = 0
  const edited = await ask('PATCH', path, { oktaDomain: 'id.acme.test', clientSecret: secret, groupsClaim: 'groups' })
  const shadow = { issuer: 'https://id.acme.test', clientId: '0oa1northwind5d7', clientAuthentication: 'client_secret_basic', secretReplaced: true, testedAt: null }
  t.match(edited.body, { issuer: 'https://acme.okta.com', groupsClaim: 'groups', state: 'live', shadow })
  t.match((await ask('PATCH', path, { oktaDomain: 'id.acme.test', clientId: '0oa1northwind5d7' })).body, { shadow }, 'what waits already changes nothing')
  t.match((await ask('POST', `${path}/promote`)).body, { status: 409, code: 'connection-state', detail: /No test sign-in has passed with the settings that wait/ })
  t.equal(await pass(), true)
  t.match(await read(), { shadow: { testedAt: clock.now().toISOString() }, testedAt: null })
  t.match((await ask('POST', `${path}/promote`)).body, { issuer: 'https://id.acme.test', state: 'live', shadow: null, testedAt: clock.now().toISOString() })
  t.equal((await ask('POST', `${path}/promote`)).status, 409)
  t.strictSame((await events()).map(event => event['type']).filter(type => /shadow|promoted/.test(String(type))), ['connection.shadow-changed', 'connection.promoted'])
  t.match((await events()).find(event => event['type'] === 'connection.promoted')?.['details'], { before: { issuer: 'https://acme.okta.com' }, after: { issuer: 'https://id.acme.test' }, replaced: ['clientSecret'] })
  for (const text of [...said, ...log, JSON.stringify(await events())]) t.notOk(text.includes(secret))
})

void t.test('With `apply` an edit counts at once, and what waited is gone', async t => {
  const operator = await openOperator(t)
  const { path } = await openLive(operator)
  await operator.ask('PATCH', path, { clientId: '0oawaiting' })
  t.match((await operator.ask('PATCH', path, { clientId: '0oanow', apply: 'now' })).body, { clientId: '0oanow', state: 'live', shadow: null })
  t.equal((await operator.ask('PATCH', path, { clientId: '0oa', apply: 'later' })).status, 400)
  t.equal((await operator.ask('POST', '/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa', apply: 'now' })).status, 400)
})

void t.test('What waits can be dropped, and says nothing of itself to another tenant', async t => {
  const operator = await openOperator(t)
  const { path, read } = await openLive(operator)
  await settle(operator, 'globex', 'gus@globex.test')
  await operator.ask('PATCH', path, { clientId: '0oawaiting' })
  t.equal((await operator.ask('DELETE', `${path}/shadow`.replace('acme', 'globex'))).status, 404)
  t.equal((await operator.ask('DELETE', `${path}/shadow`)).status, 204)
  t.match(await read(), { shadow: null, clientId: '0oa1northwind5d7' })
  t.equal((await operator.ask('DELETE', `${path}/shadow`)).status, 404)
})

void t.test('What is not live is edited itself', async t => {
  const operator = await openOperator(t)
  const { path } = await openLive(operator)
  await operator.ask('POST', `${path}/rollback`)
  t.match((await operator.ask('PATCH', path, { clientId: '0oaother' })).body, { clientId: '0oaother', state: 'draft', shadow: null })
})

void t.test('A secret that waits brings its own date, which counts when the secret does', async t => {
  const operator = await openOperator(t)
  const { path, read, pass } = await openLive(operator)
  await operator.ask('PATCH', path, { clientSecretExpiresAt: '2027-01-01T00:00:00Z' })
  await operator.ask('PATCH', path, { clientSecret: secret, clientSecretExpiresAt: '2028-01-01T00:00:00Z' })
  t.match(await read(), { clientSecretExpiresAt: '2027-01-01T00:00:00.000Z' })
  await pass()
  await operator.ask('POST', `${path}/promote`)
  t.match(await read(), { clientSecretExpiresAt: '2028-01-01T00:00:00.000Z' })
})

// What does an operator learn of a connection before anybody signs in, and afterwards of its secret?
import t from 'tap'
import type { PreflightConnection } from '../../../src/flows/preflight-connection.ts'
import type { KeptPreflight } from '../../../src/okta/preflight.ts'
import { openOperator } from './operator.ts'

async function open (test: Parameters<typeof openOperator>[0], changes?: { preflightConnection: PreflightConnection }) {
  const operator = await openOperator(test, changes)
  await operator.make('/tenants', { slug: 'acme', name: 'Acme' })
  const made = await operator.make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7', clientSecret: 'a-secret-of-acme' })
  return { ...operator, made, path: `/tenants/acme/connections/${String(made.at('id'))}` }
}

void t.test('A preflight answers with its findings, and the connection shows the last one', async t => {
  const { ask, made, path, clock, events } = await open(t)
  t.equal(made.at('preflight'), null)
  const answer = await ask('POST', `${path}/preflight`)
  t.equal(answer.status, 200)
  t.strictSame(Object.keys(Object(answer.body)), ['passed', 'findings'])
  t.match(answer.body, { passed: false, findings: [{ check: 'organization', outcome: 'failed', code: 'host-unreachable', message: 'No server answers at acme.okta.com.', remedy: /top right/ }] })
  const at = clock.now().toISOString()
  clock.advance(60)
  t.strictSame((await ask('GET', path)).at('preflight'), { ...Object(answer.body), at })
  t.match((await events()).at(-1), { type: 'connection.preflight', actor: 'operator', subject: made.at('id'), details: { passed: false } })
})

void t.test('What a preflight says besides is not said', async t => {
  const finding = { check: 'keys', outcome: 'ok', code: 'keys-readable', message: 'Read.', remedy: null, clientSecret: 'a-secret-of-acme' } as const
  const preflightConnection = async () => ({ passed: true, at: new Date(0), findings: [finding], proofs: 'a-secret-of-acme' } satisfies KeptPreflight & { proofs: string })
  const { ask, path, said } = await open(t, { preflightConnection })
  t.match((await ask('POST', `${path}/preflight`, {})).body, { passed: true, findings: [{ check: 'keys' }] })
  for (const text of said) t.notOk(text.includes('a-secret-of-acme'))
})

void t.test('A preflight is of a connection that there is, and takes nothing', async t => {
  const { ask, make, path } = await open(t)
  await make('/tenants', { slug: 'globex', name: 'Globex' })
  t.equal((await ask('POST', `${path.replace('acme', 'globex')}/preflight`)).status, 404)
  t.equal((await ask('POST', '/tenants/acme/connections/con-unknown/preflight')).status, 404)
  t.equal((await ask('POST', `${path}/preflight`, { deep: true })).status, 400)
})

void t.test('A secret may have a date; a new secret begins without one, and a date alone interrupts nobody', async t => {
  const { ask, path, made, database, forgotten, events } = await open(t)
  t.equal(made.at('clientSecretExpiresAt'), null)
  const version = async () => (await database.raw('select version from connections'))[0]?.['version']
  const before = await version()
  t.equal((await ask('PATCH', path, { clientSecretExpiresAt: '2027-01-31T12:00:00+01:00' })).at('clientSecretExpiresAt'), '2027-01-31T11:00:00.000Z')
  t.equal((await ask('GET', path)).at('clientSecretExpiresAt'), '2027-01-31T11:00:00.000Z')
  t.equal(await version(), before)
  t.strictSame(forgotten, [])
  t.equal((await ask('PATCH', path, { clientSecret: 'another-secret-of-acme' })).at('clientSecretExpiresAt'), null)
  t.equal((await ask('PATCH', path, { clientSecret: 'a-third-secret-of-acme', clientSecretExpiresAt: '2027-02-28T00:00:00Z' })).at('clientSecretExpiresAt'), '2027-02-28T00:00:00.000Z')
  t.equal((await ask('PATCH', path, { clientSecretExpiresAt: null })).at('clientSecretExpiresAt'), null)
  t.strictSame((await events()).filter(event => event['type'] === 'connection.changed').map(event => event['details']), [
    { clientSecretExpiresAt: '2027-01-31T11:00:00.000Z' }, { replaced: ['clientSecret'] }, { replaced: ['clientSecret'], clientSecretExpiresAt: '2027-02-28T00:00:00.000Z' }, { clientSecretExpiresAt: null }
  ])
  for (const wrong of ['soon', '2027-13-01T00:00:00Z', 1_800_000_000, '']) t.equal((await ask('PATCH', path, { clientSecretExpiresAt: wrong })).status, 400, String(wrong))
})

// Can an operator roll a connection out without locking anybody out?
import t from 'tap'
import { isId } from '../../../src/tenant/id.ts'
import { openOperator, type Operator } from './operator.ts'
import { settle } from './signed-in.ts'

async function openDraft (operator: Operator) {
  const tenant = String((await operator.make('/tenants', { slug: 'acme', name: 'Acme' })).at('id'))
  const id = String((await operator.make('/tenants/acme/connections', { oktaDomain: 'acme.okta.com', clientId: '0oa1acme5northwind5d7' })).at('id'))
  const path = `/tenants/acme/connections/${id}`
  return {
    id,
    path,
    state: async () => (await operator.ask('GET', path)).at('state'),
    /** As a test sign-in does it. */
    pass: async () => {
      if (!isId('tnt', tenant) || !isId('con', id)) throw new Error('no ids')
      const found = await operator.stores.connections.find(tenant, id)
      return await operator.stores.connections.passTest(tenant, id, found?.version ?? 0, operator.clock.now())
    }
  }
}

void t.test('A connection is verified by the test sign-in that its settings have passed, and the log says by which', async t => {
  const operator = await openOperator(t)
  const { ask, events, clock } = operator
  const { path, pass } = await openDraft(operator)
  t.match((await ask('POST', `${path}/verify`)).body, { code: 'connection-state', detail: /No test sign-in has passed with these settings/ })
  await pass()
  t.equal((await ask('GET', path)).at('testedAt'), clock.now().toISOString())
  await ask('PATCH', path, { clientId: '0oa1other' })
  t.equal((await ask('GET', path)).at('testedAt'), null)
  t.equal((await ask('POST', `${path}/verify`)).status, 409)
  await pass()
  t.match((await ask('POST', `${path}/verify`)).body, { state: 'verified' })
  t.match((await events()).find(event => event['type'] === 'connection.verified')?.['details'], { provenance: 'test-sign-in', before: { state: 'draft' }, after: { state: 'verified' } })
})

void t.test('An edit that leads elsewhere takes a verified connection back to draft', async t => {
  const operator = await openOperator(t)
  const { path, state } = await openDraft(operator)
  await operator.make(`${path}/verify`, { provenance: 'operator' })
  await operator.ask('PATCH', path, { groupsClaim: 'groups' })
  t.equal(await state(), 'verified')
  t.equal((await operator.ask('PATCH', path, { oktaDomain: 'acme2.okta.com' })).at('state'), 'draft')
  t.equal((await operator.ask('POST', `${path}/go-live`)).status, 409)
})

void t.test('A connection without its client id is verified by nobody', async t => {
  const operator = await openOperator(t)
  const { path } = await openDraft(operator)
  await operator.database.raw("update connections set client_id = ''")
  t.match((await operator.ask('POST', `${path}/verify`, { provenance: 'operator' })).body, { status: 409, code: 'connection-incomplete' })
})

void t.test('A go-live can be planned with its time zone, planned anew, and given up', async t => {
  const operator = await openOperator(t)
  const { ask, clock, events } = operator
  const { path, state } = await openDraft(operator)
  t.match((await ask('POST', `${path}/go-live`, { at: '2027-01-01T08:00:00+01:00' })).body, { code: 'connection-state' })
  await operator.make(`${path}/verify`, { provenance: 'operator' })
  for (const at of ['tomorrow', '2027-01-01', '2027-01-01T08:00:00', '2027-13-01T08:00:00Z', '', 5, '2020-01-01T08:00:00Z', clock.now().toISOString(), '2099-01-01T08:00:00Z']) {
    const refused = await ask('POST', `${path}/go-live`, { at })
    t.match(refused.body, { status: 400, code: 'validation-failed' }, String(at))
    t.match(refused.text, /"\/at"/)
  }
  t.match((await ask('POST', `${path}/go-live`, { at: '2027-01-01T08:00:00+01:00' })).body, { state: 'verified', goLiveAt: '2027-01-01T07:00:00.000Z' })
  t.equal((await ask('POST', `${path}/go-live`, { at: '2027-01-02T08:00:00Z' })).at('goLiveAt'), '2027-01-02T08:00:00.000Z')
  t.equal((await ask('POST', `${path}/go-live`, { at: null })).at('goLiveAt'), null)
  t.equal((await ask('POST', `${path}/go-live`, { at: null })).status, 200, 'what is given up already stays so')
  await ask('POST', `${path}/go-live`, { at: '2027-01-02T08:00:00Z' })
  t.match((await ask('POST', `${path}/go-live`)).body, { state: 'live', goLiveAt: null })
  t.equal(await state(), 'live')
  t.strictSame((await events()).map(event => event['type']).filter(type => /go-live|went/.test(String(type))), ['connection.go-live-scheduled', 'connection.go-live-scheduled', 'connection.go-live-cancelled', 'connection.go-live-scheduled', 'connection.went-live'])
})

void t.test('Okta can be required once an admin has come in through a live connection, and not before', async t => {
  const operator = await openOperator(t)
  const { ask, database } = operator
  t.match((await ask('POST', '/tenants', { slug: 'globex', name: 'Globex', enforcement: 'required' })).body, { status: 409, code: 'enforcement-premature', detail: /role admin has signed in/ })
  t.equal((await ask('GET', '/tenants/globex')).status, 404)
  const { tenant, connection, member } = await settle(operator, 'acme', 'ada@acme.test')
  const requireIt = async () => (await ask('PATCH', '/tenants/acme', { enforcement: 'required', name: 'Acme' })).status
  t.equal(await requireIt(), 409)
  t.equal((await ask('GET', '/tenants/acme')).at('enforcement'), 'optional')
  await database.raw("insert into identities values ($1, $2, 'https://acme.okta.com', '00u1', $3, 'email', now())", [tenant, connection, member])
  await database.raw("update members set status = 'active'")
  t.equal(await requireIt(), 409, 'somebody has, but no admin')
  await ask('PATCH', `/tenants/acme/members/${member}`, { roles: ['Admin', 'administrator'] })
  t.equal(await requireIt(), 409, 'the role is called admin')
  await ask('PATCH', `/tenants/acme/members/${member}`, { roles: ['admin'] })
  t.equal(await requireIt(), 200)
  await ask('POST', `/tenants/acme/connections/${connection}/rollback`)
  t.equal(await requireIt(), 200, 'what is required already need not be proven again')
  t.equal((await ask('PATCH', '/tenants/acme', { enforcement: 'optional' })).status, 200)
  t.equal(await requireIt(), 409)
})

void t.test('The report names who will find the door shut', async t => {
  const operator = await openOperator(t)
  const { connection, member } = await settle(operator, 'acme', 'ada@acme.test')
  const globex = await settle(operator, 'globex', 'ada@acme.test')
  const report = await operator.ask('GET', `/tenants/acme/connections/${connection}/report`)
  const ada = { count: 1, first: [{ id: member, email: 'ada@acme.test', name: 'ada@acme.test' }] }
  const nobody = { count: 0, first: [] }
  t.strictSame(report.body, { members: 1, outsideDomains: ada, neverSignedIn: ada, linkedElsewhere: nobody, otherEmailInOkta: nobody, inOtherTenants: ada })
  t.equal((await operator.ask('GET', `/tenants/acme/connections/${globex.connection}/report`)).status, 404)
  t.notMatch(report.text, globex.tenant)
})

void t.test('A login form learns what to do with an address, and where to send the browser', async t => {
  const operator = await openOperator(t)
  const { ask } = operator
  const { tenant, connection } = await settle(operator, 'acme', 'ada@acme.test')
  const ask1 = async (email: string) => (await ask('GET', `/login-policy?email=${encodeURIComponent(email)}`)).body
  const nowhere = { policy: 'other', url: null, fallbackUrl: null, tenant: null }
  t.strictSame(await ask1('ada@acme.test'), nowhere, 'a domain that is only claimed is nobody\'s')
  await operator.make('/tenants/acme/domains/acme.test/verify', { provenance: 'operator' })
  await ask('PATCH', '/tenants/acme', { fallbackLoginUrl: 'https://www.northwind.test/password?from=sso' })
  const acme = { id: tenant, slug: 'acme', name: 'acme' }
  const fallbackUrl = 'https://www.northwind.test/password?from=sso&login_hint=ada%40acme.test'
  t.strictSame(await ask1(' Ada@ACME.test'), { policy: 'sso-optional', url: 'https://login.northwind.test/auth/login?login_hint=ada%40acme.test', fallbackUrl, tenant: acme })
  await operator.database.raw("update tenants set enforcement = 'required'")
  t.match(await ask1('ada@acme.test'), { policy: 'sso-required', fallbackUrl: null })
  await ask('POST', `/tenants/acme/connections/${connection}/retire`)
  t.strictSame(await ask1('ada@acme.test'), { policy: 'other', url: null, fallbackUrl, tenant: acme })
  t.match(await ask1('not an address'), { status: 400, code: 'email-malformed' })
  t.equal((await ask('GET', '/login-policy')).status, 400)
  t.equal((await ask('GET', '/login-policy?email=a@acme.test&email=b@acme.test')).status, 400)
  t.equal((await operator.send('GET', '/login-policy?email=ada@acme.test')).status, 401)
})

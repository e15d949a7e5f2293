// Can support find out how a login went?
import t from 'tap'
import { openOperator } from './operator.ts'
import { settle, signIn } from './signed-in.ts'

void t.test('A login that ended well is told step by step, without an explanation', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const { reference } = await signIn(operator, acme, 'ada')
  const story = await operator.ask('GET', `/attempts/${reference}`)
  t.equal(story.status, 200)
  t.strictSame(story.body, {
    reference,
    tenantId: acme.tenant,
    connectionId: acme.connection,
    memberId: acme.member,
    door: 'login',
    outcome: 'signed-in',
    code: null,
    loginHint: 'ada@acme.test',
    returnTo: 'https://app.northwind.test/start',
    startedAt: '2026-11-21T09:00:00.000Z',
    finishedAt: '2026-11-21T09:00:00.000Z',
    tenant: { id: acme.tenant, slug: 'acme', name: 'acme' },
    steps: [
      { at: '2026-11-21T09:00:00.000Z', name: 'asked', detail: { door: 'login' } },
      { at: '2026-11-21T09:00:00.000Z', name: 'signed-in', milliseconds: 12, detail: { amr: ['pwd'], hosts: null } }
    ],
    explanation: null
  })
})

void t.test('A login that ended badly is told with what the person has read', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const tenant = await operator.stores.tenants.find(acme.tenant)
  const [connection] = tenant === null ? [] : await operator.stores.connections.list(tenant.id)
  if (tenant === null || connection === undefined) throw new Error('The scene is not set.')
  const at = operator.clock.now()
  const failures = [
    { reference: 'brave-otter-k7q2m', code: 'user-not-assigned', outcome: 'refused' as const, connectionId: connection.id },
    { reference: 'brave-otter-k7q3m', code: 'provider-timeout', outcome: 'failed' as const, connectionId: null },
    { reference: 'brave-otter-k7q4m', code: 'a-code-of-an-older-version', outcome: 'refused' as const, connectionId: connection.id }
  ]
  for (const failure of failures) {
    await operator.stores.attempts.saveFailedStart({ tenantId: tenant.id, door: 'initiate', loginHint: null, steps: [{ at, name: 'refused', detail: { code: failure.code } }], at, ...failure })
    const story = await operator.ask('GET', `/attempts/${failure.reference}`)
    t.equal(story.at('code'), failure.code)
    t.equal(typeof story.at('explanation.headline'), 'string')
    t.equal(typeof story.at('explanation.sentence'), 'string')
    t.equal(typeof story.at('explanation.actions.0.text'), 'string')
    t.equal(story.at('explanation.retry'), undefined, 'only what is described')
  }
  t.match((await operator.ask('GET', '/attempts/brave-otter-k7q2m')).text, /acme-admin\.okta\.com|assign/i)
})

void t.test('The logins of a tenant are listed latest first, page by page', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const globex = await settle(operator, 'globex', 'gus@globex.test')
  await signIn(operator, globex, 'gus')
  const references: string[] = []
  for (const name of ['one', 'two', 'three']) {
    operator.clock.advance(60)
    references.unshift((await signIn(operator, acme, name)).reference)
  }
  const first = await operator.ask('GET', '/tenants/acme/attempts?limit=2')
  const second = await operator.ask('GET', `/tenants/acme/attempts?limit=2&cursor=${String(first.at('next'))}`)
  t.strictSame([first.at('items.0.reference'), first.at('items.1.reference'), second.at('items.0.reference')], references)
  t.equal(second.at('next'), null)
  t.equal(second.at('items.1'), undefined)
})

void t.test('An unknown reference is 404, and the answer says where else to look', async t => {
  const { ask } = await openOperator(t)
  for (const reference of ['brave-otter-k7q2m', 'nothing', '%00', 'x'.repeat(200), 'brave-otter-k7q2m%20']) {
    const answer = await ask('GET', `/attempts/${reference}`)
    t.equal(answer.status, 404)
    t.equal(answer.at('code'), 'not-found')
    t.match(String(answer.at('detail')), /never reached a tenant has its reference in the log only/)
  }
})

// Can an operator decide whose an account at Okta is that claims a member's address, and nobody in another tenant's name?
import t, { type Test } from 'tap'
import { openOperator, type Operator } from './operator.ts'
import { waitingAccount, settle, signIn } from './signed-in.ts'

async function open (t: Test) {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  await signIn(operator, acme, 'ada')
  return { operator, acme, conflict: await waitingAccount(operator, acme, '00u-second') }
}
// `match` would let an account too many pass.
const accountsOf = async ({ ask }: Operator, member: string) => (await ask('GET', `/tenants/acme/members/${member}/identities`)).body as { items: Array<{ subject: string }> }
const eventsOf = async (operator: Operator) => (await operator.events()).filter(({ type }) => String(type).startsWith('identity.'))

void t.test('An account that claims a member\'s address is listed with whom it concerns and the login to look at', async t => {
  const { operator, acme, conflict } = await open(t)
  const { ask, clock } = operator
  const at = clock.now().toISOString()
  t.strictSame((await ask('GET', '/tenants/acme/identity-conflicts')).body, {
    items: [{ id: conflict, connection: acme.connection, issuer: 'https://acme.okta.com', subject: '00u-second', email: 'ada@acme.test', member: { id: acme.member, email: 'ada@acme.test', name: 'ada@acme.test' }, reference: 'login-of-00u-second', times: 1, firstAt: at, at }],
    next: null
  })
  clock.advance(60)
  const later = await waitingAccount(operator, acme, '00u-third')
  const first = await ask('GET', '/tenants/acme/identity-conflicts?limit=1')
  t.match(first.body, { items: [{ id: later }], next: /./ })
  t.match((await ask('GET', `/tenants/acme/identity-conflicts?limit=1&cursor=${String(first.at('next'))}`)).body, { items: [{ id: conflict }], next: null })
  t.equal((await ask('GET', '/tenants/acme/identity-conflicts?cursor=nonsense')).status, 400)
})

void t.test('Linked on the operator\'s word, it is an identity of the member like the others, and the log says on whose word', async t => {
  const { operator, acme, conflict } = await open(t)
  for (const [member, status] of [['mem-somebody', 404], ['', 400], [7, 400]] as const) t.equal((await operator.ask('POST', `/tenants/acme/identity-conflicts/${conflict}/link`, { member })).status, status, 'it waits for another')
  const linked = await operator.make(`/tenants/acme/identity-conflicts/${conflict}/link`, { member: acme.member })
  t.strictSame(linked.body, { id: conflict, connection: acme.connection, issuer: 'https://acme.okta.com', subject: '00u-second', linkedBy: 'operator', createdAt: operator.clock.now().toISOString() })
  t.match(await eventsOf(operator), [{ type: 'identity.conflict', actor: 'gatehouse', subject: acme.member }, { type: 'identity.linked', tenant_id: acme.tenant, actor: 'operator', address: '127.0.0.1', subject: acme.member, reference: 'login-of-00u-second', details: { conflict, connection: acme.connection, issuer: 'https://acme.okta.com', subject: '00u-second', linkedBy: 'operator' } }])
  t.match((await operator.ask('GET', `/tenants/acme/members/${acme.member}/identities`)).body, { items: [{ subject: '00u-ada' }, { id: conflict, linkedBy: 'operator' }] })
  t.strictSame((await operator.ask('GET', '/tenants/acme/identity-conflicts')).body, { items: [], next: null })
  const again = await operator.ask('POST', `/tenants/acme/identity-conflicts/${conflict}/link`, {})
  t.equal(again.status, 404)
  t.match(again.text, /it was linked or dismissed, its member is gone, or it has come with another member's address since/)
  t.strictSame((await operator.ask('DELETE', `/tenants/acme/members/${acme.member}/identities/${conflict}`)).body, { ended: 0 }, 'and it is taken away like the others')
})

void t.test('Dismissed, it is off the list, links nobody, and the log says by whom', async t => {
  const { operator, acme, conflict } = await open(t)
  t.equal((await operator.ask('POST', `/tenants/acme/identity-conflicts/${conflict}/dismiss`, {})).status, 204)
  t.match((await eventsOf(operator)).at(-1), { type: 'identity.dismissed', actor: 'operator', subject: acme.member, details: { conflict, times: 1 } })
  t.strictSame((await operator.ask('GET', '/tenants/acme/identity-conflicts')).body, { items: [], next: null })
  for (const move of ['link', 'dismiss']) t.equal((await operator.ask('POST', `/tenants/acme/identity-conflicts/${conflict}/${move}`, {})).status, 404)
  t.strictSame((await accountsOf(operator, acme.member)).items.map(({ subject }) => subject), ['00u-ada'])
  t.equal((await eventsOf(operator)).length, 2)
})

void t.test('Another tenant\'s conflict is 404, and what belongs to it stays as it is', async t => {
  const { operator, acme, conflict } = await open(t)
  const globex = await settle(operator, 'globex', 'gus@globex.test')
  const before = await operator.everything()
  t.strictSame((await operator.ask('GET', '/tenants/globex/identity-conflicts')).body, { items: [], next: null })
  for (const id of [conflict, conflict.replace('idn-', 'mem-'), acme.member, globex.member, 'nobody', 'idn-%00']) {
    for (const move of ['link', 'dismiss']) {
      const answer = await operator.ask('POST', `/tenants/globex/identity-conflicts/${id}/${move}`, {})
      t.equal(answer.status, 404, `${move} ${id}`)
      t.notOk(answer.text.includes('00u-second'))
    }
  }
  t.equal(await operator.everything(), before)
  t.equal((await eventsOf(operator)).length, 1)
})

void t.test('A key that may look looks, one that may help dismisses, and one that may do everything links', async t => {
  const { operator, acme, conflict } = await open(t)
  const keyFor = async (scope: string) => `Bearer ${String((await operator.make('/api-keys', { name: scope, scopes: [scope] })).at('key'))}`
  const [read, support] = [await keyFor('read'), await keyFor('support')]
  const path = '/tenants/acme/identity-conflicts'
  const tried = async (authorization: string, move: string) => (await operator.ask('POST', `${path}/${conflict}/${move}`, {}, { authorization })).at('code')
  t.equal((await operator.ask('GET', path, undefined, { authorization: read })).status, 200)
  for (const [authorization, move] of [[read, 'link'], [read, 'dismiss'], [support, 'link']] as const) t.equal(await tried(authorization, move), 'scope-missing')
  t.match((await operator.ask('GET', path)).body, { items: [{ id: conflict }] })
  t.equal((await operator.ask('POST', `${path}/${conflict}/dismiss`, {}, { authorization: support })).status, 204)
  t.strictSame((await accountsOf(operator, acme.member)).items.map(({ subject }) => subject), ['00u-ada'])
})

// Can an operator see by which accounts somebody signs in, and take one away with everything that it has opened?
import t from 'tap'
import { openOperator } from './operator.ts'
import { settle, signIn } from './signed-in.ts'

void t.test('The accounts of a member are listed, and one that is taken away takes its sign-ins along', async t => {
  const operator = await openOperator(t)
  const { ask } = operator
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const first = await signIn(operator, acme, 'ada')
  operator.clock.advance(60)
  const preview = String((await operator.make('/tenants/acme/connections', { oktaDomain: 'acme.oktapreview.com', clientId: '0oa2northwind5d7' })).at('id'))
  await operator.make(`/tenants/acme/connections/${preview}/verify`, { provenance: 'operator' })
  await operator.make(`/tenants/acme/connections/${preview}/go-live`, {})
  const second = await signIn(operator, { ...acme, connection: preview }, 'ada-of-preview')
  const path = `/tenants/acme/members/${acme.member}/identities`
  const listed = await ask('GET', path)
  t.strictSame(listed.body, {
    items: [['00u-ada', first.identity, acme.connection, 0], ['00u-ada-of-preview', second.identity, preview, 60]].map(([subject, id, connection, seconds]) => ({
      id, connection, issuer: 'https://acme.okta.com', subject, linkedBy: 'email', createdAt: new Date(operator.clock.now().getTime() - 60_000 + Number(seconds) * 1000).toISOString()
    })),
    next: null
  })
  t.match((await ask('GET', `${path}?limit=1`)).body, { items: [{ id: first.identity }], next: /./ })

  t.strictSame((await ask('DELETE', `${path}/${first.identity}`)).body, { ended: 1 })
  t.match((await operator.events()).at(-1), { type: 'identity.unlinked', actor: 'operator', subject: acme.member, details: { before: { connection: acme.connection, issuer: 'https://acme.okta.com', subject: '00u-ada', linkedBy: 'email' }, ended: 1 } })
  t.equal((await ask('GET', `/sessions/${first.session}`)).status, 404)
  t.equal((await ask('GET', `/sessions/${second.session}`)).status, 200, 'what the other account has opened goes on')
  t.match((await ask('GET', path)).body, { items: [{ id: second.identity }] })
  t.equal((await ask('DELETE', `${path}/${first.identity}`)).status, 404, 'it is gone')
})

void t.test('An account is taken away from its own member only', async t => {
  const operator = await openOperator(t)
  const acme = await settle(operator, 'acme', 'ada@acme.test')
  const { identity } = await signIn(operator, acme, 'ada')
  const bob = String((await operator.make('/tenants/acme/members', { email: 'bob@acme.test' })).at('id'))
  t.strictSame((await operator.ask('GET', `/tenants/acme/members/${bob}/identities`)).body, { items: [], next: null })
  t.equal((await operator.ask('DELETE', `/tenants/acme/members/${bob}/identities/${identity}`)).status, 404)
  t.match((await operator.ask('GET', `/tenants/acme/members/${acme.member}/identities`)).body, { items: [{ id: identity }] })
})

// Is a token that is kept in two pieces still the one that was signed?
import t from 'tap'
import { IssuedToken } from '../../src/token/issued-token.ts'

const claims = { iat: 1_800_000_000, exp: 1_800_000_300, sub: 'mem-ada', email: 'ada@acme.test', tenant: 'acme', roles: ['admin', 'buyer'] }
const orders = { id: 'app-orders', audience: 'https://orders.northwind.test' }

void t.test('A token is given out as it was signed, whichever other tokens are kept beside it', async t => {
  const texts = ['one.ada.s1', 'one.bob.s2', 'two.ada.s3', 'one.eve.s4', 'no-dots', '.']
  const kept = texts.map(text => new IssuedToken(text, { app: orders, claims, kid: 'key-one', ring: {} }))
  t.strictSame(kept.map(({ token }) => token), texts)
})

void t.test('It is for one app with one audience, and is to be renewed when a tenth of its life is left', async t => {
  const token = new IssuedToken('a.b.c', { app: orders, claims, kid: 'key-one', ring: {} })
  t.ok(token.isFor(orders))
  t.notOk(token.isFor({ ...orders, audience: 'https://other.northwind.test' }))
  t.notOk(token.isFor({ ...orders, id: 'app-stock' }))
  const { exp, renewAt, sub, email, tenant, roles } = token
  t.strictSame({ exp, renewAt, sub, email, tenant, roles }, { exp: 1_800_000_300, renewAt: 1_800_000_270, sub: 'mem-ada', email: 'ada@acme.test', tenant: 'acme', roles: 'admin,buyer' })
})

void t.test('One that lives for seconds, as at the end of a session, is given out until it ends', t => {
  for (const [life, left] of [[1, 0], [9, 0], [10, 1], [15, 1], [305, 30]] as const) {
    const { exp, renewAt } = new IssuedToken('a.b.c', { app: orders, claims: { ...claims, exp: claims.iat + life }, kid: 'key-one', ring: {} })
    t.equal(exp - renewAt, left, `${life} s`)
  }
  t.end()
})

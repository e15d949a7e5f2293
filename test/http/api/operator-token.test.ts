// Does anybody learn anything without the operator's token?
import t from 'tap'
import { findOperator } from '../../../src/http/operator-credentials.ts'
import { openOperator, operatorToken } from './operator.ts'

void t.test('Without the right token everything under /api/v1 is 401, whether it is there or not', async t => {
  const { send, everything } = await openOperator(t)
  const before = await everything()
  const tokens: Record<string, string | undefined> = {
    none: undefined,
    empty: '',
    'a bare scheme': 'Bearer',
    'another token': `Bearer ${operatorToken}x`,
    'a token that begins the same': `Bearer ${operatorToken.slice(0, -1)}`,
    'another scheme': `Basic ${Buffer.from(`operator:${operatorToken}`).toString('base64')}`,
    'the token alone': operatorToken,
    'two tokens': `Bearer ${operatorToken} ${operatorToken}`,
    'the token and a control character': `Bearer ${operatorToken}\u0001`,
    'a very long token': `Bearer ${'a'.repeat(8_000)}`
  }
  const paths = ['/tenants', '/openapi.json', '/nothing-here', '/tenants/acme/connections/con-x', '', '/', '/sessions/ses-x', '/tenants/%00']
  for (const [what, authorization] of Object.entries(tokens)) {
    for (const path of paths) {
      const answer = await send('GET', path, authorization === undefined ? {} : { headers: { authorization } })
      t.equal(answer.status, 401, `${what}: ${path}`)
      t.equal(answer.at('code'), 'unauthorized')
      t.equal(answer.headers['www-authenticate'], 'Bearer')
      t.match(answer.headers['content-type'], /^application\/problem\+json/)
    }
  }
  for (const payload of ['{"slug":"acme","name":"Acme"}', '{', 'x'.repeat(100_000)]) {
    const answer = await send('POST', '/tenants', { payload, headers: { 'content-type': 'application/json' } })
    t.equal(answer.status, 401, 'before the body is read')
  }
  t.equal(await everything(), before)
})

void t.test('The scheme is compared without case, and the token is enough', async t => {
  const { send } = await openOperator(t)
  for (const authorization of [`Bearer ${operatorToken}`, `bearer ${operatorToken}`, `BEARER  ${operatorToken} `]) {
    const answer = await send('GET', '/tenants', { headers: { authorization } })
    t.equal(answer.status, 200, authorization.slice(0, 8))
    t.equal(answer.headers['cache-control'], 'no-store')
  }
})

void t.test('Where no token is set, nobody is the operator', async t => {
  const { send } = await openOperator(t, { findOperator: findOperator({ operatorToken: null, apiKeys: { find: async () => null, touch: async () => {} }, now: () => new Date(0) }) })
  for (const authorization of [`Bearer ${operatorToken}`, 'Bearer null', 'Bearer undefined', 'Bearer ']) {
    t.equal((await send('GET', '/tenants', { headers: { authorization } })).status, 401)
  }
})

void t.test('With the token, what is not there is 404', async t => {
  const { ask } = await openOperator(t)
  for (const path of ['/nothing-here', '', '/', '/tenants/acme/nothing', '/Tenants']) {
    const answer = await ask('GET', path)
    t.equal(answer.status, 404, path)
    t.equal(answer.at('code'), 'route-unknown')
  }
  t.equal((await ask('PUT', '/tenants', { slug: 'acme', name: 'Acme' })).status, 404)
})

// Is the session at the provider ended without the ID token in an address?
import { inspect } from 'node:util'
import t from 'tap'
import { Secret } from '../../src/secret.ts'
import { buildEndSession } from '../../src/oidc/end-session.ts'
import { issuer } from './spoiled-message.ts'

const endSessionEndpoint = `${issuer}/oauth2/v1/logout`
const idToken = new Secret('a.b.c')

void t.test('the ID token is a field of a form, and prints as nothing', async t => {
  const form = buildEndSession({ endSessionEndpoint, idToken, postLogoutRedirectUri: 'https://login.northwind.test/auth/logout', state: 's-1' })
  t.equal(form.url, endSessionEndpoint)
  t.same(Object.keys(form.fields), ['id_token_hint', 'post_logout_redirect_uri', 'state'])
  t.equal(form.fields.id_token_hint, idToken)
  t.notMatch(inspect(form) + JSON.stringify(form), /a\.b\.c/)
})

void t.test('without a registered address to return to, none is named', async t => {
  t.same(Object.keys(buildEndSession({ endSessionEndpoint, idToken }).fields), ['id_token_hint'])
})

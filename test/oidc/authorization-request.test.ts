// Does the browser leave with everything that binds the answer to it?
import t from 'tap'
import { buildAuthorizationRequest } from '../../src/oidc/authorization-request.ts'
import { challengeOf } from '../../src/oidc/pkce.ts'
import { clientId, issuer, redirectUri } from './spoiled-message.ts'

const input = {
  metadata: { authorizationEndpoint: `${issuer}/oauth2/v1/authorize` },
  clientId,
  redirectUri,
  scopes: ['openid', 'profile', 'email'],
  state: 'state-1',
  nonce: 'nonce-1',
  codeChallenge: challengeOf('verifier-1')
}
const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams)

void t.test('CS-B01 BCP-08: the request asks for a code, with openid among the scopes, and for nothing else', async t => {
  t.same(parametersOf(buildAuthorizationRequest(input)), {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challengeOf('verifier-1'),
    code_challenge_method: 'S256'
  })
})

void t.test('openid is asked for even where the connection’s scopes forgot it', async t => {
  t.equal(parametersOf(buildAuthorizationRequest({ ...input, scopes: ['email', 'email'] })).scope, 'openid email')
})

void t.test('BCP-03: PKCE is S256, as in the example of RFC 7636', async t => {
  t.equal(challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'), 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
})

void t.test('TPL-04: a login hint is passed on, encoded', async t => {
  const url = buildAuthorizationRequest({ ...input, loginHint: 'ada+x&prompt=none@acme.test', prompt: 'login', maxAgeSeconds: 3600 })
  t.match(parametersOf(url), { login_hint: 'ada+x&prompt=none@acme.test', prompt: 'login', max_age: '3600' })
  t.equal(new URL(url).searchParams.getAll('prompt').length, 1)
})

void t.test('IDT-13: a maximum age of zero is sent', async t => {
  t.equal(parametersOf(buildAuthorizationRequest({ ...input, maxAgeSeconds: 0 })).max_age, '0')
})

void t.test('what the endpoint’s own address brings is kept, and cannot change the request', async t => {
  const url = buildAuthorizationRequest({ ...input, metadata: { authorizationEndpoint: `${issuer}/authorize?brand=x&client_id=other&client_id=more` } })
  t.match(parametersOf(url), { brand: 'x', client_id: clientId })
  t.same(new URL(url).searchParams.getAll('client_id'), [clientId])
})

// What leaves for a provider before anybody signs in?
import t from 'tap'
import { buildCredentialsRequest, buildPushedRequest, buildSilentRequest } from '../../src/oidc/setup-requests.ts'
import { Secret } from '../../src/secret.ts'

const credentials = { method: 'client_secret_basic', clientId: '0oa1', clientSecret: new Secret('a secret') } as const
const request = { metadata: { authorizationEndpoint: 'https://acme.okta.com/oauth2/v1/authorize' }, clientId: '0oa1', redirectUri: 'https://login.northwind.test/auth/callback/con-1', scopes: ['email'], state: 'state', nonce: 'nonce', codeChallenge: 'challenge' }
const form = (body: string | undefined) => Object.fromEntries(new URLSearchParams(body))

void t.test('RFC 6749 §4.1.3: the credentials are shown with a code that nobody gave out', async t => {
  const sent = buildCredentialsRequest({ tokenEndpoint: 'https://acme.okta.com/oauth2/v1/token', credentials, redirectUri: request.redirectUri, code: 'none', verifier: 'verifier' })
  t.match(sent, { method: 'POST', url: 'https://acme.okta.com/oauth2/v1/token', headers: { authorization: /^Basic /, 'content-type': 'application/x-www-form-urlencoded' } })
  t.strictSame(form(sent.body), { grant_type: 'authorization_code', code: 'none', redirect_uri: request.redirectUri, code_verifier: 'verifier' })
})

void t.test('RFC 9126 §2.1: a pushed request is the one that a browser would carry, with our credentials', async t => {
  const sent = buildPushedRequest({ endpoint: 'https://acme.okta.com/oauth2/v1/par', credentials: { ...credentials, method: 'client_secret_post' }, request })
  t.equal(sent.url, 'https://acme.okta.com/oauth2/v1/par')
  t.strictSame(form(sent.body), { response_type: 'code', client_id: '0oa1', redirect_uri: request.redirectUri, scope: 'openid email', state: 'state', nonce: 'nonce', code_challenge: 'challenge', code_challenge_method: 'S256', client_secret: 'a secret' })
})

void t.test('OIDC Core §3.1.2.1: a silent visit asks for no page, and brings no credentials', async t => {
  const { url, method, body, headers } = buildSilentRequest(request)
  t.match(new URL(url).searchParams.get('prompt'), 'none')
  t.strictSame([method, body, Object.keys(headers)], ['GET', undefined, ['accept']])
})

// Is a code redeemed as the provider expects, with no secret where it could be read?
import { generateKeyPair, jwtVerify } from 'jose'
import t from 'tap'
import { Secret } from '../../src/secret.ts'
import { checkCallback, parseCallback } from '../../src/oidc/authorization-response.ts'
import { signClientAssertion } from '../../src/oidc/client-assertion.ts'
import { buildClientAuthentication } from '../../src/oidc/client-authentication.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import { buildTokenRequest } from '../../src/oidc/token-request.ts'
import { parseTokenResponse } from '../../src/oidc/token-response.ts'
import { codeOf, thrownBy } from './refused.ts'
import { clientSecret } from './signing-keys.ts'
import { callbackCheck, callbackQuery, clientId, issuer, now, redirectUri, tokenAnswer } from './spoiled-message.ts'

const callback = checkCallback({ parameters: parseCallback(callbackQuery()), metadata: { issuer, issInResponse: false }, ...callbackCheck() })
const metadata = { issuer, tokenEndpoint: `${issuer}/oauth2/v1/token` }
const credentials = { clientId, clientSecret: new Secret(clientSecret) }
const code = { grant_type: 'authorization_code', code: 'code-of-ada-0123456789', redirect_uri: redirectUri, code_verifier: callback.verifier.reveal() }
const formOf = (body: string | undefined) => Object.fromEntries(new URLSearchParams(body))

void t.test('CS-B14 BCP-03 BCP-15: with client_secret_basic the secret is in the header only, and the verifier is always sent', async t => {
  const request = buildTokenRequest(callback, { metadata, credentials: { ...credentials, method: 'client_secret_basic' } })
  t.match(request, { method: 'POST', url: `${issuer}/oauth2/v1/token` })
  t.same(formOf(request.body), code)
  t.equal(Buffer.from(request.headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString(), `${clientId}:${clientSecret}`)
})

void t.test('BCP-15: with client_secret_post the secret is in the body only', async t => {
  const request = buildTokenRequest(callback, { metadata, credentials: { ...credentials, method: 'client_secret_post' } })
  t.same(formOf(request.body), { ...code, client_id: clientId, client_secret: clientSecret })
  t.notOk('authorization' in request.headers)
})

void t.test('the request names no origin, with which Okta would take it for a browser’s', async t => {
  for (const method of ['client_secret_basic', 'client_secret_post'] as const) {
    const names = Object.keys(buildTokenRequest(callback, { metadata, credentials: { ...credentials, method } }).headers)
    t.same(names.filter(name => !['accept', 'content-type', 'authorization'].includes(name)), [])
  }
})

void t.test('MIX-03: a code goes to the provider that gave it and to no other', async t => {
  const other = { issuer: parseIssuer('https://globex.okta.com'), tokenEndpoint: 'https://globex.okta.com/oauth2/v1/token' }
  t.equal(codeOf(() => buildTokenRequest(callback, { metadata: other, credentials: { ...credentials, method: 'client_secret_basic' } })), 'callback-issuer-mismatch')
})

void t.test('BCP-15: reserved characters of a secret are form-encoded inside the Basic header', async t => {
  const { headers } = buildClientAuthentication({ method: 'client_secret_basic', clientId: 'a:b', clientSecret: new Secret('p+q %&ü=-_.~') })
  t.equal(Buffer.from(headers.authorization?.slice(6) ?? '', 'base64').toString(), 'a%3Ab:p%2Bq+%25%26%C3%BC%3D-_.%7E')
})

void t.test('IDT-20: the lifetime of the access token is a number of seconds, or unknown', async t => {
  t.equal(parseTokenResponse(tokenAnswer(), now).expiresInSeconds, 3600)
  for (const value of ['3600', -1, null, {}]) t.equal(parseTokenResponse(tokenAnswer({ token: { set: { expires_in: value } } }), now).expiresInSeconds, undefined)
})

void t.test('what the token endpoint said goes with the refusal', async t => {
  const body = '{"error":"invalid_grant","error_description":"PKCE verification failed."}'
  t.match(thrownBy(() => parseTokenResponse(tokenAnswer({ token: { status: 400, body } }), now)),
    { code: 'token-refused', provider: { where: 'token', status: 400, error: 'invalid_grant', description: 'PKCE verification failed.' } })
})

void t.test('an error page instead of an error is an outage: nothing was decided about this code', async t => {
  t.equal(codeOf(() => parseTokenResponse(tokenAnswer({ token: { status: 403, contentType: 'text/html', body: '<h1>Forbidden</h1>' } }), now)), 'provider-error')
})

void t.test('a busy token endpoint says when it may be asked again', async t => {
  t.match(thrownBy(() => parseTokenResponse(tokenAnswer({ token: { status: 429, headers: { 'x-rate-limit-reset': String(now.getTime() / 1000 + 3) } } }), now)), { retryAfterSeconds: 3 })
})

void t.test('OIDC Core §9: with private_key_jwt a fresh signature stands for the secret, for this endpoint and two minutes', async t => {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const audience = metadata.tokenEndpoint
  const clientAssertion = await signClientAssertion({ clientId, audience, key: { kid: 'key-acme', privateKey }, now, id: 'once-0123456789' })
  const request = buildTokenRequest(callback, { metadata, credentials: { method: 'private_key_jwt', clientId, clientAssertion } })
  t.notOk('authorization' in request.headers)
  const { client_assertion: sent = '', ...form } = formOf(request.body)
  t.same(form, { ...code, client_id: clientId, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' })
  const { payload, protectedHeader } = await jwtVerify(sent, publicKey, { currentDate: now, audience, issuer: clientId })
  t.same(protectedHeader, { alg: 'ES256', typ: 'JWT', kid: 'key-acme' })
  const issuedAt = Math.floor(now.getTime() / 1000)
  t.same(payload, { iss: clientId, sub: clientId, aud: audience, iat: issuedAt, exp: issuedAt + 120, jti: 'once-0123456789' })
})

// Tests of the faulty provider: that it is Okta-shaped when nothing is wrong, and that every knob breaks what it says.
import t from 'tap'
import type { Test } from 'tap'
import { request } from 'undici'
import { createIdentityProvider } from '../../src/idp/provider.ts'
import type { IdentityProvider } from '../../src/idp/provider.ts'
import { outcomeOf, redirectUri, signIn } from '../idp/sign-in.ts'
import type { SignInOptions } from '../idp/sign-in.ts'
import { startFaultyProvider } from './faulty-provider.ts'
import type { Faults, FaultyProvider } from './faulty-provider.ts'

async function open (t: Test, options: Parameters<typeof startFaultyProvider>[0] = {}): Promise<{ provider: FaultyProvider, idp: IdentityProvider, hasty: IdentityProvider }> {
  const provider = await startFaultyProvider(options)
  const build = (seconds: number) => createIdentityProvider({ developmentOrigins: [provider.origin], now: provider.now, delay: async () => {}, totalSeconds: seconds, timeouts: { connectSeconds: seconds, headersSeconds: seconds, bodySeconds: seconds } })
  // One waits as long as it takes, however busy the machine is; the other gives up on whoever never answers.
  const [idp, hasty] = [build(60), build(0.4)]
  t.teardown(async () => {
    await idp.close()
    await hasty.close()
    await provider.close()
  })
  return { provider, idp, hasty }
}

type Row = readonly [knob: string, faults: (provider: FaultyProvider) => Faults, outcome: string, options?: SignInOptions]

const accepted = '00uAdaacme'
const rows: readonly Row[] = [
  ['nothing', () => ({}), accepted],
  ['discovery: wrong issuer', provider => ({ discovery: { members: { issuer: `${provider.issuer}INVALID` } } }), 'discovery-issuer-mismatch'],
  ['discovery: foreign token endpoint', () => ({ discovery: { members: { token_endpoint: 'https://mallory.test/token' } } }), 'discovery-endpoint-foreign'],
  ['discovery: missing member', () => ({ discovery: { omit: ['jwks_uri'] } }), 'discovery-malformed'],
  ['discovery: HTML', () => ({ discovery: { mishap: { kind: 'answer', status: 200 } } }), 'provider-error'],
  ['discovery: redirect to a private address', () => ({ discovery: { mishap: { kind: 'redirect', to: 'http://169.254.169.254/' } } }), 'discovery-malformed'],
  ['discovery: 64 MB', () => ({ discovery: { mishap: { kind: 'huge', bytes: 64 * 1024 * 1024 } } }), 'provider-error'],
  ['discovery: gzip bomb', () => ({ discovery: { mishap: { kind: 'gzip-bomb', bytes: 64 * 1024 * 1024 } } }), 'provider-error'],
  ['discovery: gzip unasked', () => ({ discovery: { mishap: { kind: 'gzip' } } }), 'provider-error'],
  ['discovery: never-ending body', () => ({ discovery: { mishap: { kind: 'endless' } } }), 'provider-error'],
  ['discovery: slow loris', () => ({ discovery: { mishap: { kind: 'drip' } } }), 'provider-timeout'],
  ['discovery: silence', () => ({ discovery: { mishap: { kind: 'hang' } } }), 'provider-timeout'],
  ['discovery: reset', () => ({ discovery: { mishap: { kind: 'reset' } } }), 'provider-unreachable'],
  ['discovery: not HTTP', () => ({ discovery: { mishap: { kind: 'not-http' } } }), 'provider-error'],
  ['keys: none', () => ({ keys: { serve: 'none' } }), 'discovery-malformed'],
  ['keys: for encryption only', () => ({ keys: { serve: 'encryption-only' } }), 'discovery-malformed'],
  ['keys: one without kid', () => ({ keys: { serve: 'without-kid' }, idToken: { header: { kid: undefined } } }), accepted],
  ['keys: two without kid', () => ({ keys: { serve: 'two-without-kid' }, idToken: { header: { kid: undefined } } }), 'id-token-key-unknown'],
  ['keys: the same kid twice', () => ({ keys: { serve: 'duplicate-kid' } }), 'id-token-key-unknown'],
  ['keys: somebody else\'s, at first', () => ({ keys: { serve: 'foreign' } }), accepted],
  ['keys: 302', () => ({ keys: { mishap: { kind: 'redirect', to: 'http://10.0.0.1/' } } }), 'discovery-malformed'],
  ['keys: 503', () => ({ keys: { refusal: 'unavailable' } }), 'provider-error'],
  ['authorize: no state', () => ({ authorize: { parameters: { state: null } } }), 'callback-malformed'],
  ['authorize: state twice', () => ({ authorize: { twice: ['state'] } }), 'callback-duplicate-parameter'],
  ['authorize: foreign iss', () => ({ authorize: { parameters: { iss: 'https://mallory.test' } } }), 'callback-issuer-mismatch'],
  ['authorize: refused', () => ({ authorize: { parameters: { code: null, error: 'access_denied', error_description: 'User is not assigned to the client application.' } } }), 'callback-error'],
  ['authorize: code and error', () => ({ authorize: { parameters: { error: 'access_denied' } } }), 'callback-malformed'],
  ['authorize: a token nobody asked for', () => ({ authorize: { parameters: { id_token: 'x.y.z' } } }), 'callback-unsolicited-token'],
  ['token: wrong secret', () => ({ token: { refusal: 'invalid-client' } }), 'token-refused'],
  ['token: Okta envelope', () => ({ token: { refusal: 'invalid-client-envelope' } }), 'token-refused'],
  ['token: bad code', () => ({ token: { refusal: 'invalid-grant' } }), 'token-refused'],
  ['token: network zone', () => ({ token: { refusal: 'network-zone' } }), 'token-refused'],
  ['token: 429', () => ({ token: { refusal: 'busy' } }), 'provider-busy'],
  ['token: 503', () => ({ token: { refusal: 'unavailable' } }), 'provider-error'],
  ['token: silence after accepting', () => ({ token: { mishap: { kind: 'hang' } } }), 'provider-timeout'],
  ['token: redirect', () => ({ token: { mishap: { kind: 'redirect', to: 'https://acme-admin.okta.com/' } } }), 'token-malformed'],
  ['token: no id_token', () => ({ token: { omit: ['id_token'] } }), 'id-token-missing'],
  ['token: bEARER', () => ({ token: { members: { token_type: 'bEARER' } } }), accepted],
  ['token: no expires_in', () => ({ token: { omit: ['expires_in'] } }), accepted],
  ['ID token: iss', provider => ({ idToken: { claims: { iss: `${provider.issuer}1` } } }), 'id-token-issuer'],
  ['ID token: aud', provider => ({ idToken: { claims: { aud: `${provider.clientId}1` } } }), 'id-token-audience'],
  ['ID token: a second audience', provider => ({ idToken: { claims: { aud: [provider.clientId, 'other'] } } }), 'id-token-audience'],
  ['ID token: azp', () => ({ idToken: { claims: { azp: 'other' } } }), 'id-token-authorized-party'],
  ['ID token: no sub', () => ({ idToken: { omit: ['sub'] } }), 'id-token-subject'],
  ['ID token: nonce', () => ({ idToken: { claims: { nonce: 'other' } } }), 'id-token-nonce'],
  ['ID token: expired', () => ({ idToken: { claims: { exp: Math.floor(Date.now() / 1000) - 360 } } }), 'id-token-expired'],
  ['ID token: from the future', () => ({ idToken: { claims: { iat: Math.floor(Date.now() / 1000) + 600 } } }), 'id-token-issued-at'],
  ['ID token: at_hash', () => ({ idToken: { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } } }), 'id-token-access-token-hash'],
  ['ID token: typ', () => ({ idToken: { header: { typ: 'logout+jwt' } } }), 'id-token-type'],
  ['ID token: kid', () => ({ idToken: { header: { kid: 'unheard-of' } } }), 'id-token-key-unknown'],
  ['ID token: alg none', () => ({ idToken: { signature: 'none' } }), 'id-token-algorithm'],
  ['ID token: HMAC of the secret', () => ({ idToken: { signature: 'client-secret' } }), 'id-token-algorithm'],
  ['ID token: HMAC of the public key', () => ({ idToken: { signature: 'public-key' } }), 'id-token-algorithm'],
  ['ID token: PS256', () => ({ idToken: { signature: 'pss' } }), 'id-token-algorithm'],
  ['ID token: PS256 that calls itself RS256', () => ({ idToken: { signature: 'pss', header: { alg: 'RS256' } } }), 'id-token-signature'],
  ['ID token: another key', () => ({ idToken: { signature: 'foreign' } }), 'id-token-signature'],
  ['ID token: corrupted signature', () => ({ idToken: { signature: 'corrupted' } }), 'id-token-signature'],
  ['ID token: encrypted', () => ({ idToken: { encrypted: true } }), 'id-token-encrypted'],
  ['ID token: payload that is no object', () => ({ idToken: { payload: '[]' } }), 'id-token-malformed'],
  ['ID token: old sign-in although max_age was sent', () => ({ idToken: { claims: { auth_time: 1000 } } }), 'id-token-authentication-time', { maxAgeSeconds: 300 }],
  ['max_age respected', () => ({}), accepted, { maxAgeSeconds: 300 }],
  ['client_secret_post', () => ({}), accepted, { method: 'client_secret_post' }],
  ['userinfo: other sub', () => ({ userinfo: { members: { sub: '00uEve' } } }), 'userinfo-subject-mismatch', { alwaysUserinfo: true }],
  ['userinfo: 401', () => ({ userinfo: { refusal: 'invalid-token' } }), 'userinfo-refused', { alwaysUserinfo: true }],
  ['userinfo: 403', () => ({ userinfo: { refusal: 'insufficient-scope' } }), 'userinfo-refused', { alwaysUserinfo: true }],
  ['userinfo: 500', () => ({ userinfo: { refusal: 'broken' } }), 'provider-error', { alwaysUserinfo: true }],
  ['userinfo: JWT', () => ({ userinfo: { signed: true } }), 'userinfo-malformed', { alwaysUserinfo: true }],
  ['userinfo: slow', () => ({ userinfo: { mishap: { kind: 'drip' } } }), 'provider-timeout', { alwaysUserinfo: true }]
]

void t.test('every knob breaks what it says, for one request', async t => {
  const { provider, idp, hasty } = await open(t)
  for (const [knob, faultsOf, outcome, options = {}] of rows) {
    const asking = outcome === 'provider-timeout' ? hasty : idp
    asking.forget('con-acme')
    Object.assign(provider.next, faultsOf(provider))
    t.equal(await outcomeOf(signIn(asking, provider, options)), outcome, knob)
    if (outcome === accepted) continue
    idp.forget('con-acme')
    t.equal(await outcomeOf(signIn(idp, provider, options)), accepted, `${knob}: gone afterwards`)
  }
})

void t.test('a fault in `always` lasts until it is deleted', async t => {
  const { provider, idp } = await open(t)
  provider.always.idToken = { omit: ['sub'] }
  for (let i = 0; i < 2; i++) t.equal(await outcomeOf(signIn(idp, provider)), 'id-token-subject')
  delete provider.always.idToken
  t.equal(await outcomeOf(signIn(idp, provider)), accepted)
})

void t.test('MIX-01 it can promise `iss` and keep or break the promise', async t => {
  const { provider, idp } = await open(t, { issInResponse: true })
  t.equal(await outcomeOf(signIn(idp, provider)), accepted)
  provider.next.authorize = { parameters: { iss: null } }
  t.equal(await outcomeOf(signIn(idp, provider)), 'callback-issuer-missing')
})

async function askToken (provider: FaultyProvider, form: Record<string, string>, headers: Record<string, string> = {}): Promise<readonly [number, unknown]> {
  const answer = await request(`${provider.origin}/oauth2/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ grant_type: 'authorization_code', ...form }).toString()
  })
  const body: unknown = await answer.body.json()
  return [answer.statusCode, body]
}

void t.test('clients are refused in Okta\'s words', async t => {
  const { provider } = await open(t, { clientAuthentication: 'client_secret_basic' })
  const right = { authorization: `Basic ${Buffer.from(`${provider.clientId}:${provider.clientSecret}`).toString('base64')}` }
  const wrong = { authorization: `Basic ${Buffer.from(`${provider.clientId}:wrong`).toString('base64')}` }
  const other = { authorization: `Basic ${Buffer.from('0oaOther:x').toString('base64')}` }
  const posted = { client_id: provider.clientId, client_secret: provider.clientSecret }
  t.match(await askToken(provider, { code: 'x' }, right), [400, { error: 'invalid_grant', error_description: 'The authorization code is invalid or has expired.' }])
  t.match(await askToken(provider, { code: 'x' }, wrong), [401, { error: 'invalid_client', error_description: 'The client secret supplied for a confidential client is invalid.' }])
  t.match(await askToken(provider, { code: 'x' }, other), [401, { errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter." }])
  t.match(await askToken(provider, posted), [401, { error: 'invalid_client', error_description: /^Client authentication failed/ }])
  t.match(await askToken(provider, posted, right), [400, { error: 'invalid_request', error_description: /^Can't supply multiple/ }])
  t.match(await askToken(provider, {}, { ...right, origin: 'https://a.test' }), [401, { error: 'invalid_client', error_description: /^Browser requests/ }])
})

void t.test('a code is good once, for five minutes, with its redirect URI and its verifier', async t => {
  let time = Date.parse('2026-11-21T10:00:00Z')
  const { provider } = await open(t, { now: () => new Date(time), redirectUris: [redirectUri] })
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
  const authorize = async (changed: Record<string, string> = {}): Promise<{ status: number, back: URLSearchParams }> => {
    const asked = new URLSearchParams({ client_id: provider.clientId, response_type: 'code', scope: 'openid', state: 's', redirect_uri: redirectUri, code_challenge: challenge, code_challenge_method: 'S256', ...changed })
    const answer = await request(`${provider.origin}/oauth2/v1/authorize?${asked}`)
    await answer.body.dump()
    return { status: answer.statusCode, back: URL.parse(String(answer.headers.location))?.searchParams ?? new URLSearchParams() }
  }
  const redeem = async (changed: Record<string, string>) => await askToken(provider, { client_id: provider.clientId, client_secret: provider.clientSecret, redirect_uri: redirectUri, code_verifier: verifier, ...changed })
  const code = (await authorize()).back.get('code') ?? ''
  t.match(await redeem({ code }), [200, { token_type: 'Bearer', expires_in: 3600, id_token: /^[\w-]+\.[\w-]+\.[\w-]+$/ }])
  t.match(await redeem({ code }), [400, { error: 'invalid_grant' }])
  const codes = await Promise.all([1, 2, 3].map(async () => (await authorize()).back.get('code') ?? ''))
  t.match(await redeem({ code: codes[0] ?? '', code_verifier: 'x'.repeat(43) }), [400, { error_description: 'PKCE verification failed.' }])
  t.match(await redeem({ code: codes[1] ?? '', redirect_uri: `${redirectUri}/` }), [400, { error: 'invalid_grant' }])
  time += 301_000
  t.match(await redeem({ code: codes[2] ?? '' }), [400, { error: 'invalid_grant' }])
  t.equal((await authorize({ redirect_uri: 'https://mallory.test/' })).status, 400, 'a wrong redirect URI is a page of the provider')
  t.equal((await authorize({ client_id: 'other' })).status, 400)
  t.equal((await authorize({ code_challenge_method: 'plain' })).back.get('error'), 'invalid_request')
  t.equal((await authorize({ state: '' })).back.get('error'), 'invalid_request')
  t.equal((await authorize({ response_type: 'token' })).back.get('error'), 'unsupported_response_type')
  t.equal((await authorize({ scope: 'email' })).back.get('error'), 'invalid_scope')
})

void t.test('a form_post answer is a form, and an unknown client id gets Okta\'s envelope from discovery', async t => {
  const { provider } = await open(t)
  provider.next.authorize = { formPost: true }
  const asked = new URLSearchParams({ client_id: provider.clientId, response_type: 'code', scope: 'openid', state: 's"<', redirect_uri: redirectUri, code_challenge: 'x'.repeat(43), code_challenge_method: 'S256' })
  const form = await (await request(`${provider.origin}/oauth2/v1/authorize?${asked}`)).body.text()
  t.match(form, `<form method="post" action="${redirectUri}">`)
  t.match(form, 'name="state" value="s&quot;&lt;"')
  const unknown = await request(`${provider.origin}/.well-known/openid-configuration?client_id=0oaOther`)
  t.match([unknown.statusCode, await unknown.body.json()], [400, { errorCode: 'invalid_client' }])
})

void t.test('what was asked is remembered by name only', async t => {
  const { provider, idp } = await open(t)
  await signIn(idp, provider, { method: 'client_secret_post' })
  t.match(provider.requests.find(({ path }) => path === '/oauth2/v1/token'), {
    method: 'POST', queryNames: { length: 0 }, formNames: ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'client_id', 'client_secret']
  })
  t.notOk(JSON.stringify(provider.requests).includes(provider.clientSecret))
})

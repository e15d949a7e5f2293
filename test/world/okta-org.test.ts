// Is the stand-in shaped like Okta where a gateway could tell the difference?
import { createHash } from 'node:crypto'
import { createLocalJWKSet, createRemoteJWKSet, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { once } from 'node:events'
import { createServer } from 'node:http'
import t from 'tap'
import type { Test } from 'tap'
import { request } from 'undici'
import { createBrowser } from './browser.ts'
import type { Browser, Page } from './browser.ts'
import { createClock } from './clock.ts'
import { findForms } from './html-page.ts'
import { startOktaOrg } from './okta-org.ts'
import type { OktaApp, OktaOrg, RegisteredApp } from './okta-org.ts'

const CALLBACK = 'http://localhost:9/auth/callback/con-1'
const VERIFIER = 'a-verifier-that-is-long-enough-for-the-rule-of-43'
const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')
const ADA = { email: 'ada@acme.test', name: 'Ada Lovelace', groups: ['Engineering'] }
const BOB = { email: 'bob@acme.test', name: 'Bob Stone' }
const EVE = { email: 'eve@acme.test', name: 'Eve Hart' }

interface World { org: OktaOrg, app: RegisteredApp, browser: Browser }

async function createWorld (t: Test, change: Partial<OktaApp> = {}, options: { now?: () => Date, sendIss?: boolean, asksWhoeverIsHinted?: boolean } = {}): Promise<World> {
  const org = await startOktaOrg({ name: 'acme', label: 'Acme Corp', people: [{ ...ADA }, { ...BOB }, { ...EVE }], ...options })
  t.teardown(() => org.stop())
  const app = org.addApp({
    label: 'Northwind',
    redirectUris: [CALLBACK],
    initiateLoginUri: 'http://localhost:9/auth/initiate/con-1',
    postLogoutRedirectUris: ['http://localhost:9/auth/signed-out'],
    assigned: [ADA.email, BOB.email],
    ...change
  })
  return { org, app, browser: createBrowser() }
}

function authorizeUrl ({ org, app }: World, change: Record<string, string | undefined> = {}): string {
  const params: Record<string, string | undefined> = {
    client_id: app.clientId, redirect_uri: CALLBACK, response_type: 'code', scope: 'openid email profile groups', state: 'state-1', nonce: 'nonce-1', code_challenge: CHALLENGE, code_challenge_method: 'S256', ...change
  }
  const given = Object.entries(params).flatMap(([name, value]) => value === undefined ? [] : [[name, value]])
  return `${org.url}/oauth2/v1/authorize?${new URLSearchParams(given).toString()}`
}

const atApp = (next: URL): boolean => next.href.startsWith('http://localhost:9/')

/** Goes to the organisation and, where it asks, picks a person. Answers with what the app would be sent. */
async function authorize (world: World, person: string | undefined, change: Record<string, string | undefined> = {}): Promise<URLSearchParams> {
  const { browser } = world
  let page: Page = await browser.visit(authorizeUrl(world, change), atApp)
  if (page.location === undefined && person !== undefined) page = await browser.submit(new URL(page.url).pathname, { person }, atApp)
  return new URL(page.location ?? 'about:blank').searchParams
}

async function redeem ({ org, app }: World, code: string | null, change: Record<string, string> = {}, authorization = `Basic ${Buffer.from(`${app.clientId}:${app.secrets[0]}`).toString('base64')}`): Promise<{ status: number, body: Record<string, unknown> }> {
  const { statusCode, body } = await request(`${org.url}/oauth2/v1/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(authorization === '' ? {} : { authorization }) },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: code ?? '', redirect_uri: CALLBACK, code_verifier: VERIFIER, ...change }).toString()
  })
  return { status: statusCode, body: parseObject(await body.json()) }
}

function parseObject (value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

async function get (url: string, headers: Record<string, string> = {}): Promise<{ status: number, body: Record<string, unknown>, headers: Record<string, unknown> }> {
  const answer = await request(url, { headers })
  return { status: answer.statusCode, headers: answer.headers, body: parseObject(await answer.body.json()) }
}

async function signIn (world: World, person: string): Promise<{ claims: JWTPayload, idToken: string, accessToken: string }> {
  const { body } = await redeem(world, (await authorize(world, person)).get('code'))
  const idToken = String(body['id_token'])
  return { idToken, accessToken: String(body['access_token']), claims: decodeJwt(idToken) }
}

void t.test('a person signs in with one click and the app gets an ID token like Okta’s', async t => {
  const world = await createWorld(t)
  const { org, app, browser } = world
  const back = await authorize(world, ADA.email)
  t.same([...back.keys()].sort(), ['code', 'state'], 'no `iss` comes back, as Okta has no RFC 9207')
  const { status, body } = await redeem(world, back.get('code'))
  t.equal(status, 200)
  t.match(body, { token_type: 'Bearer', expires_in: 3600 })
  const { payload, protectedHeader } = await jwtVerify(String(body['id_token']), createRemoteJWKSet(new URL(`${org.url}/oauth2/v1/keys`)), { issuer: org.url, audience: app.clientId })
  t.same(Object.keys(protectedHeader).sort(), ['alg', 'kid'])
  t.equal(protectedHeader.alg, 'RS256')
  t.match(payload, { sub: /^00u\w{17}$/, aud: /^0oa\w{17}$/, idp: org.id, ver: 1, jti: /^ID\./, nonce: 'nonce-1', amr: ['mfa', 'otp', 'pwd'], auth_time: Number, at_hash: String, email: ADA.email, name: ADA.name, preferred_username: ADA.email })
  t.match(org.id, /^00o\w{17}$/)
  t.notOk('groups' in payload || 'given_name' in payload || 'email_verified' in payload, 'a thin token leaves the rest to /userinfo')
  t.same(browser.hops.map(hop => hop.status), [303, 200, 302, 303], 'authorize, the sign-in page, the form, the way back')
})

void t.test('the ID token is bare, thin or fat, and /userinfo has everything that was asked for', async t => {
  const world = await createWorld(t)
  const shapes = [['bare', []], ['thin', ['email', 'name']], ['fat', ['email', 'name', 'given_name', 'groups', 'email_verified']]] as const
  for (const [shape, expected] of shapes) {
    world.org.setIdTokenShape(shape)
    const { claims, accessToken } = await signIn(world, ADA.email)
    t.same(['email', 'name', 'given_name', 'groups', 'email_verified'].filter(claim => claim in claims), expected, shape)
    const info = await get(`${world.org.url}/oauth2/v1/userinfo`, { authorization: `Bearer ${accessToken}` })
    t.match(info.body, { sub: claims.sub, email: ADA.email, given_name: 'Ada', groups: ['Everyone', 'Engineering'] }, shape)
  }
  t.equal((await get(`${world.org.url}/oauth2/v1/userinfo`, { authorization: 'Bearer nonsense' })).status, 401)
})

void t.test('what Okta publishes is shaped like Okta’s', async t => {
  const { org, app } = await createWorld(t)
  const metadata = await get(`${org.url}/.well-known/openid-configuration?client_id=${app.clientId}`)
  t.match(metadata.body, { issuer: org.url, jwks_uri: `${org.url}/oauth2/v1/keys`, end_session_endpoint: `${org.url}/oauth2/v1/logout`, code_challenge_methods_supported: ['S256'] })
  t.notOk('authorization_response_iss_parameter_supported' in metadata.body)
  t.equal((await get(`${org.url}/.well-known/openid-configuration`)).status, 200)
  const unknown = await get(`${org.url}/.well-known/openid-configuration?client_id=0oaunknown`)
  t.equal(unknown.status, 400)
  t.match(unknown.body, { errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter.", errorId: /^oae/ })
  t.same((await get(`${org.url}/.well-known/okta-organization`)).body, { id: org.id, _links: { organization: { href: org.url } }, pipeline: 'idx' })
  const keys = await get(`${org.url}/oauth2/v1/keys?client_id=${app.clientId}`)
  t.match(keys.body, { keys: [{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: String }, { kid: String }] })
  t.equal(keys.headers['cache-control'], 'max-age=3832304, must-revalidate')
  t.notOk(JSON.stringify(keys.body).includes('"d"'), 'no private part')
  t.type(keys.headers['x-okta-request-id'], 'string')
})

void t.test('a redirect URI or client that is not registered ends on Okta’s own page and never comes back', async t => {
  const world = await createWorld(t)
  const pages: Array<[Record<string, string>, string]> = [
    [{ redirect_uri: `${CALLBACK}/` }, "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."],
    [{ client_id: '0oaunknown' }, "Invalid value for 'client_id' parameter."]
  ]
  for (const [change, sentence] of pages) {
    const page = await world.browser.visit(authorizeUrl(world, change))
    t.equal(page.status, 400, sentence)
    t.ok(page.text.includes(sentence), sentence)
  }
})

void t.test('every other refusal is sent back to the app in Okta’s words', async t => {
  const world = await createWorld(t, { requirePkce: true })
  const refusals: Array<[Record<string, string | undefined>, string, RegExp]> = [
    [{ prompt: 'none' }, 'login_required', /^The client specified not to prompt, but the user is not logged in\.$/],
    [{ scope: 'openid orders.read' }, 'invalid_scope', /^Custom scopes are not allowed/],
    [{ state: undefined }, 'invalid_request', /'state'/],
    [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request', /PKCE|code_challenge/i]
  ]
  for (const [change, error, description] of refusals) {
    const back = await authorize(world, undefined, change)
    t.equal(back.get('error'), error)
    t.match(back.get('error_description'), description)
    t.notOk(back.has('iss'))
  }
})

void t.test('a person who is not assigned is sent back with access_denied, signed in before or not, until an admin assigns them', async t => {
  const world = await createWorld(t)
  for (const round of ['not signed in', 'signed in']) {
    const back = await authorize(world, EVE.email)
    t.equal(back.get('error'), 'access_denied', round)
    t.equal(back.get('error_description'), 'User is not assigned to the client application.')
    t.equal(back.get('state'), 'state-1')
  }
  world.org.assign(world.app.clientId, EVE.email)
  t.ok((await authorize(world, undefined)).has('code'))
  world.org.unassign(world.app.clientId, EVE.email)
  t.notOk((await authorize(world, undefined)).has('code'))
})

void t.test('the user name is filled in from login_hint, an unknown one is refused, and typing it signs in as well', async t => {
  const world = await createWorld(t)
  const page = await world.browser.visit(authorizeUrl(world, { login_hint: ADA.email }))
  t.equal(findForms(page.body)[0]?.fields['username'], ADA.email)
  t.match(page.body, /<title>Acme Corp — sign-in \(Okta stand-in\)/)
  t.ok(page.text.includes('Sign in as Ada'))
  t.ok(page.text.includes('eve@acme.test · not assigned to Northwind'))
  const action = new URL(page.url).pathname
  t.ok((await world.browser.submit(action, { username: '<b>nobody</b>' })).body.includes('&lt;b&gt;nobody'), 'what is typed is escaped')
  t.ok((await world.browser.submit(action, { username: ' BOB@acme.test' }, atApp)).location?.includes('code='))
})

void t.test('one session serves the dashboard and every app; prompt=login asks again; signing out ends it', async t => {
  const world = await createWorld(t)
  const { browser, org, app } = world
  await browser.visit(org.url)
  t.equal(browser.page().url, `${org.url}/signin`)
  const home = await browser.submit('/signin', { person: ADA.email })
  t.ok(home.text.includes('Northwind'))
  const tile = await browser.click('Northwind', atApp).catch((error: unknown) => error)
  t.ok(tile instanceof Error, 'the tile leads to the app itself, where nobody listens here')
  t.ok(home.body.includes(`href="http://localhost:9/auth/initiate/con-1?iss=${encodeURIComponent(org.url)}"`), 'the tile is the initiate login URI with `iss`')
  t.ok((await authorize(world, undefined, { prompt: 'none' })).has('code'), 'no question for an app either')
  t.notOk((await authorize(world, undefined, { prompt: 'login' })).has('code'))
  t.ok((await authorize(world, BOB.email, { prompt: 'login' })).has('code'), 'another person may sign in then')
  t.ok((await browser.visit(`${org.url}/app/UserHome`)).text.includes('Bob Stone'))
  org.unassign(app.clientId, BOB.email)
  t.notOk((await browser.visit(`${org.url}/app/UserHome`)).text.includes('Northwind'), 'a tile is there only for those who have the app')
  await browser.submit('/signout')
  t.equal((await authorize(world, undefined, { prompt: 'none' })).get('error'), 'login_required')
})

void t.test('where it is told to, it asks again when somebody else is hinted at than is signed in, and takes the answer as it is', async t => {
  for (const asksWhoeverIsHinted of [false, true]) {
    const world = await createWorld(t, {}, { asksWhoeverIsHinted })
    await authorize(world, ADA.email)
    const hinted = await authorize(world, undefined, { login_hint: BOB.email })
    t.equal(hinted.has('code'), !asksWhoeverIsHinted, asksWhoeverIsHinted ? 'asked' : 'as Okta does it: Ada goes on')
    t.ok((await authorize(world, undefined, { login_hint: ADA.email.toUpperCase() })).has('code'), 'not asked about herself')
    t.ok((await authorize(world, undefined, { login_hint: 'nobody@acme.test' })).has('code'), 'nor about nobody')
    t.ok((await authorize(world, ADA.email, { login_hint: BOB.email })).has('code'), 'whoever answers otherwise is not asked twice')
  }
  const { app, browser, org } = await createWorld(t, {}, { asksWhoeverIsHinted: true })
  await authorize({ app, browser, org }, EVE.email)
  t.ok((await authorize({ app, browser, org }, ADA.email, { login_hint: ADA.email })).has('code'), 'somebody without the app does not keep others out')
})

void t.test('two organisations on one host do not sign each other’s people out', async t => {
  const acme = await createWorld(t)
  const globex = await startOktaOrg({ name: 'globex', label: 'Globex', people: [{ email: 'gus@globex.test', name: 'Gus Grant' }] })
  t.teardown(() => globex.stop())
  const { browser } = acme
  await browser.visit(acme.org.url)
  await browser.submit('/signin', { person: ADA.email })
  await browser.visit(globex.url)
  t.equal(browser.page().url, `${globex.url}/signin`, 'one session is not the other')
  await browser.submit('/signin', { person: 'gus@globex.test' })
  t.ok((await browser.visit(acme.org.url)).text.includes('Ada Lovelace'))
  t.not(globex.id, acme.org.id)
})

void t.test('whoever leaves the organisation cannot sign in any more, session or not', async t => {
  const world = await createWorld(t)
  await authorize(world, ADA.email)
  world.org.people.splice(0, 1)
  t.equal((await authorize(world, undefined, { prompt: 'none' })).get('error'), 'login_required')
  t.notOk((await world.browser.visit(`${world.org.url}/app/UserHome`)).text.includes('My apps'))
})

void t.test('the token endpoint refuses in Okta’s words', async t => {
  const world = await createWorld(t)
  const other = world.org.addApp({ label: 'Other', redirectUris: [CALLBACK] })
  const basic = (id: string, secret: string | undefined): string => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
  const code = async (): Promise<string | null> => (await authorize(world, ADA.email)).get('code')
  const refusals: Array<[string, Record<string, string>, string | undefined, number, Record<string, string>]> = [
    ['a wrong secret', {}, basic(world.app.clientId, 'wrong'), 401, { error: 'invalid_client', error_description: 'The client secret supplied for a confidential client is invalid.' }],
    ['an unknown client', {}, basic('0oaunknown', 'x'), 401, { errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter." }],
    ['a wrong verifier', { code_verifier: VERIFIER.toUpperCase() }, undefined, 400, { error: 'invalid_grant', error_description: 'PKCE verification failed.' }],
    ['a wrong code', { code: 'invalid' }, undefined, 400, { error: 'invalid_grant', error_description: 'The authorization code is invalid or has expired.' }],
    ['another client’s code', {}, basic(other.clientId, other.secrets[0]), 400, { error: 'invalid_grant', error_description: 'The grant was issued to another client. Ensure that the `client_id` matches the one used at the authorize request.' }]
  ]
  for (const [title, change, authorization, status, body] of refusals) {
    const answer = await redeem(world, await code(), change, authorization)
    t.equal(answer.status, status, title)
    t.match(answer.body, body, title)
  }
  const once = await code()
  t.equal((await redeem(world, once)).status, 200)
  t.match((await redeem(world, once)).body, { error: 'invalid_grant' }, 'a code is good once')
})

void t.test('client_secret_post, two secrets at a time and private_key_jwt work', async t => {
  const world = await createWorld(t)
  const { org, app } = world
  const code = async (): Promise<string | null> => (await authorize(world, ADA.email)).get('code')
  const byPost = async (secret: string | undefined): Promise<number> => (await redeem(world, await code(), { client_id: app.clientId, client_secret: String(secret) }, '')).status
  const [first] = app.secrets
  t.equal(await byPost(first), 200)
  const second = org.addSecret(app.clientId)
  t.equal(await byPost(second), 200)
  t.equal(await byPost(first), 200)
  t.throws(() => org.addSecret(app.clientId), /maximum number/)
  org.removeSecret(app.clientId)
  t.equal(await byPost(first), 401)

  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = createServer(async (_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ keys: [{ ...await exportJWK(publicKey), kid: 'k', alg: 'ES256', use: 'sig' }] }))
  }).listen(0, '127.0.0.1')
  await once(keys, 'listening')
  t.teardown(() => keys.close())
  const address = keys.address()
  const jwksUri = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/`
  org.changeApp(app.clientId, { clientAuthentication: 'private_key_jwt', jwksUri })
  const assertion = await new SignJWT({ jti: 'once' }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).setIssuer(app.clientId).setSubject(app.clientId).setAudience(`${org.url}/oauth2/v1/token`).setIssuedAt().setExpirationTime('5m').sign(privateKey)
  const signed = await redeem(world, await code(), { client_id: app.clientId, client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion }, '')
  t.equal(signed.status, 200)
})

void t.test('keys rotate with the next one shown before, or in an emergency without', async t => {
  const world = await createWorld(t)
  const published = async (): Promise<JSONWebKeySet> => ({ keys: [], ...(await get(`${world.org.url}/oauth2/v1/keys`)).body })
  const before = await published()
  const first = await signIn(world, ADA.email)
  await world.org.rotateKeys()
  const second = await signIn(world, ADA.email)
  t.not(decodeProtectedHeader(first.idToken).kid, decodeProtectedHeader(second.idToken).kid)
  await t.resolves(jwtVerify(second.idToken, createLocalJWKSet(before)), 'whoever cached the set knows the next key')
  await t.resolves(jwtVerify(first.idToken, createLocalJWKSet(await published())), 'the old one is still there')
  await world.org.rotateKeys({ emergency: true })
  const third = await signIn(world, ADA.email)
  await t.rejects(jwtVerify(third.idToken, createLocalJWKSet(before)), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  await t.rejects(jwtVerify(first.idToken, createLocalJWKSet(await published())), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  await t.resolves(jwtVerify(await world.org.sign({ jti: '1' }, { typ: 'global-token-revocation+jwt' }), createLocalJWKSet(await published())), 'the organisation signs other things too')
})

void t.test('signing out at Okta needs an ID token of the organisation and a registered way back', async t => {
  const world = await createWorld(t)
  const { org, browser } = world
  const { idToken } = await signIn(world, ADA.email)
  const leave = async (params: Record<string, string>): Promise<Page> => await browser.visit(`${org.url}/oauth2/v1/logout?${new URLSearchParams(params).toString()}`, atApp)
  t.equal((await leave({ id_token_hint: 'nonsense' })).status, 400)
  t.equal((await leave({})).status, 400)
  const badUri = await leave({ id_token_hint: idToken, post_logout_redirect_uri: 'http://localhost:9/' })
  t.ok(badUri.text.includes("The 'post_logout_redirect_uri' parameter must be a Logout redirect URI"))
  t.ok((await authorize(world, undefined, { prompt: 'none' })).has('code'), 'a refused one signs nobody out')
  const out = await leave({ id_token_hint: idToken, post_logout_redirect_uri: 'http://localhost:9/auth/signed-out', state: 's 1' })
  t.equal(out.location, 'http://localhost:9/auth/signed-out?state=s+1')
  t.equal((await authorize(world, undefined, { prompt: 'none' })).get('error'), 'login_required')
})

void t.test('its clock can be moved, and RFC 9207 can be switched on', async t => {
  const clock = createClock('2030-01-01T00:00:00Z')
  const world = await createWorld(t, {}, { now: clock.now, sendIss: true })
  t.equal((await authorize(world, ADA.email)).get('iss'), world.org.url)
  const { claims } = await signIn(world, ADA.email)
  t.ok(Math.abs((claims.iat ?? 0) - clock.now().getTime() / 1000) < 3)
  t.equal((claims.exp ?? 0) - (claims.iat ?? 0), 3600)
})

void t.test('a pushed authorization request tells about a wrong redirect URI before anybody is sent away', async t => {
  const { org, app } = await createWorld(t)
  const push = async (redirectUri: string): Promise<number> => {
    const answer = await request(`${org.url}/oauth2/v1/par`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from(`${app.clientId}:${app.secrets[0]}`).toString('base64')}` },
      body: new URLSearchParams({ client_id: app.clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'openid', state: 's', code_challenge: CHALLENGE, code_challenge_method: 'S256' }).toString()
    })
    await answer.body.dump()
    return answer.statusCode
  }
  t.equal(await push(CALLBACK), 201)
  t.equal(await push(`${CALLBACK}/`), 400)
})

// Does a preflight find out by asking? Over real HTTP, at an organisation as Okta is and at a provider that gets things wrong.
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import t from 'tap'
import type { Test } from 'tap'
import type { ConnectionToCheck } from '../../src/flows/preflight-connection.ts'
import { preflightConnection } from '../../src/flows/preflight-connection.ts'
import { createIdentityProvider } from '../../src/idp/provider.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import type { KeptPreflight } from '../../src/okta/preflight.ts'
import { Outage } from '../../src/outage.ts'
import { Secret } from '../../src/secret.ts'
import type { AuditEvent } from '../../src/tenant/event.ts'
import type { ConnectionWithProofs } from '../../src/tenant/connection.ts'
import { acme, acmeOkta, after, now } from '../contracts/cast.ts'
import { startFaultyProvider } from '../world/faulty-provider.ts'
import type { FaultyProvider, FaultyProviderOptions } from '../world/faulty-provider.ts'
import { startOktaOrg } from '../world/okta-org.ts'
import type { OktaApp, OktaOrg } from '../world/okta-org.ts'
import { createRandom } from '../world/randomness.ts'

const publicUrl = 'https://login.northwind.test'
const redirectUri = `${publicUrl}/auth/callback/${acmeOkta.id}`
const { clientSecret: _, ...settings } = acmeOkta

type Changes = Partial<Omit<ConnectionToCheck, 'connection'>> & { readonly connection?: Partial<ConnectionWithProofs> }

function open (t: Test, origin: string, changes: Changes, options: { now?: () => Date, probe?: Parameters<typeof preflightConnection>[0]['idp']['probe'] } = {}) {
  const time = options.now ?? (() => now)
  const idp = createIdentityProvider({ developmentOrigins: [origin], now: time, totalSeconds: 2 })
  t.teardown(() => idp.close())
  const saved: KeptPreflight[] = []
  const events: AuditEvent[] = []
  const connection: ConnectionWithProofs = { ...settings, scopes: ['openid', 'profile', 'email'], issuer: parseIssuer(origin, { developmentOrigins: [origin] }), state: 'draft', version: 1, issuerAliases: [], groupRoles: [], pilotEmails: [], proofs: { clientSecret: null, nextClientSecret: null, clientKey: null }, ...changes.connection }
  const check = preflightConnection({
    idp: options.probe === undefined ? idp : { probe: options.probe },
    health: {
      findToCheck: async (tenantId, id) => tenantId === connection.tenantId && id === connection.id ? { clientSecretExpiresAt: null, preflight: saved.at(-1) ?? null, ...changes, connection } : null,
      savePreflight: async (_tenantId, _id, report) => { saved.push(report) }
    },
    events: { save: async event => { events.push(event) } },
    publicUrl,
    vendorName: 'Northwind',
    developmentOrigins: [origin],
    now: time,
    random: createRandom('preflight')
  })
  return { saved, events, run: async () => await check(connection.tenantId, connection.id), check }
}

const told = (report: KeptPreflight | null) => Object.fromEntries((report?.findings ?? []).map(({ check, outcome, code }) => [check, `${outcome} ${code}`]))

async function startOrg (t: Test, app: Partial<OktaApp> = {}): Promise<{ org: OktaOrg, clientId: string, secret: string }> {
  const org = await startOktaOrg({ name: 'acme', label: 'Acme', people: [], now: () => now })
  t.teardown(async () => { await org.stop() })
  const { clientId, secrets } = org.addApp({ label: 'Northwind', redirectUris: [redirectUri], ...app })
  return { org, clientId, secret: secrets[0] ?? '' }
}

const proofs = (clientSecret: string | null, next: string | null = null) => ({ clientSecret: clientSecret === null ? null : new Secret(clientSecret), nextClientSecret: next === null ? null : new Secret(next), clientKey: null })

const allWell = {
  organization: 'ok organization-found',
  'authorization-server': 'ok organization-server',
  'client-id': 'ok client-id-known',
  issuer: 'ok issuer-matches',
  endpoints: 'ok endpoints-complete',
  keys: 'ok keys-readable',
  scopes: 'ok scopes-offered',
  credentials: 'ok credentials-accepted',
  'redirect-uri': 'ok redirect-uri-registered',
  clock: 'ok clocks-agree',
  reachability: 'unknown not-seen-from-outside'
}

void t.test('an app made as the wizard says passes with its secret, sent in either way, and the report is kept', async t => {
  for (const clientAuthentication of ['client_secret_basic', 'client_secret_post'] as const) {
    const { org, clientId, secret } = await startOrg(t, { clientAuthentication })
    const { run, saved, events } = open(t, org.url, { connection: { clientId, clientAuthentication, proofs: proofs(secret) } })
    const report = await run()
    t.strictSame(told(report), allWell, clientAuthentication)
    t.match(report, { passed: true, at: now.toISOString() })
    t.strictSame(saved, [report])
    t.strictSame(events, [], 'a draft warns nobody')
  }
})

void t.test('without a secret: Okta has fetched our key, or it has another', async t => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const published = { keys: [{ ...await exportJWK(publicKey), kid: 'key-1', alg: 'ES256', use: 'sig' }] }
  const server = createServer((_request, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(published)))
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close(); server.closeAllConnections() })
  const address = server.address()
  const { org, clientId } = await startOrg(t, { clientAuthentication: 'private_key_jwt', jwksUri: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/` })
  const signed = { clientId, clientAuthentication: 'private_key_jwt', proofs: { ...proofs(null), clientKey: { kid: 'key-1', privateKey } } } as const
  const time = () => new Date()
  t.match(told(await open(t, org.url, { connection: signed }, { now: time }).run()), { ...allWell, clock: /clock/ })
  const stranger = await generateKeyPair('ES256')
  const report = await open(t, org.url, { connection: { ...signed, proofs: { ...proofs(null), clientKey: { kid: 'key-1', privateKey: stranger.privateKey } } } }, { now: time }).run()
  t.match(told(report).credentials, /^failed /)
  t.equal(told(report)['redirect-uri'], 'ok redirect-uri-registered', 'the silent visit tells where pushing cannot')
  t.equal(report?.passed, false)
})

void t.test('what is wrong at the organisation is named', async t => {
  const { org, clientId, secret } = await startOrg(t)
  const rows: ReadonlyArray<readonly [what: string, connection: Partial<ConnectionWithProofs>, found: Record<string, string>]> = [
    ['an unknown client id', { clientId: '0oaunknown', proofs: proofs(secret) }, { 'client-id': 'failed client-id-unknown', credentials: 'unknown not-reached', 'redirect-uri': 'unknown not-reached' }],
    ['a wrong secret', { clientId, proofs: proofs(`${secret}x`) }, { credentials: 'failed client-secret-wrong', 'redirect-uri': 'ok redirect-uri-registered' }],
    ['a secret that was replaced, and the next one', { clientId, proofs: proofs(`${secret}x`, secret) }, { credentials: 'warning client-secret-wrong', 'next-credentials': 'ok next-secret-accepted' }],
    ['a next secret that is none', { clientId, proofs: proofs(secret, `${secret}x`) }, { credentials: 'ok credentials-accepted', 'next-credentials': 'warning client-secret-wrong' }],
    ['nothing yet but the address', { clientId: '' }, { organization: 'ok organization-found', endpoints: 'ok endpoints-complete', keys: 'ok keys-readable', 'client-id': 'unknown not-yet-filled-in', issuer: 'unknown not-yet-filled-in', credentials: 'unknown not-yet-filled-in', 'redirect-uri': 'unknown not-reached' }],
    ['no secret yet', { clientId }, { 'client-id': 'ok client-id-known', credentials: 'unknown not-yet-filled-in', 'redirect-uri': 'ok redirect-uri-registered' }],
    ['a scope that Okta has not', { clientId, proofs: proofs(secret), scopes: ['openid', 'orders'] }, { scopes: 'failed custom-scope-refused' }]
  ]
  for (const [what, connection, found] of rows) t.match(told(await open(t, org.url, { connection }).run()), found, what)

  for (const redirectUris of [[`${redirectUri}/`], [redirectUri.toUpperCase()], ['https://login.northwind.test/auth/callback/con-other']]) {
    org.changeApp(clientId, { redirectUris })
    t.equal(told(await open(t, org.url, { connection: { clientId, proofs: proofs(secret) } }).run())['redirect-uri'], 'failed redirect-uri-unregistered', 'by a pushed request')
    t.equal(told(await open(t, org.url, { connection: { clientId } }).run())['redirect-uri'], 'failed redirect-uri-unregistered', 'by a silent visit')
  }
})

async function startFaulty (t: Test, options: FaultyProviderOptions = {}): Promise<FaultyProvider> {
  const provider = await startFaultyProvider({ now: () => now, redirectUris: [redirectUri], ...options })
  t.teardown(() => provider.close())
  return provider
}

type Faults = FaultyProvider['always']
const discovery = '/.well-known/openid-configuration'
const faults: ReadonlyArray<readonly [what: string, faults: Faults, found: Record<string, string>, askedToken: number]> = [
  ['nothing', {}, { ...allWell }, 1],
  ['another issuer', { discovery: { members: { issuer: 'https://login.acme.test' } } }, { issuer: 'failed issuer-foreign', credentials: 'unknown not-reached' }, 0],
  ['endpoints elsewhere', { discovery: { members: { token_endpoint: 'https://evil.test/token' } } }, { endpoints: 'failed discovery-endpoint-foreign', credentials: 'unknown not-reached' }, 0],
  ['no token endpoint', { discovery: { omit: ['token_endpoint'] } }, { endpoints: 'failed discovery-malformed' }, 0],
  ['no code flow', { discovery: { members: { response_types_supported: ['id_token'] } } }, { endpoints: 'failed discovery-unsupported' }, 0],
  ['other signatures', { discovery: { members: { id_token_signing_alg_values_supported: ['HS256'] } } }, { endpoints: 'failed discovery-unsupported' }, 0],
  ['no PKCE', { discovery: { omit: ['code_challenge_methods_supported'] } }, { endpoints: 'warning pkce-not-offered' }, 1],
  ['a redirect to the Admin Console', { discovery: { mishap: { kind: 'redirect', to: 'https://acme-admin.okta.com/' } } }, { endpoints: 'failed discovery-malformed' }, 0],
  ['a web page', { discovery: { mishap: { kind: 'answer', status: 200, contentType: 'text/html', body: '<p>Welcome' } } }, { endpoints: 'unknown provider-silent' }, 0],
  ['an error of its own', { discovery: { mishap: { kind: 'answer', status: 503 } } }, { endpoints: 'unknown provider-silent' }, 0],
  ['pushed requests at another origin', { discovery: { members: { pushed_authorization_request_endpoint: 'https://evil.test/par' } } }, { 'redirect-uri': 'ok redirect-uri-registered' }, 1],
  ['pushed requests that are not licensed', { discovery: { members: { pushed_authorization_request_endpoint: 'PLACE/oauth2/v1/par' } } }, { 'redirect-uri': 'ok redirect-uri-registered' }, 1],
  ['no usable key', { keys: { serve: 'encryption-only' } }, { keys: 'failed keys-unreadable' }, 1],
  ['keys that hang', { keys: { mishap: { kind: 'reset' } } }, { keys: 'unknown provider-silent' }, 1],
  ['a network zone', { token: { refusal: 'network-zone' } }, { credentials: 'failed network-zone' }, 1],
  ['a rate limit', { token: { refusal: 'busy' } }, { credentials: 'unknown provider-silent' }, 1],
  ['the client unknown at the token endpoint', { token: { refusal: 'invalid-client-envelope' } }, { credentials: 'failed client-id-unknown' }, 1],
  ['a way back with another address', { authorize: { mishap: { kind: 'redirect', to: 'https://acme.okta.com/login' } } }, { 'redirect-uri': 'unknown not-tellable' }, 1],
  ['a page that is nothing like an error', { authorize: { mishap: { kind: 'answer', status: 200, contentType: 'text/html', body: '<p>' } } }, { 'redirect-uri': 'unknown not-tellable' }, 1],
  ['a scope refused on the way back', { authorize: { parameters: { error: 'invalid_scope' } } }, { scopes: 'failed scope-not-configured', 'redirect-uri': 'ok redirect-uri-registered' }, 1]
]

void t.test('what a provider gets wrong is named, and what cannot matter any more is not asked', async t => {
  for (const [what, always, found, askedToken] of faults) {
    const provider = await startFaulty(t)
    Object.assign(provider.always, JSON.parse(JSON.stringify(always).replaceAll('PLACE', provider.origin)))
    const { run } = open(t, provider.origin, { connection: { clientId: provider.clientId, proofs: proofs(provider.clientSecret) } })
    t.match(told(await run()), found, what)
    t.equal(provider.asked('/oauth2/v1/token'), askedToken, `${what}: the secret`)
    t.equal(provider.asked(discovery), 1, `${what}: asked once`)
  }
})

void t.test('an app that wants the secret sent in another way is told from one with another secret', async t => {
  const provider = await startFaulty(t, { clientAuthentication: 'client_secret_post' })
  const { run } = open(t, provider.origin, { connection: { clientId: provider.clientId, proofs: proofs(provider.clientSecret) } })
  t.equal(told(await run()).credentials, 'failed client-authentication-mismatch')
})

void t.test('the clock of the provider is compared with ours; an answer out of a cache is not counted', async t => {
  for (const [seconds, found] of [[20, 'ok clocks-agree'], [-45, 'warning clock-skew'], [400, 'failed clock-skew']] as const) {
    const provider = await startFaulty(t, { now: () => after(seconds) })
    const { run } = open(t, provider.origin, { connection: { clientId: provider.clientId, proofs: proofs(provider.clientSecret) } })
    t.equal(told(await run()).clock, found)
  }
  const probe = async () => ({ status: 404, contentType: 'text/html', headers: { date: 'Sat, 21 Nov 2020 09:00:00 GMT', age: '86400' }, body: '' })
  t.equal(told(await open(t, 'https://acme.okta.com', {}, { probe }).run()).clock, 'unknown not-tellable')
})

void t.test('an organisation that is not there is asked one thing', async t => {
  let asked = 0
  const probe = async () => { asked++; throw new Outage('provider-unreachable') }
  const report = await open(t, 'https://acme.okta.com', {}, { probe }).run()
  t.match(told(report), { organization: 'failed host-unreachable', endpoints: 'unknown not-reached' })
  t.equal(asked, 1)
})

void t.test('an app that names itself by whichever address is asked is found at the other name of its organisation', async t => {
  const hosts = ['https://acme.okta.com', 'https://login.acme.test']
  for (const [dynamic, found] of [[true, 'warning issuer-dynamic'], [false, 'ok issuer-matches']] as const) {
    const probe = async ({ url }: { url: string }) => {
      const { origin, pathname } = new URL(url)
      const issuer = dynamic ? origin : hosts[0]
      const bodies: Record<string, unknown> = {
        '/.well-known/okta-organization': { id: '00oacme', pipeline: 'idx', _links: { organization: { href: hosts[0] }, alternate: { href: hosts[1] } } },
        [discovery]: { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/k`, response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256'], code_challenge_methods_supported: ['S256'] }
      }
      const body = bodies[pathname]
      return { status: body === undefined ? 404 : 200, contentType: 'application/json', headers: {}, body: JSON.stringify(body ?? {}) }
    }
    t.equal(told(await open(t, 'https://acme.okta.com', {}, { probe }).run()).issuer, found)
  }
})

void t.test('where a request can be pushed, nobody visits; a draft that is wrong warns nobody', async t => {
  const issuer = 'https://acme.okta.com'
  const asked: string[] = []
  const answers: Record<string, readonly [number, unknown]> = {
    '/.well-known/okta-organization': [200, { id: '00oacme', pipeline: 'idx', _links: { organization: { href: issuer } } }],
    [discovery]: [200, { issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/k`, pushed_authorization_request_endpoint: `${issuer}/p`, response_types_supported: ['code'], id_token_signing_alg_values_supported: ['RS256'] }],
    '/t': [401, { error: 'invalid_client', error_description: 'The client secret supplied for a confidential client is invalid.' }],
    '/p': [201, { request_uri: 'urn:x', expires_in: 60 }]
  }
  const probe = async ({ url }: { url: string }) => {
    const { pathname } = new URL(url)
    asked.push(pathname)
    const [status, body] = answers[pathname] ?? [404, {}]
    return { status, contentType: 'application/json', headers: {}, body: JSON.stringify(body) }
  }
  const { run, events } = open(t, issuer, { connection: { proofs: proofs('a secret') } }, { probe })
  t.match(told(await run()), { credentials: 'failed client-secret-wrong', 'redirect-uri': 'ok redirect-uri-registered' })
  t.strictSame(asked, ['/.well-known/okta-organization', discovery, '/k', '/t', '/p'])
  t.strictSame(events, [])
})

void t.test('a live connection that got worse is told of once', async t => {
  const provider = await startFaulty(t)
  const { run, events } = open(t, provider.origin, { connection: { state: 'live', clientId: provider.clientId, proofs: proofs(provider.clientSecret) } })
  await run()
  t.strictSame(events, [])
  provider.always.token = { refusal: 'invalid-client' }
  await run()
  await run()
  t.match(events, [{ type: 'connection.warning', tenantId: acme.id, actor: 'gatehouse', subject: acmeOkta.id, details: { findings: [{ check: 'credentials', outcome: 'failed', code: 'client-secret-wrong' }] } }])
  t.equal(events.length, 1)
  delete provider.always.token
  await run()
  provider.always.token = { refusal: 'invalid-client' }
  await run()
  t.equal(events.length, 2, 'and again when it was well in between')
})

void t.test('what is kept and told holds no secret, no code and no word of the provider', async t => {
  const provider = await startFaulty(t)
  provider.always.token = { mishap: { kind: 'answer', status: 401, contentType: 'application/json', body: JSON.stringify({ error: 'invalid_client', error_description: 'marker client secret' }) } }
  const { run, saved, events } = open(t, provider.origin, { connection: { state: 'live', clientId: provider.clientId, proofs: proofs(provider.clientSecret) } })
  await run()
  const kept = JSON.stringify([saved, events])
  t.match(kept, 'client-secret-wrong')
  for (const text of [provider.clientSecret, 'marker']) t.notOk(kept.includes(text))
})

void t.test('a connection of somebody else is not there', async t => {
  const { check, saved } = open(t, 'https://acme.okta.com', {})
  t.equal(await check(acme.id, 'con-other' as typeof acmeOkta.id), null)
  t.strictSame(saved, [])
})

void t.test('a fault of our own is not taken for a finding', async t => {
  await t.rejects(open(t, 'https://acme.okta.com', {}, { probe: async () => { throw new TypeError('ours') } }).run(), TypeError)
})

// How does a login begin, and when does it not?
import t from 'tap'
import { hashOf } from '../../src/oidc/hash.ts'
import { OidcRefusal } from '../../src/oidc/refusal.ts'
import { Outage, type OutageCode } from '../../src/outage.ts'
import type { ReturnTo } from '../../src/tenant/return-to.ts'
import { acme, acmeOkta, acmePreview, now } from '../contracts/cast.ts'
import { type LoginWorld, openLoginWorld } from './login-world.ts'

void t.test('the browser is sent to the connection\'s own Okta, with all that the specification asks for and no secret', async t => {
  const world = await openLoginWorld()
  const { started } = await world.begin({ loginHint: 'ada@acme.test' })
  const url = new URL(started.location)
  t.equal(url.origin + url.pathname, `${acmeOkta.issuer}/oauth2/v1/authorize`)
  const { state, nonce, code_challenge: challenge, ...rest } = Object.fromEntries(url.searchParams)
  t.same(rest, {
    response_type: 'code',
    client_id: acmeOkta.clientId,
    redirect_uri: 'https://login.northwind.test/auth/callback/con-acme',
    scope: 'openid email profile',
    code_challenge_method: 'S256',
    login_hint: 'ada@acme.test'
  })
  t.equal(hashOf(state ?? ''), started.attempt.stateHash)
  t.equal(nonce, started.attempt.nonce)
  t.equal(challenge, hashOf(started.attempt.verifier))
  t.notMatch(started.location, started.attempt.verifier)
})

void t.test('the store gets hashes only', async t => {
  const world = await openLoginWorld()
  const { started } = await world.begin()
  const state = new URL(started.location).searchParams.get('state') ?? 'none'
  const kept = JSON.stringify([...world.stores.tables.pending, ...world.stores.tables.stories])
  for (const secret of [state, started.attempt.nonce, started.attempt.verifier]) t.notMatch(kept, secret)
  t.match(kept, started.attempt.stateHash)
})

void t.test('no two logins share a state, a nonce or a verifier, and each is 256 bits', async t => {
  const world = await openLoginWorld()
  const logins = [await world.begin(), await world.begin()]
  const words = logins.flatMap(({ started }) => [started.attempt.nonce, started.attempt.verifier, new URL(started.location).searchParams.get('state') ?? ''])
  t.equal(new Set(words).size, 6)
  t.ok(words.every(word => Buffer.from(word, 'base64url').length === 32))
})

void t.test('the attempt remembers what it began with, and lives ten minutes', async t => {
  const world = await openLoginWorld()
  const { started } = await world.begin({ returnTo: 'https://app.northwind.test/a' as ReturnTo })
  t.match((await world.stores.attempts.consume(started.attempt.stateHash))?.pending, {
    reference: 'login-1',
    connectionId: acmeOkta.id,
    connectionVersion: 1,
    issuer: acmeOkta.issuer,
    redirectUri: 'https://login.northwind.test/auth/callback/con-acme',
    returnTo: 'https://app.northwind.test/a',
    startedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + 600_000).toISOString()
  })
})

void t.test('the story tells of the door, the provider and a target that was dropped', async t => {
  const world = await openLoginWorld()
  await world.begin({ door: 'initiate', returnToDropped: true })
  const story = await world.story('login-1')
  t.match(story, { outcome: 'started', door: 'initiate', stepNames: ['asked', 'return-to-dropped', 'provider-known', 'sent-to-okta'] })
  t.match(story.steps.at(-1)?.detail, { host: 'acme.okta.com' })
})

const refusals: Array<[string, (world: LoginWorld) => Promise<void>, string | null]> = [
  ['sso-not-entitled', async world => await world.changeTenant({ ssoEntitled: false }), null],
  ['connection-retired', async ({ stores }) => { await stores.connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now) }, null],
  ['connection-not-live', async ({ stores }) => { await stores.connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now) }, null],
  ['pilot-only', async ({ stores }) => {
    await stores.connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now)
    await stores.connections.move(acme.id, acmeOkta.id, { move: 'pilot', pilotEmails: ['bob@acme.test'] }, now)
  }, 'ada@acme.test']
]
for (const [code, arrange, loginHint] of refusals) {
  void t.test(`${code}: nobody is sent anywhere, nobody is asked, and the story says why`, async t => {
    const world = await openLoginWorld()
    await arrange(world)
    const ended = await world.start({ loginHint })
    t.match(ended, { kind: 'ended', code, reference: 'login-1', tenant: { id: acme.id }, connection: { id: acmeOkta.id } })
    t.match(await world.story('login-1'), { outcome: 'refused', code, finishedAt: now.toISOString(), stepNames: ['asked', 'refused'] })
    t.same(world.okta.asked, [])
    t.equal(world.stores.tables.pending.size, 0)
  })
}

void t.test('in a pilot its people begin, and those who have not said who they are', async t => {
  const world = await openLoginWorld()
  await world.stores.connections.move(acme.id, acmePreview.id, { move: 'rollback' }, now)
  const moved = await world.stores.connections.move(acme.id, acmePreview.id, { move: 'pilot', pilotEmails: ['ada@acme.test'] }, now)
  if (moved === null) throw new Error('not moved')
  for (const loginHint of ['ADA@acme.test', null]) t.match(await world.start({ connection: moved.connection, loginHint }), { kind: 'started' })
})

const outages: OutageCode[] = ['provider-unreachable', 'provider-timeout', 'provider-error', 'provider-busy']
for (const code of outages) {
  void t.test(`${code} while the provider is looked up: the story says failed`, async t => {
    const world = await openLoginWorld()
    world.okta.spoiled = { metadata: new Outage(code, { providerRequestId: 'Zabc0123' }) }
    t.match(await world.start(), { kind: 'ended', code })
    const story = await world.story('login-1')
    t.match(story, { outcome: 'failed', code, stepNames: ['asked', 'failed'] })
    t.match(story.steps.at(-1)?.detail, { code, providerRequestId: 'Zabc0123' })
  })
}

for (const code of ['discovery-malformed', 'discovery-issuer-mismatch', 'discovery-endpoint-foreign', 'discovery-unsupported', 'discovery-client-unknown'] as const) {
  void t.test(`${code}: the login is refused before it begins`, async t => {
    const world = await openLoginWorld()
    world.okta.spoiled = { metadata: new OidcRefusal(code, { detail: 'as the admin should know' }) }
    t.match(await world.start(), { kind: 'ended', code })
    t.match((await world.story('login-1')).steps.at(-1), { name: 'refused', detail: { code, detail: 'as the admin should know' } })
  })
}

void t.test('a fault of ours is not told as a refusal', async t => {
  const world = await openLoginWorld()
  world.okta.spoiled = { metadata: new TypeError('a fault') }
  await t.rejects(world.start(), /a fault/)
})

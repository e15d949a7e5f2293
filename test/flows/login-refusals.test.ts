// With which code does a login end that may not succeed? Every code that the callback can end with, and what brings it about.
import t from 'tap'
import type { OidcRefusalCode } from '../../src/oidc/refusal.ts'
import { Outage, type OutageCode } from '../../src/outage.ts'
import type { Callback } from '../../src/flows/complete-login.ts'
import type { TenantRefusalCode } from '../../src/tenant/refusal.ts'
import { acme, acmeOkta, acmePreview, after, attemptOf, bob, eve, identityAt, now } from '../contracts/cast.ts'
import { answer, type Spoiled } from './fake-okta.ts'
import { type Browser, type LoginWorld, openLoginWorld } from './login-world.ts'

type Code = OidcRefusalCode | OutageCode | TenantRefusalCode

interface Case {
  code: Code
  when: string
  /** Before the login begins. */
  before?: (world: LoginWorld) => Promise<unknown>
  /** While the person is at Okta. */
  meanwhile?: (world: LoginWorld) => unknown
  spoiled?: Spoiled
  /** What comes back instead. */
  callback?: (browser: Browser) => Partial<Callback>
  /** No attempt was found: no tenant is known, and no story ends. */
  unknown?: true
}

const seconds = (date: Date) => Math.floor(date.getTime() / 1000)
const query = (browser: Browser, change: Record<string, string | null>): Partial<Callback> => {
  const parameters = new URLSearchParams(browser.query)
  for (const [name, value] of Object.entries(change)) {
    if (value === null) parameters.delete(name)
    else parameters.set(name, value)
  }
  return { query: parameters.toString() }
}
const pilotOf = (emails: string[]) => async ({ stores }: LoginWorld) => {
  await stores.connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now)
  await stores.connections.move(acme.id, acmeOkta.id, { move: 'pilot', pilotEmails: emails }, now)
}
const claims = (changed: Record<string, unknown>): Spoiled => ({ claims: changed })

const cases: Case[] = [
  // the way back through the browser
  { code: 'callback-malformed', when: 'the state is missing', callback: browser => query(browser, { state: null }), unknown: true },
  { code: 'callback-malformed', when: 'there is nothing', callback: () => ({ query: '' }), unknown: true },
  { code: 'callback-duplicate-parameter', when: 'the state comes twice', callback: browser => ({ query: `${browser.query}&state=other` }), unknown: true },
  { code: 'callback-unsolicited-token', when: 'an ID token comes through the browser', callback: browser => query(browser, { id_token: 'eyJ' }), unknown: true },
  { code: 'attempt-unknown', when: 'the state was never ours', callback: browser => query(browser, { state: 'never-ours' }), unknown: true },
  { code: 'attempt-expired', when: 'the person took too long', meanwhile: ({ clock }) => { clock.advance(600) } },
  { code: 'attempt-other-browser', when: 'this browser began nothing', callback: () => ({ browserHolds: () => null }) },
  { code: 'attempt-other-browser', when: 'this browser began something else', callback: () => ({ browserHolds: () => ({ nonce: 'other', verifier: 'other' }) }) },
  { code: 'attempt-other-connection', when: 'the callback comes on the path of another connection', callback: () => ({ connectionId: acmePreview.id }) },
  { code: 'attempt-connection-changed', when: 'the connection was edited meanwhile', meanwhile: async ({ stores }) => await stores.connections.change(acme.id, acmeOkta.id, { clientId: 'other' }, now) },
  { code: 'callback-issuer-mismatch', when: 'another issuer answers', callback: browser => query(browser, { iss: 'https://globex.okta.com' }) },
  { code: 'callback-issuer-missing', when: 'a promised issuer is missing', spoiled: { metadata: { issInResponse: true } } },
  { code: 'callback-error', when: 'Okta says no', callback: browser => query(browser, { code: null, error: 'access_denied', error_description: 'User is not assigned to the client application.' }) },
  // the doors
  { code: 'sso-not-entitled', when: 'the tenant lost its entitlement meanwhile', meanwhile: async world => await world.changeTenant({ ssoEntitled: false }) },
  { code: 'connection-retired', when: 'the connection was retired meanwhile', meanwhile: async ({ stores }) => await stores.connections.move(acme.id, acmeOkta.id, { move: 'retire' }, now) },
  { code: 'connection-not-live', when: 'going live was undone meanwhile', meanwhile: async ({ stores }) => await stores.connections.move(acme.id, acmeOkta.id, { move: 'rollback' }, now) },
  { code: 'pilot-only', when: 'somebody signs in who is not in the pilot', before: pilotOf([bob.email]) },
  { code: 'pilot-only', when: 'a known member is not in the pilot', before: async world => { await world.stores.identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), eve.id, now); await world.stores.identities.link(acme.id, identityAt(acmeOkta, '00u1ada'), bob.id, now); await pilotOf([eve.email])(world) } },
  // the token endpoint
  { code: 'token-refused', when: 'Okta refuses the code', spoiled: { redeem: answer({ error: 'invalid_grant' }, { status: 400 }) } },
  { code: 'token-malformed', when: 'no access token came', spoiled: { tokens: { access_token: undefined } } },
  { code: 'id-token-missing', when: 'no ID token came', spoiled: { tokens: { id_token: undefined } } },
  // the ID token
  { code: 'id-token-encrypted', when: 'it has five parts', spoiled: { tokens: { id_token: 'a.b.c.d.e' } } },
  { code: 'id-token-malformed', when: 'it is no JWS', spoiled: { tokens: { id_token: 'nonsense' } } },
  { code: 'id-token-type', when: 'it is another kind of token', spoiled: { header: { typ: 'at+jwt' } } },
  { code: 'id-token-algorithm', when: 'the algorithm is not allowed', spoiled: { metadata: { algorithms: ['ES256'] } } },
  { code: 'id-token-key-unknown', when: 'nobody knows the key', spoiled: { header: { kid: 'another' } } },
  { code: 'id-token-signature', when: 'a stranger signed it', spoiled: { signedBy: 'a stranger' } },
  { code: 'id-token-issuer', when: 'another issuer made it', spoiled: claims({ iss: 'https://globex.okta.com' }) },
  { code: 'id-token-audience', when: 'it is for somebody else', spoiled: claims({ aud: 'somebody-else' }) },
  { code: 'id-token-authorized-party', when: 'somebody else is the authorized party', spoiled: claims({ azp: 'somebody-else' }) },
  { code: 'id-token-expired', when: 'it has expired', spoiled: claims({ exp: seconds(after(-61)) }) },
  { code: 'id-token-issued-at', when: 'it is old', spoiled: claims({ iat: seconds(after(-3600)) }) },
  { code: 'id-token-subject', when: 'the subject is empty', spoiled: claims({ sub: '' }) },
  { code: 'id-token-nonce', when: 'it answers another login', spoiled: claims({ nonce: 'another' }) },
  { code: 'id-token-access-token-hash', when: 'the access token is another', spoiled: claims({ at_hash: 'another' }) },
  { code: 'id-token-authentication-time', when: 'the person signed in tomorrow', spoiled: claims({ auth_time: seconds(after(86_400)) }) },
  { code: 'id-token-claims', when: 'there are too many groups', spoiled: claims({ groups: Array.from({ length: 1001 }, (_, number) => `g${number}`) }) },
  // userinfo, which is asked where the ID token is thin
  { code: 'userinfo-refused', when: 'Okta refuses its own access token', spoiled: { claims: { email: undefined }, userinfo: answer({}, { status: 401 }) } },
  { code: 'userinfo-malformed', when: 'the answer is no JSON', spoiled: { claims: { email: undefined }, userinfo: answer({}, { body: 'x' }) } },
  { code: 'userinfo-subject-mismatch', when: 'the answer is about somebody else', spoiled: { claims: { email: undefined }, userinfo: answer({ sub: '00u2bob', email: bob.email }) } },
  { code: 'discovery-unsupported', when: 'there is no userinfo to ask', before: async ({ okta, needs }) => { const { metadata } = needs.idp; needs.idp.metadata = async provider => { const { userinfoEndpoint: _, ...rest } = await metadata(provider); return rest }; okta.spoiled = claims({ email: undefined }) } },
  // admission
  { code: 'member-suspended', when: 'the member is suspended', spoiled: claims({ email: eve.email }) },
  { code: 'email-missing', when: 'nobody says the email', spoiled: { claims: { email: undefined }, userinfo: answer({ sub: '00u1ada' }) } },
  { code: 'email-domain-unverified', when: 'the tenant has not proven the domain', spoiled: claims({ email: 'ada@elsewhere.test' }) },
  { code: 'member-unknown', when: 'nobody unknown is admitted', before: async world => await world.changeTenant({ admission: 'invited' }), spoiled: claims({ email: 'zoe@acme.test' }) },
  { code: 'identity-conflict', when: 'the email is that of somebody with another identity there', before: async ({ stores }) => await stores.identities.link(acme.id, identityAt(acmeOkta, '00u2other'), 'mem-ada' as typeof bob.id, now) },
  // somebody is not there
  ...(['provider-unreachable', 'provider-timeout'] as const).flatMap((code): Case[] => [
    { code, when: 'the provider is looked up', meanwhile: ({ okta }) => { okta.spoiled = { metadata: new Outage(code) } } },
    { code, when: 'the code is redeemed', spoiled: { redeem: new Outage(code) } },
    { code, when: 'the keys are fetched', spoiled: { keys: new Outage(code) } },
    { code, when: 'userinfo is asked', spoiled: { claims: { email: undefined }, userinfo: new Outage(code) } }
  ]),
  { code: 'provider-error', when: 'the token endpoint answers 500', spoiled: { redeem: answer({}, { status: 500 }) } },
  { code: 'provider-busy', when: 'the token endpoint answers 429', spoiled: { redeem: answer({}, { status: 429 }) } },
  { code: 'provider-busy', when: 'userinfo answers 429', spoiled: { claims: { email: undefined }, userinfo: answer({}, { status: 429 }) } },
  { code: 'database-unavailable', when: 'the members cannot be read', before: async ({ needs }) => { needs.identities.find = async () => { throw new Outage('database-unavailable') } } }
]

for (const { code, when, before, meanwhile, spoiled, callback, unknown } of cases) {
  void t.test(`${code}: ${when}`, async t => {
    const world = await openLoginWorld()
    await before?.(world)
    if (spoiled !== undefined) world.okta.spoiled = spoiled
    const browser = await world.begin()
    await meanwhile?.(world)
    const [members, identities] = [structuredClone(world.stores.tables.members), world.stores.tables.identities.length]
    const done = await world.comeBack(browser, callback?.(browser))
    if (done.kind !== 'ended') throw new Error(`It ended as ${done.kind}.`)
    t.equal(done.error.code, code)
    if (/^(callback|attempt|connection|sso)-/.test(code)) t.notOk(world.okta.asked.includes('redeem'), 'the code is not even redeemed')
    t.same(world.stores.tables.members, members, 'nobody is changed or made')
    t.equal(world.stores.tables.identities.length, identities)
    if (unknown === true) {
      t.match(done, { reference: 'no-attempt', tenant: null, connection: null })
      t.match(await world.story('login-1'), { outcome: 'started' }, 'the login that is under way is not touched')
      t.match(await world.comeBack(browser), { kind: 'signed-in' }, 'and can still be finished')
    } else {
      t.match(done, { reference: 'login-1', tenant: { id: acme.id }, connection: { id: acmeOkta.id } })
      const story = await world.story('login-1')
      const outcome = done.error instanceof Outage ? 'failed' : 'refused'
      t.match(story, { outcome, code: done.code, memberId: null })
      t.equal(story.stepNames.at(-1), outcome)
      t.match(await world.comeBack(browser), { kind: 'spent' }, 'the attempt is spent')
    }
  })
}

void t.test('the story has Okta\'s own words, and the code says what they mean', async t => {
  const world = await openLoginWorld()
  const browser = await world.begin()
  const done = await world.comeBack(browser, query(browser, { code: null, error: 'access_denied', error_description: 'User is not assigned to the client application.' }))
  if (done.kind !== 'ended') throw new Error('not ended')
  t.not(done.code, 'callback-error')
  t.match((await world.story('login-1')).steps.at(-1)?.detail, {
    code: done.code, rule: 'callback-error', providerError: 'access_denied', providerSaid: 'User is not assigned to the client application.', where: 'callback'
  })
})

void t.test('an attempt that belongs to nobody here is not found by another\'s state', async t => {
  const world = await openLoginWorld()
  await world.stores.attempts.save(attemptOf('of-somebody'))
  t.match(await world.comeBack({ query: 'code=x&state=state%20of%20nobody', browserHolds: () => null }), { kind: 'ended', code: 'attempt-unknown' })
})

// Codes that a callback never ends with: they belong to setup, to the start of a login, or to doors behind it.
type Elsewhere =
  | 'issuer-malformed' | 'discovery-malformed' | 'discovery-issuer-mismatch' | 'discovery-endpoint-foreign' | 'discovery-client-unknown'
  | 'initiation-malformed' | 'initiation-issuer-mismatch' | 'initiation-id-token' | 'initiation-ambiguous' | 'initiation-loop'
const every: Record<Exclude<OidcRefusalCode, Elsewhere> | Exclude<OutageCode, 'upstream-unreachable' | 'upstream-timeout'>, true> = {
  'discovery-unsupported': true,
  'callback-malformed': true,
  'callback-duplicate-parameter': true,
  'callback-unsolicited-token': true,
  'callback-issuer-mismatch': true,
  'callback-issuer-missing': true,
  'callback-error': true,
  'attempt-unknown': true,
  'attempt-expired': true,
  'attempt-other-browser': true,
  'attempt-other-connection': true,
  'attempt-connection-changed': true,
  'token-refused': true,
  'token-malformed': true,
  'id-token-missing': true,
  'id-token-encrypted': true,
  'id-token-malformed': true,
  'id-token-type': true,
  'id-token-algorithm': true,
  'id-token-key-unknown': true,
  'id-token-signature': true,
  'id-token-issuer': true,
  'id-token-audience': true,
  'id-token-authorized-party': true,
  'id-token-expired': true,
  'id-token-issued-at': true,
  'id-token-subject': true,
  'id-token-nonce': true,
  'id-token-access-token-hash': true,
  'id-token-authentication-time': true,
  'id-token-claims': true,
  'userinfo-refused': true,
  'userinfo-malformed': true,
  'userinfo-subject-mismatch': true,
  'provider-unreachable': true,
  'provider-timeout': true,
  'provider-error': true,
  'provider-busy': true,
  'database-unavailable': true
}

void t.test('no code of the protocol and no outage is left out above', t => {
  t.same(Object.keys(every).filter(code => !cases.some(one => one.code === code)), [])
  t.end()
})

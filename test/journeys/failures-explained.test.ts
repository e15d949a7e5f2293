import t from 'tap'
import { createClock } from '../world/clock.ts'
import { type FaultyProvider, startFaultyProvider } from '../world/faulty-provider.ts'
import { createTenancy } from '../world/tenancy.ts'
import { atProduct } from './signing-in.ts'
import { collectSecrets, secretsIn } from './secrets.ts'
import { asOrg, openWorld, referenceOn } from './world.ts'

const clock = createClock(new Date())
const okta = await startFaultyProvider({ name: 'acme', now: clock.now, clientAuthentication: 'client_secret_basic' })
t.teardown(okta.close)
const world = await openWorld(t, [okta.origin], {}, clock)
const acme = await createTenancy(world.gateway, { slug: 'acme', name: 'Acme', domains: ['acme.test'], org: asOrg(okta), admission: 'just-in-time' })
const till = atProduct(world)
const secrets: string[] = []
const told: string[] = []

type Faults = FaultyProvider['next']
interface Row {
  readonly faults: Faults
  readonly status: number
  readonly code: string
  /** Who can do something, in the order of the page. */
  readonly who: readonly string[]
  /** Where the page sends the admin. */
  readonly menu?: RegExp
}

const [you, admin, vendor] = ['You', 'Your IT admin', 'Northwind']
const refuse = (error: string, description: string): Faults => ({ authorize: { parameters: { code: null, error, error_description: description } } })
const answer = (endpoint: 'token' | 'userinfo' | 'discovery', status: number, body: Record<string, unknown>, headers: Record<string, string> = {}): Faults => ({
  [endpoint]: { mishap: { kind: 'answer', status, contentType: 'application/json', headers, body: JSON.stringify(body) } }
})
const oauth = (status: number, error: string, description: string): Faults => answer('token', status, { error, error_description: description })

// Everything about the provider is learnt again, as after an edit.
const relearn = async (): Promise<void> => { await world.heard(async () => await world.patch(`/tenants/acme/connections/${acme.connection}`, { scopes: ['openid', 'email', 'profile'] })) }

const everywhere = [you, admin, vendor]
const rows: Readonly<Record<string, Row>> = {
  'callback: not assigned': { faults: refuse('access_denied', 'User is not assigned to the client application.'), status: 403, code: 'user-not-assigned', who: [you, admin], menu: /Applications → Applications → Northwind → Assignments/ },
  'callback: not assigned, as it is worded now': { faults: refuse('access_denied', 'User isn\'t assigned to the client app.'), status: 403, code: 'user-not-assigned', who: [you, admin], menu: /→ Assignments/ },
  'callback: policy': { faults: refuse('access_denied', 'Policy evaluation failed for this request, please check the policy configurations.'), status: 403, code: 'policy-denied', who: everywhere, menu: /Security → API → Authorization Servers/ },
  'callback: declined': { faults: refuse('access_denied', 'The resource owner or authorization server denied the request.'), status: 403, code: 'access-denied', who: [you, admin], menu: /Reports → System Log/ },
  'callback: login required': { faults: refuse('login_required', 'The client specified not to prompt, but the user is not logged in.'), status: 400, code: 'login-required', who: [you] },
  'callback: login required, MFA': { faults: refuse('login_required', 'The client specified not to prompt, but the client app requires re-authentication or MFA.'), status: 400, code: 'login-required', who: [you] },
  'callback: scope': { faults: refuse('invalid_scope', 'One or more scopes are not configured for the authorization server resource.'), status: 502, code: 'scope-not-configured', who: everywhere },
  'callback: custom scope': { faults: refuse('invalid_scope', 'Custom scopes are not allowed for this request'), status: 502, code: 'custom-scope-refused', who: [you, vendor] },
  'callback: response type': { faults: refuse('unsupported_response_type', 'The response type is not supported by the authorization server.'), status: 502, code: 'app-type-wrong', who: everywhere, menu: /Grant type/ },
  'callback: unauthorized client': { faults: refuse('unauthorized_client', 'The client is not authorized to use the provided grant type.'), status: 502, code: 'app-type-wrong', who: everywhere, menu: /→ General/ },
  'callback: interaction': { faults: refuse('interaction_required', ''), status: 400, code: 'interaction-required', who: [you] },
  'callback: server error': { faults: refuse('server_error', 'An internal error has occurred.'), status: 503, code: 'provider-trouble', who: [you, admin] },
  'callback: unavailable': { faults: refuse('temporarily_unavailable', ''), status: 503, code: 'provider-trouble', who: [you, admin] },
  'callback: unknown to everybody': { faults: refuse('quantum_flux', '<script>alert(1)</script> & "more"'), status: 502, code: 'provider-refused', who: everywhere, menu: /System Log/ },
  'token: secret': { faults: { token: { refusal: 'invalid-client' } }, status: 502, code: 'client-secret-wrong', who: everywhere, menu: /Client Credentials → Client Secrets/ },
  'token: method': { faults: oauth(401, 'invalid_client', 'Client authentication failed. Either the client or the client credentials are invalid.'), status: 502, code: 'client-authentication-mismatch', who: everywhere, menu: /Client authentication/ },
  'token: no credentials': { faults: oauth(401, 'invalid_client', 'No client credentials found.'), status: 502, code: 'client-authentication-mismatch', who: everywhere },
  'token: client id': { faults: { token: { refusal: 'invalid-client-envelope' } }, status: 502, code: 'client-id-unknown', who: everywhere, menu: /Client Credentials/ },
  'token: code': { faults: { token: { refusal: 'invalid-grant' } }, status: 400, code: 'code-expired', who: [you] },
  'token: PKCE': { faults: oauth(400, 'invalid_grant', 'PKCE verification failed.'), status: 400, code: 'pkce-failed', who: [you] },
  'token: another client': { faults: oauth(400, 'invalid_grant', 'The grant was issued to another client. Ensure that the `client_id` matches the one used at the authorize request.'), status: 502, code: 'code-of-another-client', who: [you, vendor] },
  'token: assertion key': { faults: oauth(400, 'invalid_client', 'The client_assertion JWT kid is invalid.'), status: 502, code: 'assertion-key-unknown', who: everywhere, menu: /Public Keys/ },
  'token: clock': { faults: oauth(400, 'invalid_client', 'The JWT was issued in the future'), status: 502, code: 'clock-skew', who: [you, vendor] },
  'token: network zone': { faults: { token: { refusal: 'network-zone' } }, status: 502, code: 'network-zone', who: everywhere, menu: /Security → Networks/ },
  'token: openid missing': { faults: oauth(403, 'access_denied', 'Requests for ID tokens or access tokens with OpenID scopes require the `openid` scope.'), status: 502, code: 'openid-scope-missing', who: [you, vendor] },
  'token: licence': { faults: answer('token', 401, { errorCode: 'E0000015', errorSummary: 'You do not have permission to access the feature you are requesting.' }), status: 502, code: 'feature-not-licensed', who: everywhere, menu: /Security → API/ },
  'token: busy': { faults: { token: { refusal: 'busy' } }, status: 503, code: 'provider-busy', who: [you, admin], menu: /Reports → Rate Limits/ },
  'token: 503': { faults: { token: { refusal: 'unavailable' } }, status: 502, code: 'provider-error', who: [you, admin] },
  'token: encrypted': { faults: { idToken: { encrypted: true } }, status: 502, code: 'id-token-encrypted', who: [you, admin], menu: /ID Token Encryption/ },
  'token: no ID token': { faults: { token: { omit: ['id_token'] } }, status: 502, code: 'id-token-missing', who: everywhere, menu: /Authorization Code/ },
  'token: another issuer': { faults: { idToken: { claims: { iss: 'https://login.acme.test' } } }, status: 502, code: 'id-token-issuer', who: [you, admin], menu: /Sign On → OpenID Connect ID Token → Issuer/ },
  'userinfo: token': { faults: { userinfo: { refusal: 'invalid-token' } }, status: 502, code: 'userinfo-token-refused', who: [you] },
  'userinfo: scope': { faults: { userinfo: { refusal: 'insufficient-scope' } }, status: 502, code: 'userinfo-scope-missing', who: [you, vendor] },
  'userinfo: busy': { faults: { userinfo: { refusal: 'busy' } }, status: 503, code: 'provider-busy', who: [you, admin] },
  'discovery: client id': { faults: answer('discovery', 400, { errorCode: 'invalid_client', errorSummary: 'Invalid value for \'client_id\' parameter.' }), status: 502, code: 'client-id-unknown', who: everywhere, menu: /Client Credentials/ },
  'discovery: moved': { faults: { discovery: { mishap: { kind: 'redirect', to: 'https://acme-admin.okta.com/' } } }, status: 502, code: 'discovery-malformed', who: everywhere, menu: /without -admin/ },
  'discovery: 503': { faults: { discovery: { refusal: 'unavailable' } }, status: 502, code: 'provider-error', who: [you, admin] }
}

for (const [name, { faults, status, code, who, menu }] of Object.entries(rows)) {
  void t.test(`${name}: the page says what happened, who acts and where; the operator reads the same story`, async t => {
    await relearn()
    okta.idTokens = name.startsWith('userinfo') ? 'thin' : 'fat'
    okta.person = { ...okta.person, sub: `00u${code}` }
    Object.assign(okta.next, faults)
    const browser = world.browser()
    const exchanges = await world.outgoing.during(async () => await browser.visit(`${world.url}/auth/login?login_hint=ada%40acme.test`, till))
    const page = browser.page()
    secrets.push(...collectSecrets(browser, exchanges))

    t.equal(page.status, status)
    t.equal(page.body.match(/<h1>/g)?.length, 1, 'one headline')
    t.match(page.body.match(/<p class="lead">[^<]+<\/p>/g), [/\.<\/p>$/], 'one plain explanation')
    t.strictSame([...page.body.matchAll(/<dt><bdi>([^<]*)<\/bdi><\/dt>/g)].map(([, whom]) => whom), who)
    if (menu !== undefined) t.match(page.text, menu, 'the admin is told where to click')
    t.match(page.headers, { 'cache-control': 'no-store', 'content-security-policy': /frame-ancestors 'none'/, 'referrer-policy': /same-origin|no-referrer/ }, 'BCP-10, BCP-12')

    const reference = referenceOn(page)
    const story = await world.gateway.api('GET', `/attempts/${reference}`)
    t.match(story.body, { reference, code, outcome: /refused|failed/, tenant: { slug: 'acme' }, loginHint: 'ada@acme.test' })
    const steps: readonly unknown[] = Array.isArray(story.body['steps']) ? story.body['steps'] : []
    t.match(steps[0], { name: 'asked', at: String })
    t.match(steps.at(-1), { name: /refused|failed/, detail: { code } })
    t.ok(steps.some(step => typeof step === 'object' && step !== null && 'milliseconds' in step) || name.startsWith('discovery'), 'with what took how long')
    const { explanation } = story.body
    t.ok(typeof explanation === 'object' && explanation !== null && 'headline' in explanation && page.text.includes(String(explanation.headline)), 'the operator reads what the person read')
    t.notMatch(page.body, /alert\(1\)|quantum_flux|Something went wrong<|oaeFaultyProvider/, 'BCP-07: nothing of the provider is shown')
    t.strictSame(secretsIn(page.body, secrets), [])
    told.push(JSON.stringify(story))
  })
}

void t.test('BCP-07: an error is read only where the state is ours, and never beside a code', async t => {
  await relearn()
  const browser = world.browser()
  t.match(await browser.visit(`${acme.redirectUri}?error=access_denied&error_description=User+is+not+assigned&state=stranger`), { status: 400, text: /can.t be continued here/ })
  okta.next.authorize = { parameters: { error: 'access_denied' } }
  await browser.visit(`${world.url}/auth/login?tenant=acme`, till)
  t.match(browser.page(), { status: 400, text: /did not arrive whole/ })
  okta.next.authorize = { twice: ['state'] }
  t.equal((await browser.visit(`${world.url}/auth/login?tenant=acme`, till)).status, 400)
})

void t.test('BCP-08: tokens in the address are refused, whatever came with them', async t => {
  for (const name of ['id_token', 'access_token']) {
    okta.next.authorize = { parameters: { [name]: 'eyJhbGciOiJub25lIn0.e30.' } }
    t.equal((await world.browser().visit(`${world.url}/auth/login?tenant=acme`, till)).status, 400, name)
  }
})

void t.test('a program that asks is answered a problem with the same code, not a page', async t => {
  okta.next.token = { refusal: 'busy' }
  const browser = world.browser()
  await browser.visit(`${world.url}/auth/login?tenant=acme`, next => next.pathname.startsWith('/auth/callback'))
  const answered = await browser.fetch(browser.page().location ?? '', { headers: { cookie: browser.jar.header(new URL(world.url)) ?? '' } })
  t.match(answered.headers['content-type'], /problem\+json/)
  t.match(JSON.parse(answered.body), { code: 'provider-busy', status: 503, reference: /^[a-z]+-[a-z]+-/, type: /provider-busy/ })
})

void t.test('BCP-10, BCP-15: neither the stories nor the audit nor the log hold anything that signs anybody in', async t => {
  const browser = world.browser()
  okta.idTokens = 'fat'
  const exchanges = await world.outgoing.during(async () => await browser.visit(`${world.url}/auth/login?tenant=acme`, till))
  t.equal(browser.page().location, world.home)
  secrets.push(...collectSecrets(browser, exchanges), okta.clientSecret, ...okta.accessTokens, world.gateway.operatorToken)
  t.ok(secrets.length > 100, `${secrets.length} secrets were collected`)
  const events = JSON.stringify(await world.gateway.api('GET', '/events?limit=100'))
  const list = JSON.stringify(await world.gateway.api('GET', '/tenants/acme/attempts?limit=100'))
  t.ok(world.log.length > 50, 'there is a log to look at')
  for (const [where, text] of Object.entries({ stories: told.join('\n'), events, list, log: world.log.join('\n') })) {
    t.strictSame(secretsIn(text, secrets), [], where)
    t.notMatch(text, /[?&](code|state)=/, `no address with a query in ${where}`)
  }
  const rows = JSON.stringify([await world.sql('select * from attempts'), await world.sql('select * from pending_attempts'), await world.sql('select * from sessions'), await world.sql('select * from sign_ins'), await world.sql('select * from connections')])
  t.strictSame(secretsIn(rows, secrets), [], 'nor does the database')
})

// What does an admin read before anybody signs in? Every mistake that shows without a user, and the sentence for it.
import t from 'tap'
import { parseOktaDomain } from '../../src/okta/domain.ts'
import { buildPreflight } from '../../src/okta/preflight.ts'
import type { PreflightReport } from '../../src/okta/preflight.ts'
import type { PreflightObservations, PreflightSubject } from '../../src/okta/preflight-observations.ts'
import { findWorse } from '../../src/okta/preflight-finding.ts'
import type { PreflightCheck, PreflightOutcome } from '../../src/okta/preflight-finding.ts'
import { preflightTexts } from '../../src/okta/preflight-words.ts'
import type { ProviderError } from '../../src/oidc/refusal.ts'

const now = new Date('2026-11-21T09:00:00Z')
const subject: PreflightSubject = {
  vendorName: 'Northwind',
  publicUrl: 'https://login.northwind.test',
  issuer: 'https://acme.okta.com',
  clientId: '0oa1acme5northwind5d7',
  signs: true,
  scopes: ['openid', 'profile', 'email'],
  proofs: 1,
  redirectUri: 'https://login.northwind.test/auth/callback/con-acme',
  clientKeysUri: 'https://login.northwind.test/auth/client-keys/con-acme',
  secretExpiresAt: null,
  development: false
}
const organization = { kind: 'organization', organization: { id: '00oacme', pipeline: 'idx', url: 'https://acme.okta.com' }, aliases: [] } as const
const withDomain = { kind: 'organization', organization: { id: '00oacme', pipeline: 'idx', url: 'https://acme.okta.com', alternate: 'https://login.acme.test' }, aliases: ['https://login.acme.test'] } as const
const metadata = { kind: 'metadata', s256: true, scopes: ['openid', 'profile', 'email', 'groups'], dynamic: false } as const
const token = (status: number, error: string, description?: string): ProviderError => ({ where: 'token', status, error, ...(description === undefined ? {} : { description }) })
const said = (status: number, error: string, description?: string) => ({ kind: 'said', error: token(status, error, description) }) as const
const good = said(400, 'invalid_grant', 'The authorization code is invalid or has expired.')
const fine: PreflightObservations = {
  organization,
  discovery: metadata,
  keys: { kind: 'readable' },
  credentials: [good],
  authorization: { kind: 'sent-back', error: { where: 'callback', error: 'login_required' } },
  skewSeconds: 0.4
}
const secret: Partial<PreflightSubject> = { signs: false }
const custom: Partial<PreflightSubject> = { issuer: 'https://acme.okta.com/oauth2/default' }
const notAsked = { kind: 'not-asked' } as const
const unknownApp = { kind: 'refused', code: 'discovery-client-unknown', provider: { where: 'discovery', status: 400, error: 'invalid_client', description: "Invalid value for 'client_id' parameter." } } as const

function run (seen: Partial<PreflightObservations> = {}, about: Partial<PreflightSubject> = {}): PreflightReport {
  return buildPreflight({ ...subject, ...about }, { ...fine, ...seen }, now)
}

void t.test('a connection that is set up as it should be passes, and says so line by line', async t => {
  const { passed, findings } = run()
  t.equal(passed, true)
  t.strictSame(findings.filter(({ outcome }) => outcome !== 'ok').map(({ check, outcome, code, remedy }) => [check, outcome, code, remedy]), [['reachability', 'unknown', 'not-seen-from-outside', null]])
  t.strictSame(findings.map(({ message }) => message), [
    'acme.okta.com is an Okta organization.',
    'The connection uses the organization’s own authorization server, as it should.',
    'The client ID belongs to an active app of acme.okta.com.',
    'The app issues its tokens as https://acme.okta.com.',
    'acme.okta.com offers everything that signing in needs.',
    'The keys with which acme.okta.com signs are published and can be read.',
    'Everything that the connection asks for is offered.',
    'Okta fetched Northwind’s public key and accepts its signature.',
    'The sign-in redirect URI is registered in the app.',
    'The clocks of acme.okta.com and the gateway agree.',
    'Whether people’s browsers reach https://login.northwind.test cannot be seen from here. The test sign-in shows it.'
  ])
})

type Row = readonly [mistake: string, seen: Partial<PreflightObservations>, about: Partial<PreflightSubject>, check: PreflightCheck, outcome: PreflightOutcome, message: string, remedy: string | RegExp]

const console = 'Okta Admin Console (acme-admin.okta.com)'
const app = `${console} → Applications → Applications → Northwind`
const whereItStands = `Enter the address of your Okta organization. It is shown under your name at the top right of the ${console}.`
const again = 'Run the check again in a minute.'

const mistakes: readonly Row[] = [
  ['the host is a website', { organization: { kind: 'none' } }, {}, 'organization', 'failed', 'What answers at acme.okta.com is not an Okta organization.', whereItStands],
  ['no such host', { organization: { kind: 'outage', code: 'provider-unreachable' }, discovery: notAsked }, {}, 'organization', 'failed', 'No server answers at acme.okta.com.', whereItStands],
  ['the host is silent', { organization: { kind: 'outage', code: 'provider-timeout' }, discovery: notAsked }, {}, 'organization', 'unknown', 'acme.okta.com did not answer in time, so this could not be checked.', again],
  ['a rate limit', { organization: { kind: 'outage', code: 'provider-busy' }, discovery: notAsked }, {}, 'organization', 'unknown', 'acme.okta.com is busy and asked us to wait, so this could not be checked.', again],
  ['custom domain, app on the org URL', { organization: withDomain, discovery: { kind: 'other-issuer', issuer: 'https://login.acme.test' } }, {}, 'issuer', 'failed',
    'Your app issues tokens as https://login.acme.test, and the connection expects https://acme.okta.com.',
    `Use https://login.acme.test as the address, since both belong to the same organization; or open ${app} → Sign On → OpenID Connect ID Token → Edit → Issuer, and choose Okta URL.`],
  ['org URL, app on the custom domain', { organization: { ...withDomain, aliases: ['https://acme.okta.com'] }, discovery: { kind: 'other-issuer', issuer: 'https://acme.okta.com' } }, { issuer: 'https://login.acme.test' }, 'issuer', 'failed',
    'Your app issues tokens as https://acme.okta.com, and the connection expects https://login.acme.test.', /^Use https:\/\/acme\.okta\.com as the address, .* and choose Custom URL\.$/],
  ['an issuer of somebody else', { discovery: { kind: 'other-issuer', issuer: 'https://globex.okta.com' } }, {}, 'issuer', 'failed',
    'What answers for https://acme.okta.com calls itself https://globex.okta.com, and nothing says that the two belong together.',
    `Compare the address of your Okta organization with the one entered at Northwind, and look at ${app} → Sign On → OpenID Connect ID Token → Edit → Issuer.`],
  ['Issuer = Dynamic', { organization: withDomain, discovery: { ...metadata, dynamic: true } }, {}, 'issuer', 'warning',
    'The Issuer of the app is Dynamic: its tokens bear the name of whichever address was used. Sign-ins work, because all of them use acme.okta.com.',
    `To be safe, open ${app} → Sign On → OpenID Connect ID Token → Edit → Issuer, and choose Okta URL.`],
  ['/oauth2/default', {}, custom, 'authorization-server', 'warning',
    'The connection uses a custom authorization server (/oauth2/default). It needs an access policy of its own and a license for API Access Management.',
    'Enter https://acme.okta.com without what follows it, unless you need that server.'],
  ['/oauth2/default without the license', { discovery: { kind: 'refused', code: 'discovery-malformed', provider: { where: 'discovery', status: 401, error: 'E0000015', description: 'You do not have permission to access the feature you are requesting.' } } }, custom, 'endpoints', 'failed',
    'This connection uses a part of Okta that your organization has not licensed.', `Give Northwind your Okta address without /oauth2/…, or ask Okta for API Access Management (${console} → Security → API).`],
  ['an authorization server that is not there', { discovery: { kind: 'refused', code: 'discovery-malformed', provider: { where: 'discovery', status: 404, error: 'E0000007' } } }, custom, 'endpoints', 'failed',
    'Okta answers, but knows nothing of the address that this connection uses.', /Security → API → Authorization Servers, see that the server is active/],
  ['a client id of another org', { discovery: unknownApp }, {}, 'client-id', 'failed',
    'The app that Northwind was told to use was not found in your organization’s Okta.', `Open ${app} → General → Client Credentials, see that the app is active, and compare its Client ID with the one entered at Northwind.`],
  ['endpoints on another host', { discovery: { kind: 'refused', code: 'discovery-endpoint-foreign' } }, {}, 'endpoints', 'failed',
    'The metadata of acme.okta.com names addresses on another host.', /^Enter the address under which the app issues its tokens/],
  ['no code flow', { discovery: { kind: 'refused', code: 'discovery-unsupported' } }, {}, 'endpoints', 'failed',
    'acme.okta.com does not offer the authorization code flow with ID tokens signed by RS256.', 'Use the organization’s own authorization server: enter https://acme.okta.com.'],
  ['a page where the metadata belongs', { discovery: { kind: 'refused', code: 'discovery-malformed' } }, {}, 'endpoints', 'failed', 'acme.okta.com answers, but not with the metadata of an Okta organization.', whereItStands],
  ['discovery is down', { discovery: { kind: 'outage', code: 'provider-error' } }, {}, 'endpoints', 'unknown', 'acme.okta.com answered with an error of its own, so this could not be checked.', again],
  ['no PKCE', { discovery: { ...metadata, s256: false } }, {}, 'endpoints', 'warning', 'acme.okta.com does not say that it supports PKCE with S256, which protects the way back from Okta.', /^Use the organization’s own authorization server, which does/],
  ['no keys', { keys: { kind: 'refused', code: 'discovery-malformed' } }, {}, 'keys', 'failed', 'The keys with which acme.okta.com signs could not be read.', /Security → API → Authorization Servers/],
  ['keys that do not come', { keys: { kind: 'outage', code: 'provider-timeout' } }, {}, 'keys', 'unknown', 'acme.okta.com did not answer in time, so this could not be checked.', again],
  ['a wrong, rotated or truncated secret', { credentials: [said(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.')] }, secret, 'credentials', 'failed',
    'Okta did not accept the secret with which Northwind identifies itself.', `Open ${app} → General → Client Credentials → Client Secrets, copy the active secret (not its ID) and enter it in Northwind’s setup page. Keep the old one active until a sign-in has succeeded.`],
  ['a public app, or one that wants a key', { credentials: [said(401, 'invalid_client', 'No client credentials found.')] }, secret, 'credentials', 'failed',
    'Okta expects Northwind to identify itself in a different way.', `Open ${app} → General → Client Credentials → Edit → Client authentication, and choose what was agreed with Northwind: usually Client secret.`],
  ['an app that wants a secret where we sign', { credentials: [said(401, 'invalid_client', 'Client authentication failed. Either the client or the client credentials are invalid.')] }, {}, 'credentials', 'failed',
    'Okta expects Northwind to identify itself in a different way.', `Open ${app} → General → Client Credentials → Edit → Client authentication, and choose Public key / Private key, with the keys fetched from https://login.northwind.test/auth/client-keys/con-acme.`],
  ['keys that Okta does not have', { credentials: [said(400, 'invalid_client', 'The client_assertion JWT kid is invalid.')] }, {}, 'credentials', 'failed',
    'Okta does not know the key with which Northwind identifies itself.', `Open ${app} → General → Client Credentials → Edit → Public Keys → Use a URL to fetch keys dynamically, and enter https://login.northwind.test/auth/client-keys/con-acme.`],
  ['an app without the code flow', { credentials: [said(400, 'unauthorized_client', 'The client is not authorized to use the provided grant type.')] }, {}, 'credentials', 'failed',
    'The app in your organization’s Okta is not of the kind that Northwind needs.', /→ General → General Settings → Grant type, and tick Authorization Code\./],
  ['a network zone', { credentials: [said(403, 'access_denied', "The request is made from outside the client's permitted network zones.")] }, {}, 'credentials', 'failed',
    'Your organization’s Okta allows this app from certain networks only, and Northwind’s servers are not among them.', `Open ${console} → Security → Networks, and add Northwind’s outgoing addresses to the zone to which Northwind is limited.`],
  ['an assertion from the future', { credentials: [said(400, 'invalid_client', 'The JWT was issued in the future')], skewSeconds: 95 }, {}, 'credentials', 'failed',
    'The clocks of Okta and Northwind disagree. The difference is about 95 seconds.', 'Check the time synchronisation (NTP) of the gateway’s hosts.'],
  ['too many requests', { credentials: [{ kind: 'outage', code: 'provider-busy' }] }, {}, 'credentials', 'unknown', 'acme.okta.com is busy and asked us to wait, so this could not be checked.', again],
  ['an answer that nobody knows', { credentials: [said(418, 'http-418')] }, {}, 'credentials', 'unknown', 'Okta gave a reason that we do not know yet.', /Reports → System Log/],
  ['a single-page app', { authorization: { kind: 'sent-back', error: { where: 'callback', error: 'unauthorized_client' } } }, {}, 'client-id', 'failed', 'The app in your organization’s Okta is not of the kind that Northwind needs.', /Web Application/],
  ['a custom authorization server without an access policy', { authorization: { kind: 'sent-back', error: { where: 'callback', error: 'access_denied', description: 'Policy evaluation failed for this request, please check the policy configurations.' } } }, custom, 'authorization-server', 'failed', 'No access policy in your organization’s Okta allows Northwind.', /→ Access Policies/],
  ['the next secret is wrong', { credentials: [good, said(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.')] }, { ...secret, proofs: 2 }, 'next-credentials', 'warning',
    'Okta did not accept the secret with which Northwind identifies itself.', /Client Secrets/],
  ['the old secret is gone, and the next one waits', { credentials: [said(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.'), good] }, { ...secret, proofs: 2 }, 'credentials', 'warning',
    'Okta did not accept the secret with which Northwind identifies itself.', /Client Secrets/],
  ['a redirect URI that is not registered', { authorization: { kind: 'stopped', error: { where: 'callback', status: 400, error: 'invalid_redirect_uri' } } }, {}, 'redirect-uri', 'failed',
    'Okta does not have the address to which it should bring you back at Northwind.',
    `Open ${app} → General → LOGIN → Sign-in redirect URIs, and enter https://login.northwind.test/auth/callback/con-acme: upper and lower case and the end of the line count.`],
  ['the token endpoint notices the redirect URI', { credentials: [said(400, 'invalid_grant', "The 'redirect_uri' does not match the redirection URI used in the authorization request.")] }, {}, 'redirect-uri', 'failed',
    'Okta does not have the address to which it should bring you back at Northwind.', /Sign-in redirect URIs/],
  ['the redirect URI is refused before the credentials', { credentials: [said(400, 'invalid_redirect_uri')] }, {}, 'credentials', 'unknown', 'Not checked yet: something else has to be put right first.', ''],
  ['groups from a custom authorization server', { discovery: { ...metadata, scopes: ['openid', 'profile', 'email'] } }, { ...custom, scopes: ['openid', 'groups'] }, 'scopes', 'failed',
    'Northwind asked Okta for information that this connection is not set up to give.', /The groups scope does not exist there\.$/],
  ['a scope that Okta does not know', {}, { scopes: ['openid', 'orders'] }, 'scopes', 'failed', 'Northwind asked Okta for something that Okta does not give to any app.', /^Remove every scope from the connection but openid/],
  ['Okta says so itself', { authorization: { kind: 'sent-back', error: { where: 'callback', error: 'invalid_scope', description: 'Custom scopes are not allowed for this request' } } }, {}, 'scopes', 'failed', 'Northwind asked Okta for something that Okta does not give to any app.', /^Remove/],
  ['a preview org', { organization: { ...organization, organization: { ...organization.organization, url: 'https://acme.oktapreview.com' } } }, { issuer: 'https://acme.oktapreview.com' }, 'environment', 'warning',
    'acme.oktapreview.com is a preview organization, which Okta changes before all others and which rarely holds the real people.', 'For production, make the app in the organization whose address ends in okta.com, and enter that address.'],
  ['clocks that drift', { skewSeconds: -31 }, {}, 'clock', 'warning', 'The clocks of Okta and Northwind disagree. The difference is about 31 seconds.', 'Check the time synchronisation (NTP) of the gateway’s hosts.'],
  ['clocks that are wrong', { skewSeconds: 301 }, {}, 'clock', 'failed', 'The clocks of Okta and Northwind disagree. The difference is about 301 seconds.', 'Check the time synchronisation (NTP) of the gateway’s hosts.'],
  ['a custom domain that was removed', { organization }, { issuer: 'https://login.acme.test' }, 'organization', 'warning',
    'login.acme.test is answered by the Okta organization acme.okta.com, which does not name it as its custom domain.', /→ Customizations → Brands → the brand → Domains, and see that login\.acme\.test is there\./],
  ['no client id yet', { credentials: [], authorization: notAsked }, { clientId: '' }, 'client-id', 'unknown', 'Not yet filled in.', `Open ${app} → General → Client Credentials, and enter at Northwind what stands there.`],
  ['no secret yet', { credentials: [] }, { ...secret, proofs: 0 }, 'credentials', 'unknown', 'Not yet filled in.', /Client Credentials/]
]

for (const [mistake, seen, about, check, outcome, message, remedy] of mistakes) {
  void t.test(`preflight: ${mistake}`, async t => {
    const report = run(seen, about)
    const found = report.findings.filter(finding => finding.check === check && finding.outcome === outcome)
    t.ok(found.some(finding => finding.message === message), JSON.stringify(report.findings.filter(finding => finding.check === check)))
    const fix = found.find(finding => finding.message === message)?.remedy ?? ''
    if (typeof remedy === 'string') t.equal(fix, remedy)
    else t.match(fix, remedy)
    if (outcome === 'failed') t.equal(report.passed, false)
  })
}

const corrections: ReadonlyArray<readonly [pasted: string, issuer: string, said: string]> = [
  ['https://acme-admin.okta.com', 'https://acme.okta.com', 'That is the address of the Okta Admin Console. The organization’s own address, without -admin, is used.'],
  ['https://acme.okta.com/app/UserHome?x=1', 'https://acme.okta.com', 'What followed the address was left out.'],
  ['https://acme.okta.com/.well-known/openid-configuration', 'https://acme.okta.com', 'What followed the address was left out.'],
  ['https://acme.okta.com/', 'https://acme.okta.com', 'The slash at the end was left out: Okta’s issuer has none.']
]
for (const [pasted, issuer, sentence] of corrections) {
  void t.test(`pasted as ${pasted}, the address is put right and the admin is told`, async t => {
    const domain = parseOktaDomain(pasted)
    t.equal(domain.issuer, issuer)
    t.ok(domain.corrections.some(correction => correction.sentence === sentence))
  })
}

void t.test('before the app has been made, what can be known is known, and the rest is no failure', async t => {
  const { passed, findings } = run({ credentials: [], authorization: notAsked }, { clientId: '' })
  t.equal(passed, false)
  t.strictSame(findings.filter(({ outcome }) => outcome === 'failed'), [])
  const outcomes = Object.fromEntries(findings.map(({ check, outcome }) => [check, outcome]))
  t.match(outcomes, { organization: 'ok', endpoints: 'ok', keys: 'ok', 'client-id': 'unknown', issuer: 'unknown', credentials: 'unknown', 'redirect-uri': 'unknown' })
})

void t.test('after a failure the checks behind it are open, not failed', async t => {
  const { findings } = run({ discovery: unknownApp, keys: notAsked, credentials: [], authorization: notAsked })
  t.strictSame(findings.filter(({ outcome }) => outcome === 'failed').map(({ check }) => check), ['client-id'])
  for (const { message } of findings.filter(({ code }) => code === 'not-reached')) t.equal(message, 'Not checked yet: something else has to be put right first.')
})

void t.test('each check has one finding', async t => {
  for (const [mistake, seen, about] of mistakes) {
    const checks = run(seen, about).findings.map(({ check }) => check)
    t.equal(new Set(checks).size, checks.length, `${mistake}: ${checks.join(' ')}`)
  }
})

void t.test('what Okta does not tell keeps nobody from the test sign-in; what decides does', async t => {
  t.equal(run({ authorization: { kind: 'unclear' }, skewSeconds: null }).passed, true)
  t.equal(run({ keys: { kind: 'outage', code: 'provider-timeout' } }).passed, false)
})

const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000)
const expiries: ReadonlyArray<readonly [days: number, code: string, outcome: PreflightOutcome]> = [
  [31, 'secret-lasts', 'ok'], [30, 'secret-expires-in-30-days', 'warning'], [14.1, 'secret-expires-in-30-days', 'warning'], [14, 'secret-expires-in-14-days', 'warning'],
  [7, 'secret-expires-in-7-days', 'warning'], [1, 'secret-expires-in-1-day', 'warning'], [0, 'secret-expired', 'warning'], [-3, 'secret-expired', 'warning']
]
void t.test('a secret with a date is spoken of 30, 14, 7 and 1 days before, and once it is over', async t => {
  for (const [left, code, outcome] of expiries) t.match(run({}, { ...secret, secretExpiresAt: days(left) }).findings.find(({ check }) => check === 'secret-expiry'), { code, outcome }, `${left} days`)
  t.equal(run({}, { ...secret }).findings.find(({ check }) => check === 'secret-expiry'), undefined, 'no date')
  t.equal(run({}, { secretExpiresAt: days(1) }).findings.find(({ check }) => check === 'secret-expiry'), undefined, 'no secret')
})

void t.test('worse is what was well before, or a date that has come nearer; the same again is not', async t => {
  const codes = (before: PreflightReport | null, after: PreflightReport) => findWorse(before, after).map(({ code }) => code)
  const wrong = run({ credentials: [said(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.')] }, secret)
  t.strictSame(codes(run(), wrong), ['client-secret-wrong'])
  t.strictSame(codes(wrong, wrong), [])
  t.strictSame(codes(wrong, run()), [])
  t.strictSame(codes(null, wrong), ['client-secret-wrong'])
  t.strictSame(codes(run({ skewSeconds: 40 }), run({ skewSeconds: 400 })), ['clock-skew'], 'a warning that has become a failure')
  const at = (left: number) => run({}, { ...secret, secretExpiresAt: days(left) })
  t.strictSame(codes(at(29), at(20)), [])
  t.strictSame(codes(at(20), at(13)), ['secret-expires-in-14-days'])
  t.strictSame(codes(at(13), at(20)), [], 'a later date is no bad news')
  t.strictSame(codes(null, at(6)), ['secret-expires-in-7-days'])
  t.strictSame(codes(run(), run({ keys: { kind: 'outage', code: 'provider-timeout' } })), [], 'what could not be seen is no news')
})

void t.test('every sentence is one, and names nothing that is not there', async t => {
  const spoken = [...mistakes.flatMap(([, seen, about]) => run(seen, about).findings), ...expiries.flatMap(([left]) => run({}, { ...secret, secretExpiresAt: days(left) }).findings), ...run({ credentials: [good, good] }, { ...secret, proofs: 2 }).findings, ...run({ organization: withDomain }, { issuer: 'https://login.acme.test' }).findings, ...run({ authorization: { kind: 'unclear' } }).findings]
  for (const { message, remedy } of spoken) for (const text of [message, remedy ?? 'X.']) t.match(text, /^[^ ].*\.$/)
  t.notMatch(JSON.stringify(spoken), /undefined|\[object|null [a-z]/)
  const codes = new Set<string>(spoken.map(({ code }) => code))
  t.strictSame(Object.keys(preflightTexts).filter(code => !codes.has(code)), [], 'every code of the list is reached')
})

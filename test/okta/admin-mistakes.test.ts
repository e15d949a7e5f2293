// What does an admin read about each mistake that admins make with Okta? From the paths that a customer really meets, and never copied from them.
import t from 'tap'
import { explain } from '../../src/http/explanations.ts'
import { loadAssets } from '../../src/http/pages/assets.ts'
import { textOf } from '../world/html-page.ts'
import { northwind } from '../http/pages/every-page.ts'
import { setupPages } from '../http/pages/setup-pages.ts'
import type { LoginFailureCode } from '../../src/flows/login-failure.ts'
import type { ProviderError } from '../../src/oidc/refusal.ts'
import { diagnose } from '../../src/okta/diagnosis.ts'
import type { OktaDomain } from '../../src/okta/domain.ts'
import { parseOktaDomain } from '../../src/okta/domain.ts'
import { groupsAdvice, readGroups } from '../../src/okta/groups-claim.ts'
import { parsePastedClientId, parsePastedClientSecret } from '../../src/okta/pasted-credentials.ts'
import { buildPreflight } from '../../src/okta/preflight.ts'
import type { PreflightObservations, PreflightSubject } from '../../src/okta/preflight-observations.ts'
import { OktaRefusal } from '../../src/okta/refusal.ts'

interface Read { readonly code: string | null, readonly text: string }

const issuer = 'https://acme.okta.com'
const vendorName = 'Northwind'
const subject: PreflightSubject = {
  vendorName,
  publicUrl: 'https://login.northwind.test',
  issuer,
  clientId: '0oa1acme5northwind5d7',
  signs: false,
  scopes: ['openid', 'profile', 'email'],
  proofs: 1,
  redirectUri: 'https://login.northwind.test/auth/callback/con-acme',
  clientKeysUri: 'https://login.northwind.test/auth/client-keys/con-acme',
  secretExpiresAt: null,
  development: false
}
const discovery = { kind: 'metadata', s256: true, scopes: ['openid', 'profile', 'email'], dynamic: false } as const
const organization = { kind: 'organization', organization: { id: '00oacme', pipeline: 'idx', url: issuer, alternate: 'https://login.acme.test' }, aliases: ['https://login.acme.test'] } as const
const fine: PreflightObservations = {
  organization, discovery, keys: { kind: 'readable' }, skewSeconds: 0, credentials: [{ kind: 'said', error: { where: 'token', status: 400, error: 'invalid_grant' } }], authorization: { kind: 'sent-back', error: { where: 'callback', error: 'login_required' } }
}

/** In the forms of the setup: what was put right in an address, or why something is not taken. */
function typed (parse: (text: string) => OktaDomain | string, text: string): Read {
  try {
    const parsed = parse(text)
    const corrections = typeof parsed === 'string' ? [] : parsed.corrections
    return { code: corrections.map(({ code }) => code).join() || null, text: corrections.map(({ sentence }) => sentence).join(' ') }
  } catch (error) {
    if (!(error instanceof OktaRefusal)) throw error
    return { code: error.code, text: error.detail ?? '' }
  }
}

/** In the check of the setup: the one finding that is no good news, the unknown ones aside. */
function checked (seen: Partial<PreflightObservations>, about: Partial<PreflightSubject> = {}): Read {
  const wrong = buildPreflight({ ...subject, ...about }, { ...fine, ...seen }, new Date('2026-11-21T09:00:00Z')).findings.filter(({ outcome }) => outcome === 'failed' || outcome === 'warning')
  return { code: wrong.map(({ code }) => code).join(), text: wrong.map(({ message, remedy }) => `${message} ${remedy ?? ''}`).join(' ') }
}

/** On the page of whoever signed in and on the operator's: what Okta has said, and who acts. */
function said (error: ProviderError): Read {
  const { code, sentence, actions } = diagnose(error, { vendorName, appLabel: vendorName, issuer })
  return { code, text: [sentence, ...actions.map(({ text }) => text)].join(' ') }
}

/** The same, for what we have refused. */
function refused (code: LoginFailureCode): Read {
  const { sentence, actions } = explain(code, { vendorName, issuer })
  return { code, text: [sentence, ...actions.map(({ text }) => text)].join(' ') }
}

function groups (claims: Record<string, unknown>): Read {
  const { problem } = readGroups(claims, 'groups')
  return { code: problem, text: problem === null ? '' : groupsAdvice(problem, 'groups') }
}

const sentBack = (error: string, description?: string): ProviderError => ({ where: 'callback', error, ...(description === undefined ? {} : { description }) })
const token = (status: number, error: string, description?: string): ProviderError => ({ where: 'token', status, error, ...(description === undefined ? {} : { description }) })
const secretAnswer = (error: ProviderError) => checked({ credentials: [{ kind: 'said', error }] })

const rows: ReadonlyArray<readonly [mistake: string, read: () => Read, code: string | null, sentence: RegExp]> = [
  ['the address of the Admin Console', () => typed(parseOktaDomain, 'https://acme-admin.okta.com'), 'admin-host-dropped', /without -admin, is used/],
  ['the address of the dashboard', () => typed(parseOktaDomain, 'https://acme.okta.com/app/UserHome'), 'path-dropped', /What followed the address was left out/],
  ['the address of the discovery document', () => typed(parseOktaDomain, 'https://acme.okta.com/.well-known/openid-configuration'), 'path-dropped', /What followed the address was left out/],
  ['a slash at the end', () => typed(parseOktaDomain, 'https://acme.okta.com/'), 'trailing-slash-dropped', /slash at the end was left out/],
  ['the app issues its tokens as the custom domain', () => checked({ discovery: { kind: 'other-issuer', issuer: 'https://login.acme.test' } }), 'issuer-differs', /Your app issues tokens as https:\/\/login\.acme\.test.* Use https:\/\/login\.acme\.test as the address/],
  ['the issuer of a stranger', () => checked({ discovery: { kind: 'other-issuer', issuer: 'https://globex.okta.com' } }), 'issuer-foreign', /calls itself https:\/\/globex\.okta\.com, and nothing says that the two belong together/],
  ['the Issuer of the app is Dynamic', () => checked({ discovery: { ...discovery, dynamic: true } }), 'issuer-dynamic', /Issuer of the app is Dynamic.* choose Okta URL/],
  ['a custom authorization server', () => checked({}, { issuer: `${issuer}/oauth2/default` }), 'custom-server', /Enter https:\/\/acme\.okta\.com without what follows it/],
  ['a custom authorization server without the license for it', () => said({ where: 'discovery', status: 401, error: 'E0000015' }), 'feature-not-licensed', /without \/oauth2\/…, or ask Okta for API Access Management/],
  ['a custom authorization server without an access policy', () => said(sentBack('access_denied', 'Policy evaluation failed for this request, please check the policy configurations.')), 'policy-denied', /Access Policies, and add a policy with a rule for Northwind/],
  ['a redirect URI that is not registered', () => checked({ authorization: { kind: 'stopped', error: { where: 'callback', status: 400, error: 'invalid_redirect_uri' } } }), 'redirect-uri-unregistered', /Sign-in redirect URIs, and enter https:\/\/login\.northwind\.test\/auth\/callback\/con-acme/],
  ['a sign-out URI that is not registered', () => said({ where: 'callback', status: 400, error: 'invalid_request', description: 'The \'post_logout_redirect_uri\' parameter must be a Logout redirect URI in the client app settings.' }), 'logout-uri-unregistered', /Sign-out redirect URIs, and enter Northwind’s address/],
  ['the person is not assigned to the app', () => said(sentBack('access_denied', 'User is not assigned to the client application.')), 'user-not-assigned', /Assignments → Assign, and assign the person/],
  ['the client id of another org', () => checked({ discovery: { kind: 'refused', code: 'discovery-client-unknown', provider: { where: 'discovery', status: 400, error: 'invalid_client' } } }), 'client-id-unknown', /was not found in your organization’s Okta.* compare its Client ID/],
  ['a part of the client id', () => typed(parsePastedClientId, '0oa123'), 'client-id-mistaken', /has 20 characters, so part of it is missing/],
  ['a wrong or rotated secret', () => secretAnswer(token(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.')), 'client-secret-wrong', /copy the active secret \(not its ID\)/],
  ['the id of the secret', () => typed(parsePastedClientSecret, 'ocs1234567890abcdefg'), 'client-secret-mistaken', /That is the id of the secret and not the secret itself/],
  ['a secret with blanks around it', () => typed(parsePastedClientSecret, ' northwind-at-acme_0123456789abcdefghijkl\n'), null, /^$/],
  ['an app that wants a key', () => secretAnswer(token(401, 'invalid_client', 'No client credentials found.')), 'client-authentication-mismatch', /Client authentication, and choose what was agreed with Northwind: usually Client secret/],
  ['a single-page or native app', () => checked({ authorization: { kind: 'sent-back', error: sentBack('unauthorized_client') } }), 'app-type-wrong', /single-page or native app, make a new one: .* Web Application/],
  ['the tile posts an ID token (simplified login flow)', () => refused('initiation-id-token'), 'initiation-id-token', /choose "Redirect to app to initiate login \(OIDC Compliant\)"/],
  ['the tile of another organization or tenant', () => refused('initiation-issuer-mismatch'), 'initiation-issuer-mismatch', /Initiate login URI: use the one shown in the setup of this organisation/],
  ['no groups claim', () => groups({}), 'missing', /Group claims filter, with “groups” as its name/],
  ['the groups claim in other letters', () => groups({ Groups: ['Everyone'] }), null, /^$/],
  ['groups as one text', () => groups({ groups: 'Everyone' }), 'text', /choose Filter as the group claim type/],
  ['too many groups', () => groups({ groups: Array.from({ length: 1001 }, (_, n) => `group ${n}`) }), 'too-many', /more than 1000 groups .* narrow the filter/],
  ['the groups scope at a server that has none', () => said(sentBack('invalid_scope', 'One or more scopes are not configured for the authorization server resource.')), 'scope-not-configured', /Ask for openid, profile and email only/],
  ['no email in the profile', () => refused('email-missing'), 'email-missing', /Profile: fill in the primary email/],
  ['the account was made anew, and is another subject', () => refused('identity-conflict'), 'identity-conflict', /Check whether the Okta account was deleted and made anew/],
  ['ID token encryption', () => refused('id-token-encrypted'), 'id-token-encrypted', /ID Token Encryption, turn the encryption off/],
  ['a network zone', () => secretAnswer(token(403, 'access_denied', 'The request is made from outside the client\'s permitted network zones.')), 'network-zone', /add Northwind’s outgoing addresses to the zone/],
  ['a sign-on policy denies the person', () => said(sentBack('access_denied', 'The sign-on policy denied the request.')), 'access-denied', /System Log at the time of this sign-in to see which policy refused it/],
  ['a preview org', () => checked({ organization: { kind: 'organization', organization: { id: '00oacme', pipeline: 'idx', url: 'https://acme.oktapreview.com' }, aliases: [] } }, { issuer: 'https://acme.oktapreview.com' }), 'preview-organization', /is a preview organization.* make the app in the organization whose address ends in okta\.com/],
  ['our clock is ahead', () => secretAnswer(token(400, 'invalid_client', 'The JWT was issued in the future')), 'clock-skew', /Check the time synchronisation \(NTP\) of the gateway’s hosts/],
  ['two connections to one org, and a tile with one address for all', () => refused('initiation-ambiguous'), 'initiation-ambiguous', /Use the initiate login URI with the connection’s id/],
  ['the old secret is gone while the next one waits', () => checked({ credentials: [{ kind: 'said', error: token(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.') }, { kind: 'said', error: token(400, 'invalid_grant') }] }, { proofs: 2 }), 'client-secret-wrong', /Keep the old one active until a sign-in has succeeded/],
  ['the custom domain was added or removed', () => refused('id-token-issuer'), 'id-token-issuer', /happens when a custom domain is added or removed.* tell the vendor which address is chosen there/]
]
for (const [mistake, read, code, sentence] of rows) {
  void t.test(`${mistake}: ${code ?? 'is no mistake here'}`, async t => {
    const found = read()
    t.equal(found.code, code)
    t.match(found.text, sentence)
  })
}

// Okta tells nobody but its own admins how these are set, so no check can find them. What is right stands where the app is made.
const unseen: ReadonlyArray<readonly [mistake: string, why: string, advice: RegExp]> = [
  ['the app may be started by itself only, and there is no tile', 'a tile that is not there sends nobody', /Login initiated by .*Either Okta or App/],
  ['Federation Broker Mode', 'whoever comes through it comes as ever', /Federation Broker Mode .*With it on, nobody has a tile and assignments count for nothing/],
  ['the initiate login URI is the home page', 'the home page is the product’s and tells us nothing', /Initiate login URI .*\/auth\/initiate\/con-/]
]
for (const [mistake, why, advice] of unseen) {
  void t.test(`${mistake}: not to be seen without somebody who comes (${why}), so it is said beforehand`, async t => {
    t.match(textOf(setupPages({ brand: northwind, assets: loadAssets(northwind) })['app'] ?? ''), advice)
  })
}

// What does the outside see of each refusal, outage and fault? One table; a code without a decision does not compile.
import type { DiagnosisCode } from '../okta/diagnosis.ts'
import type { OktaRefusalCode } from '../okta/refusal.ts'
import type { OidcRefusalCode } from '../oidc/refusal.ts'
import type { OutageCode } from '../outage.ts'
import type { TenantRefusalCode } from '../tenant/refusal.ts'
import type { TokenRefusalCode } from '../token/refusal.ts'

export type RequestRefusalCode =
  | 'route-unknown'
  | 'host-unknown'
  | 'target-ambiguous'
  | 'insecure-way'
  | 'cross-site'
  | 'csrf-proof-missing'
  | 'body-too-large'
  | 'body-malformed'
  | 'validation-failed'
  | 'unauthorized'
  | 'operator-session-over'
  | 'too-many-requests'
  | 'tenant-busy'
  | 'starting'
  | 'fault'

export type ProblemCode = OidcRefusalCode | TenantRefusalCode | OutageCode | DiagnosisCode | TokenRefusalCode | OktaRefusalCode | RequestRefusalCode

interface Decision {
  readonly status: number
  readonly title: string
}

const decide = (status: number) => (title: string): Decision => ({ status, title })
const [bad, unknown, forbidden, missing, conflict] = [decide(400), decide(401), decide(403), decide(404), decide(409)]
const [gateway, away, late] = [decide(502), decide(503), decide(504)]

/** Status and title of every code. A refused login is 400 for what the browser brought, 403 for what a policy forbids, 502 to 504 for what the provider did. */
export const problems = {
  // metadata of the provider: what it publishes is its own doing
  'issuer-malformed': bad('The issuer is not a URL that an identity provider can have.'),
  'discovery-malformed': gateway('The identity provider published settings that cannot be read.'),
  'discovery-issuer-mismatch': gateway('The identity provider calls itself by another name.'),
  'discovery-endpoint-foreign': gateway('The identity provider points to another host.'),
  'discovery-unsupported': gateway('The identity provider lacks something that signing in needs.'),
  'discovery-client-unknown': gateway('The identity provider does not know the client id.'),
  // what the browser brought back
  'callback-malformed': bad('The answer from the identity provider is not complete.'),
  'callback-duplicate-parameter': bad('The answer from the identity provider says something twice.'),
  'callback-unsolicited-token': bad('A token came that nobody here had asked for.'),
  'callback-issuer-mismatch': bad('Another identity provider answered than the one that was asked.'),
  'callback-issuer-missing': bad('The answer does not say which identity provider it is from.'),
  'callback-error': bad('The identity provider refused the sign-in.'),
  'attempt-unknown': bad('This sign-in is not under way.'),
  'attempt-expired': bad('This sign-in took too long.'),
  'attempt-other-browser': bad('This sign-in was begun in another browser.'),
  'attempt-other-connection': bad('This sign-in belongs to another connection.'),
  'attempt-connection-changed': bad('The connection was changed during the sign-in.'),
  // the provider's answers from server to server
  'token-refused': gateway('The identity provider refused to redeem the code.'),
  'token-malformed': gateway('The identity provider answered with something that cannot be read.'),
  'id-token-missing': gateway('The identity provider sent no ID token.'),
  'id-token-encrypted': gateway('The ID token is encrypted.'),
  'id-token-malformed': gateway('The ID token cannot be read.'),
  'id-token-type': gateway('The token is not an ID token.'),
  'id-token-algorithm': gateway('The ID token is signed in a way that is not accepted.'),
  'id-token-key-unknown': gateway('The ID token is signed with a key that the identity provider does not publish.'),
  'id-token-signature': gateway('The signature of the ID token is wrong.'),
  'id-token-issuer': gateway('The ID token is from another issuer.'),
  'id-token-audience': gateway('The ID token is for somebody else.'),
  'id-token-authorized-party': gateway('The ID token was made for another app.'),
  'id-token-expired': gateway('The ID token has expired.'),
  'id-token-issued-at': gateway('The ID token is from another time.'),
  'id-token-subject': gateway('The ID token does not say who signed in.'),
  'id-token-nonce': gateway('The ID token belongs to another sign-in.'),
  'id-token-access-token-hash': gateway('The tokens do not belong together.'),
  'id-token-authentication-time': gateway('The person has not proven themselves recently enough.'),
  'id-token-claims': gateway('The ID token lacks something that it must say.'),
  'userinfo-refused': gateway('The identity provider refused to tell who signed in.'),
  'userinfo-malformed': gateway('The identity provider told something that cannot be read.'),
  'userinfo-subject-mismatch': gateway('The identity provider told about somebody else.'),
  // tiles
  'initiation-malformed': bad('The link that started this sign-in is not complete.'),
  'initiation-issuer-mismatch': bad('This tile belongs to another Okta organisation.'),
  'initiation-id-token': bad('The tile sends a token instead of starting a sign-in.'),
  'initiation-ambiguous': bad('The link does not say which connection to use.'),
  'initiation-loop': bad('The sign-in is going in circles.'),
  // what the provider's error means
  'user-not-assigned': forbidden('The person is not assigned to the app in Okta.'),
  'policy-denied': forbidden('An access policy in Okta does not let the person in.'),
  'access-denied': forbidden('Okta did not let the person in.'),
  'login-required': bad('Okta wants the person to sign in again.'),
  'interaction-required': bad('Okta wants to ask the person something first.'),
  'scope-not-configured': gateway('A scope is not known to the authorization server.'),
  'custom-scope-refused': gateway('The authorization server takes no custom scopes.'),
  'app-type-wrong': gateway('The app in Okta is of the wrong type.'),
  'provider-trouble': away('Okta has trouble at the moment.'),
  'client-secret-wrong': gateway('Okta refused the client secret.'),
  'client-authentication-mismatch': gateway('Okta expects another kind of client authentication.'),
  'client-id-unknown': gateway('Okta does not know the client id.'),
  'code-expired': bad('The code from Okta is no longer good.'),
  'pkce-failed': bad('The code from Okta belongs to another browser tab.'),
  'code-of-another-client': gateway('The code from Okta was made for another app.'),
  'assertion-key-unknown': gateway('Okta does not know our key.'),
  'clock-skew': gateway('Okta’s clock and ours differ.'),
  'network-zone': gateway('A network zone in Okta keeps the gateway out.'),
  'openid-scope-missing': gateway('The scope openid is missing.'),
  'userinfo-token-refused': gateway('Okta refused its own access token.'),
  'userinfo-scope-missing': gateway('The scopes do not include the profile.'),
  'rate-limited': away('Okta is busy.'),
  'feature-not-licensed': gateway('The authorization server needs a licence that the organisation does not have.'),
  'issuer-unknown': gateway('There is no such authorization server in this Okta organisation.'),
  'redirect-uri-unregistered': gateway('The redirect URI is not registered in Okta.'),
  'logout-uri-unregistered': gateway('The sign-out redirect URI is not registered in Okta.'),
  'logout-hint-refused': gateway('Okta did not accept the sign-out.'),
  'request-malformed': gateway('Okta could not read our request.'),
  'provider-refused': gateway('Okta refused without a reason that is known here.'),
  // what an admin pasted
  'okta-domain-empty': bad('An Okta domain is needed.'),
  'okta-domain-too-long': bad('That is too long for an Okta domain.'),
  'okta-domain-placeholder': bad('That is the placeholder, not the domain.'),
  'okta-domain-typo': bad('There seems to be a typo in the Okta domain.'),
  'okta-domain-incomplete': bad('The Okta domain is not complete.'),
  'okta-domain-email': bad('That is an email address, not an Okta domain.'),
  'okta-domain-scheme': bad('The Okta domain must be reached by https.'),
  'okta-domain-credentials': bad('An Okta domain holds no user name or password.'),
  'okta-domain-port': bad('An Okta domain has no port.'),
  'okta-domain-address': bad('That is an address, not an Okta domain.'),
  'okta-domain-not-customer': bad('That is a host of Okta itself and no customer’s domain.'),
  'okta-domain-malformed': bad('That is not an Okta domain.'),
  'client-id-mistaken': bad('That is not a client id.'),
  'client-secret-mistaken': bad('That is not a client secret.'),
  'okta-organization-missing': gateway('There is no Okta organisation at that address.'),
  'okta-organization-malformed': gateway('What is at that address is not an Okta organisation.'),
  // the vendor's and the tenant's rules
  'email-malformed': bad('That is not an email address.'),
  'slug-malformed': bad('That is not a slug.'),
  'domain-malformed': bad('That is not a domain.'),
  'domain-public': bad('That domain cannot belong to a tenant.'),
  'domain-not-proven': conflict('The domain has not been proven.'),
  'url-malformed': bad('That is not a URL that may be used here.'),
  'host-malformed': bad('That is not a host.'),
  'value-malformed': bad('A value is not acceptable.'),
  'email-domain-unknown': bad('No company here uses that email domain.'),
  'connection-unknown': missing('There is no such connection.'),
  'connection-not-live': forbidden('The connection is not live yet.'),
  'connection-retired': forbidden('The connection has been retired.'),
  'pilot-only': forbidden('The connection is open to its pilot only.'),
  'sso-not-entitled': forbidden('Single sign-on is not part of the company’s plan.'),
  'member-suspended': forbidden('The member is suspended.'),
  'member-unknown': forbidden('The person has not been invited.'),
  'email-missing': forbidden('Okta did not tell an email address.'),
  'email-domain-unverified': forbidden('The email address is outside the company’s verified domains.'),
  'identity-conflict': forbidden('Another Okta account is linked to this member already.'),
  'identity-taken': forbidden('The Okta account is linked to another member already.'),
  'invitation-unknown': missing('There is no such invitation, or it has been replaced or withdrawn.'),
  'invitation-used': bad('The invitation has been accepted already.'),
  'invitation-expired': bad('The invitation has expired.'),
  'not-signed-in': unknown('Nobody is signed in.'),
  'session-expired': unknown('The session has expired.'),
  'role-missing': forbidden('The member does not have the role.'),
  'tenant-mismatch': forbidden('The member belongs to another tenant.'),
  'app-unknown': forbidden('There is no such app.'),
  'ticket-unknown': bad('This ticket is not valid.'),
  'ticket-other-host': bad('This ticket is for another host.'),
  'ticket-other-browser': bad('This ticket belongs to another browser.'),
  'ticket-expired': bad('This ticket has expired.'),
  'setup-link-unknown': missing('There is no such setup link.'),
  'setup-link-revoked': forbidden('The setup link has been revoked.'),
  'setup-link-opened': forbidden('The setup link has been opened already.'),
  'setup-link-expired': forbidden('The setup link was not opened in time.'),
  'setup-session-over': unknown('No setup is open in this browser.'),
  'setup-part-only': forbidden('The setup link is for another part of the setup.'),
  'setup-live-locked': forbidden('The setup link may not change a connection that is in use.'),
  'setup-edited-meanwhile': conflict('Somebody else has changed the settings meanwhile.'),
  'scope-missing': forbidden('The API key may not do this.'),
  'connection-state': conflict('The connection is not in a state that allows this.'),
  'connection-live': conflict('The connection is in use.'),
  'connection-incomplete': conflict('The connection has no client id yet.'),
  'enforcement-premature': conflict('Nobody who could undo it has signed in with Okta yet.'),
  'import-refused': bad('The file was not imported; nothing was changed.'),
  'already-exists': conflict('That exists already.'),
  'not-found': missing('There is nothing by that name.'),
  // our own tokens
  'access-token-malformed': unknown('The access token cannot be read.'),
  'access-token-type': unknown('The token is not an access token.'),
  'access-token-algorithm': unknown('The access token is signed in a way that is not accepted.'),
  'access-token-key-unknown': unknown('The access token is signed with an unknown key.'),
  'access-token-signature': unknown('The signature of the access token is wrong.'),
  'access-token-issuer': unknown('The access token is from another issuer.'),
  'access-token-audience': unknown('The access token is for another app.'),
  'access-token-expired': unknown('The access token has expired.'),
  'access-token-issued-at': unknown('The access token is from another time.'),
  'access-token-claims': unknown('The access token lacks something that it must say.'),
  'access-token-too-large': decide(500)('The access token would be too large.'),
  // somebody else is not there
  'provider-unreachable': gateway('The identity provider cannot be reached.'),
  'provider-timeout': late('The identity provider did not answer in time.'),
  'provider-error': gateway('The identity provider answered with an error of its own.'),
  'provider-busy': away('The identity provider is busy.'),
  'database-unavailable': away('The gateway cannot reach its database.'),
  'upstream-unreachable': gateway('The app does not answer.'),
  'upstream-timeout': late('The app did not answer in time.'),
  // the request itself
  'route-unknown': missing('There is nothing here.'),
  'host-unknown': decide(421)('This host is not served here.'),
  'target-ambiguous': bad('This address could be read in two ways.'),
  'insecure-way': bad('The request did not come by https.'),
  'cross-site': forbidden('Another site may not do this.'),
  'csrf-proof-missing': forbidden('The request does not show that it is from here.'),
  'body-too-large': decide(413)('The request is too large.'),
  'body-malformed': bad('The request cannot be read.'),
  'validation-failed': bad('The request is not valid.'),
  'operator-session-over': unknown('Nobody is signed in to the operator pages here.'),
  unauthorized: unknown('A valid token is needed.'),
  'too-many-requests': decide(429)('There were too many requests.'),
  'tenant-busy': decide(429)('Too many people are signing in at this company at once.'),
  starting: away('The gateway is starting.'),
  fault: decide(500)('Something went wrong in the gateway.')
} satisfies Record<ProblemCode, Decision>

/** RFC 9457. `type` is a URN: there is no page behind it, so it promises none. */
export function buildProblem (code: ProblemCode, reference: string, detail?: string): Record<string, unknown> {
  const { status, title } = problems[code]
  return { type: `urn:gatehouse:problem:${code}`, title, status, code, reference, ...(detail === undefined ? {} : { detail }) }
}

export function statusOf (code: ProblemCode): number {
  return problems[code].status
}

import t from 'tap'
import fc from 'fast-check'
import type { DiagnosisCode } from '../../src/okta/diagnosis.ts'
import { buildDiagnosis, diagnose, diagnosisCodes } from '../../src/okta/diagnosis.ts'
import type { ProviderError } from '../../src/oidc/refusal.ts'

const context = { vendorName: 'Northwind', appLabel: 'Northwind Analytics', issuer: 'https://acme.okta.com' }
const customServer = { ...context, issuer: 'https://acme.okta.com/oauth2/default' }

type Row = readonly [code: DiagnosisCode, where: ProviderError['where'], status: number | undefined, error: string, ...descriptions: readonly string[]]

// The known spellings first, then wordings that Okta may turn to one day.
const rows: readonly Row[] = [
  ['user-not-assigned', 'callback', undefined, 'access_denied', 'User is not assigned to the client application.', 'User isn\'t assigned to the client app.', 'User isn’t assigned to the client app.', 'The user has not been assigned to this application', 'USER  IS NOT  CURRENTLY ASSIGNED', 'user_not_assigned'],
  ['policy-denied', 'callback', undefined, 'access_denied', 'Policy evaluation failed for this request, please check the policy configurations.', 'No matching policy was found for this request.', 'no_matching_policy'],
  ['access-denied', 'callback', undefined, 'access_denied', '', 'The resource owner or authorization server denied the request.', 'User denied consent.', 'The sign-on policy denied the request.'],
  ['login-required', 'callback', undefined, 'login_required', 'The client specified not to prompt, but the user is not logged in.', 'The client specified not to prompt, but the user isn\'t signed in.', 'The client specified not to prompt, but the client app requires re-authentication or MFA.'],
  ['scope-not-configured', 'callback', undefined, 'invalid_scope', 'One or more scopes are not configured for the authorization server resource.', 'One or more scopes aren\'t configured.', ''],
  ['custom-scope-refused', 'callback', undefined, 'invalid_scope', 'Custom scopes are not allowed for this request', 'Custom scopes aren\'t allowed for this request.'],
  ['app-type-wrong', 'callback', undefined, 'unsupported_response_type', '', 'The response type is not supported by the authorization server.'],
  ['app-type-wrong', 'callback', undefined, 'unauthorized_client', '', 'The client is not authorized to use the provided grant type.'],
  ['interaction-required', 'callback', undefined, 'interaction_required', ''],
  ['interaction-required', 'callback', undefined, 'consent_required', ''],
  ['provider-trouble', 'callback', undefined, 'server_error', '', 'Unable to process the request.'],
  ['provider-trouble', 'callback', undefined, 'temporarily_unavailable', ''],
  ['redirect-uri-unregistered', 'callback', 400, 'invalid_request', 'The \'redirect_uri\' parameter must be a Login redirect URI in the client app settings.', 'The redirect_uri isn\'t registered.'],
  ['redirect-uri-unregistered', 'token', 400, 'invalid_redirect_uri', ''],
  ['redirect-uri-unregistered', 'token', 400, 'E0000001', 'Api validation failed: redirect_uri'],
  ['client-id-unknown', 'callback', 400, 'invalid_client', 'Invalid value for \'client_id\' parameter.', ''],
  ['logout-uri-unregistered', 'callback', 400, 'invalid_request', 'The \'post_logout_redirect_uri\' parameter must be a Logout redirect URI in the client app settings.'],
  ['client-secret-wrong', 'token', 401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.', 'Your client_secret isn\'t valid.'],
  ['client-authentication-mismatch', 'token', 401, 'invalid_client', 'Client authentication failed. Either the client or the client credentials are invalid.', 'No client credentials found.', ''],
  ['client-id-unknown', 'token', 401, 'invalid_client', 'Invalid value for \'client_id\' parameter.', 'The client_id was not found.'],
  ['client-id-unknown', 'discovery', 400, 'invalid_client', 'Invalid value for \'client_id\' parameter.', '', 'something new'],
  ['code-expired', 'token', 400, 'invalid_grant', 'The authorization code is invalid or has expired.', ''],
  ['pkce-failed', 'token', 400, 'invalid_grant', 'PKCE verification failed.', 'The code_verifier doesn\'t match.'],
  ['code-of-another-client', 'token', 400, 'invalid_grant', 'The grant was issued to another client. Ensure that the `client_id` matches the one used at the authorize request.', 'The grant was issued to a different client.'],
  ['redirect-uri-unregistered', 'token', 400, 'invalid_grant', 'The \'redirect_uri\' does not match the redirection URI used in the authorization request.'],
  ['assertion-key-unknown', 'token', 400, 'invalid_client', 'The client_assertion JWT kid is invalid.', 'The client_assertion was signed with an unknown key.'],
  ['assertion-key-unknown', 'token', 400, 'invalid_request', 'The client_assertion JWT kid is invalid.'],
  ['clock-skew', 'token', 400, 'invalid_client', 'The JWT was issued in the future', 'The client_assertion token was created after the current time.'],
  ['clock-skew', 'token', 400, 'invalid_request', 'The JWT was issued in the future'],
  ['network-zone', 'token', 403, 'access_denied', 'The request is made from outside the client\'s permitted network zones.', 'This network zone isn\'t allowed.'],
  ['openid-scope-missing', 'token', 403, 'access_denied', 'Requests for ID tokens or access tokens with OpenID scopes require the `openid` scope.', 'You must request the openid scope.'],
  ['userinfo-token-refused', 'userinfo', 401, 'invalid_token', 'The access token is invalid', ''],
  ['userinfo-token-refused', 'userinfo', 401, 'E0000011', 'Invalid token provided'],
  ['userinfo-token-refused', 'userinfo', 401, 'http-401', ''],
  ['userinfo-scope-missing', 'userinfo', 403, 'insufficient_scope', 'The access token must provide access to at least one of these scopes - profile, email, address or phone', ''],
  ['rate-limited', 'token', 429, 'E0000047', 'You exceeded the maximum number of requests. Try again in a while.', 'API call exceeded rate limit due to too many requests.', ''],
  ['rate-limited', 'discovery', 429, 'http-429', ''],
  ['rate-limited', 'keys', undefined, 'E0000047', ''],
  ['rate-limited', 'callback', undefined, 'access_denied', 'Too many requests.'],
  ['feature-not-licensed', 'discovery', 401, 'E0000015', 'You do not have permission to access the feature you are requesting.', ''],
  ['issuer-unknown', 'discovery', 404, 'E0000007', 'Not found: Resource not found: aus1 (AuthorizationServer)', ''],
  ['issuer-unknown', 'discovery', 404, 'http-404', ''],
  ['logout-hint-refused', 'callback', 400, 'invalid_request', 'The id_token_hint is invalid.'],
  ['request-malformed', 'token', 400, 'invalid_request', 'Can\'t supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a `client_assertion` in the post body.', ''],
  ['request-malformed', 'callback', undefined, 'invalid_request', 'PKCE code challenge contains illegal characters.'],
  ['request-malformed', 'token', 401, 'invalid_client', 'Browser requests to the token endpoint must use Proof Key for Code Exchange.'],
  ['provider-trouble', 'token', 503, 'http-503', ''],
  ['provider-trouble', 'keys', 599, 'http-599', ''],
  ['provider-refused', 'callback', undefined, 'never_heard_of', 'anything'],
  ['provider-refused', 'token', 418, 'http-418', ''],
  ['provider-refused', 'callback', undefined, '', '']
]

for (const [code, where, status, error, ...descriptions] of rows) {
  void t.test(`${where} ${error} ${JSON.stringify(descriptions[0] ?? '')} is ${code}`, async t => {
    for (const description of descriptions) {
      const given = { where, error, ...(status === undefined ? {} : { status }), ...(description === '' ? {} : { description }) }
      t.equal(diagnose(given, context).code, code, description)
      t.equal(diagnose({ ...given, error: ` ${error.toUpperCase()} ` }, context).code, code, `${description} with the code in capitals`)
    }
  })
}

void t.test('every code is reached by an error, or is asked for by its name', async t => {
  const reached = new Set<string>(rows.map(([code]) => code))
  t.strictSame(diagnosisCodes.filter(code => !reached.has(code)), ['id-token-encrypted'])
})

for (const code of diagnosisCodes) {
  void t.test(`${code} says what happened and who acts`, async t => {
    for (const given of [context, customServer, { vendorName: 'Northwind', issuer: 'https://login.acme.test' }]) {
      const diagnosis = buildDiagnosis(code, given)
      t.equal(diagnosis.code, code)
      t.notMatch(diagnosis.headline, /\.$/, 'a headline ends without a dot')
      t.ok(diagnosis.headline.length <= 80, diagnosis.headline)
      t.match(diagnosis.sentence, /\.$/)
      t.match(diagnosis.operatorNote, /\.$/)
      t.ok(diagnosis.actions.length > 0)
      for (const { text } of diagnosis.actions) t.match(text, /^[A-Z].*\.$/)
      t.notMatch(JSON.stringify(diagnosis), /undefined|null|\[object/)
      t.notMatch(`${diagnosis.headline} ${diagnosis.sentence}`, /OAuth|PKCE|JWT|token|scope|client_|invalid_|_denied/i, 'the person reads no jargon')
    }
  })
}

void t.test('whoever can only wait for others is told that trying again does not help', async t => {
  for (const code of diagnosisCodes) {
    const { retry, actions } = buildDiagnosis(code, context)
    const you = actions.find(({ who }) => who === 'you')?.text ?? ''
    if (retry) t.match(you, /try again|start again/i, code)
    else t.notMatch(you, /\btry again\b|start again/i, code)
  }
})

const paths: readonly (readonly [code: DiagnosisCode, path: string])[] = [
  ['user-not-assigned', 'Okta Admin Console (acme-admin.okta.com) → Applications → Applications → Northwind Analytics → Assignments → Assign'],
  ['policy-denied', 'Security → API → Authorization Servers → the server in use → Access Policies'],
  ['access-denied', 'Reports → System Log'],
  ['app-type-wrong', 'Applications → Create App Integration → OIDC - OpenID Connect → Web Application'],
  ['client-secret-wrong', 'General → Client Credentials → Client Secrets'],
  ['client-authentication-mismatch', 'General → Client Credentials → Edit → Client authentication'],
  ['client-id-unknown', 'General → Client Credentials'],
  ['assertion-key-unknown', 'Public Keys → Use a URL to fetch keys dynamically'],
  ['network-zone', 'Security → Networks'],
  ['id-token-encrypted', 'General → Client Credentials → Edit → ID Token Encryption'],
  ['redirect-uri-unregistered', 'General → LOGIN → Sign-in redirect URIs'],
  ['logout-uri-unregistered', 'General → LOGIN → Sign-out redirect URIs'],
  ['rate-limited', 'Reports → Rate Limits']
]
for (const [code, path] of paths) {
  void t.test(`the admin’s action for ${code} names the path through the menus`, async t => {
    const admin = buildDiagnosis(code, context).actions.find(({ who }) => who === 'it-admin')
    const text = admin?.text ?? ''
    t.ok(text.includes(path), text)
    t.match(text, /^(?:If it happens often, o|O)pen Okta Admin Console \(acme-admin\.okta\.com\) → /)
  })
}

void t.test('advice differs where the connection uses a custom authorization server', async t => {
  const text = (code: DiagnosisCode, given: typeof context) => JSON.stringify(buildDiagnosis(code, given).actions)
  t.match(text('scope-not-configured', customServer), /Authorization Servers/)
  t.notMatch(text('scope-not-configured', context), /Authorization Servers/)
  t.match(text('issuer-unknown', customServer), /Issuer URI/)
  t.notMatch(text('issuer-unknown', context), /Issuer URI/)
})

void t.test('an organization with a custom domain has its Admin Console elsewhere, so no host is named', async t => {
  t.match(buildDiagnosis('user-not-assigned', { ...context, issuer: 'https://login.acme.test' }).actions[1]?.text, /^Open Okta Admin Console → /)
  t.match(buildDiagnosis('user-not-assigned', { ...context, issuer: 'https://acme.oktapreview.com' }).actions[1]?.text, /\(acme-admin\.oktapreview\.com\)/)
})

void t.test('without a label the app is called as the vendor is', async t => {
  t.equal(buildDiagnosis('user-not-assigned', { vendorName: 'Northwind', issuer: context.issuer }).headline, 'You don’t have access to Northwind yet')
})

void t.test('nothing that the provider said is repeated to people', async t => {
  const marker = 'http://evil.test/<script>'
  for (const [, where, status, error, description] of rows) {
    const diagnosis = diagnose({ where, ...(status === undefined ? {} : { status }), error, description: `${description} ${marker}`, requestId: marker }, context)
    t.notMatch(JSON.stringify(diagnosis), /evil/)
  }
})

void t.test('any error whatever has a diagnosis, and the same one whenever it is asked for', async t => {
  const word = fc.constantFrom('access_denied', 'invalid_client', 'invalid_grant', 'invalid_request', 'invalid_scope', '__proto__', 'constructor', 'not assigned', 'client_id', '\'', '’', '\n', '\u0000')
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 600 }), fc.array(word).map(words => words.join(' ')))
  const error = fc.record({ where: fc.constantFrom<ProviderError['where'][]>('discovery', 'callback', 'token', 'userinfo', 'keys'), error: fc.oneof(word, text), status: fc.integer({ min: 100, max: 599 }), description: text }, { requiredKeys: ['where', 'error'] })
  fc.assert(fc.property(error, fc.record({ vendorName: fc.string(), issuer: fc.string() }), (given, names) => {
    const diagnosis = diagnose(given, names)
    return diagnosisCodes.includes(diagnosis.code) && diagnosis.headline !== '' && diagnosis.actions.length > 0 && JSON.stringify(diagnose(given, names)) === JSON.stringify(diagnosis)
  }), { seed: 20261121, numRuns: 2000 })
  t.pass()
})

void t.test('a text made to keep the patterns busy is read in no time', async t => {
  const longest = ['client_id '.repeat(60), 'not a b '.repeat(70), 'require '.repeat(70), ' '.repeat(5000), 'client_assertion '.repeat(40)]
  for (const description of longest) {
    const before = process.hrtime.bigint()
    for (const error of ['access_denied', 'invalid_client', 'invalid_request', 'invalid_grant']) diagnose({ where: 'callback', error, description }, context)
    t.ok(process.hrtime.bigint() - before < 1_000_000_000n)
  }
})

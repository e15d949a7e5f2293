// Who may be an identity provider, and what may its metadata say?
import t from 'tap'
import { buildDiscoveryRequest, parseIssuer, parseProviderMetadata } from '../../src/oidc/discovery.ts'
import { Outage } from '../../src/outage.ts'
import { codeOf, thrownBy } from './refused.ts'
import { clientId, discoveryAnswer, issuer, now } from './spoiled-message.ts'

const parse = (change: Parameters<typeof discoveryAnswer>[0]) => parseProviderMetadata(discoveryAnswer(change), issuer, now)

const issuers: ReadonlyArray<[text: string, why: string]> = [
  ['http://acme.okta.com', 'plain http'],
  ['https://acme.okta.com/', 'a trailing slash'],
  ['https://acme.okta.com/oauth2/default/', 'a trailing slash after a path'],
  ['https://acme.okta.com?x=1', 'a query'],
  ['https://acme.okta.com?', 'an empty query'],
  ['https://acme.okta.com#', 'an empty fragment'],
  ['https://acme.okta.com#x', 'a fragment'],
  ['https://ada@acme.okta.com', 'a user'],
  ['https://ada:secret@acme.okta.com', 'a user and password'],
  ['https://acme.okta.com:8443', 'a foreign port'],
  ['https://127.0.0.1', 'an IPv4 address'],
  ['https://2130706433', 'an IPv4 address as one number'],
  ['https://0x7f.1', 'an IPv4 address in hexadecimal'],
  ['https://[::1]', 'an IPv6 address'],
  ['https://localhost', 'a single label'],
  ['https://acme.okta.com.', 'a trailing dot'],
  ['https://ACME.okta.com', 'upper case'],
  ['HTTPS://acme.okta.com', 'an upper-case scheme'],
  ['https://acme.okta.com/a/../b', 'a path that leads up'],
  ['https://acme.okta.com//b', 'an empty path segment'],
  ['https://acme.okta.com/%2e%2e/b', 'a path in disguise'],
  ['https:\\\\acme.okta.com', 'backslashes'],
  ['https:acme.okta.com', 'no slashes'],
  [' https://acme.okta.com', 'a space in front'],
  ['https://acme.okta.com\n', 'a line feed behind'],
  ['https://ac\tme.okta.com', 'a tab inside'],
  ['https://akmé.okta.com', 'a host name that is not in ASCII'],
  ['https://-acme.okta.com', 'a label that starts with a hyphen'],
  ['https://acme_prod.okta.com', 'an underscore in the host'],
  [`https://${'a'.repeat(64)}.okta.com`, 'a label of 64 characters'],
  [`https://acme.okta.com/${'a'.repeat(2048)}`, 'more than 2048 characters'],
  ['javascript:alert(1)', 'another scheme'],
  ['acme.okta.com', 'no scheme'],
  ['', 'nothing']
]
for (const [text, why] of issuers) {
  void t.test(`DISC-01: an issuer with ${why} is refused`, async t => {
    t.equal(codeOf(() => parseIssuer(text)), 'issuer-malformed')
  })
}

void t.test('DISC-01: an issuer is https, a host and perhaps a path, and is kept as it is', async t => {
  for (const text of ['https://acme.okta.com', 'https://acme.okta.com/oauth2/aus59pz16qgMvHvBS0g7', 'https://login.acme.test', 'https://xn--akm-dma.test', 'https://acme.okta.com:443']) {
    t.equal(parseIssuer(text), text)
  }
})

void t.test('DISC-01: a development origin may be http with a port, and no other origin may', async t => {
  const options = { developmentOrigins: ['http://127.0.0.1:4010'] }
  t.equal(parseIssuer('http://127.0.0.1:4010', options), 'http://127.0.0.1:4010')
  t.equal(parseIssuer('http://127.0.0.1:4010/acme', options), 'http://127.0.0.1:4010/acme')
  for (const text of ['http://127.0.0.1:4011', 'http://127.0.0.1', 'https://127.0.0.1:4010', 'http://127.0.0.1:4010/', 'http://127.0.0.1:4010?x', 'http://ada@127.0.0.1:4010', 'http://127.0.0.1:4010.evil.test']) {
    t.equal(codeOf(() => parseIssuer(text, options)), 'issuer-malformed', text)
  }
})

void t.test('the metadata is asked for in the name of the client, so that the issuer has this app’s format', async t => {
  t.same(buildDiscoveryRequest(issuer, '0oa1&x'), { method: 'GET', url: `${issuer}/.well-known/openid-configuration?client_id=0oa1%26x`, headers: { accept: 'application/json' } })
  t.equal(buildDiscoveryRequest(parseIssuer(`${issuer}/oauth2/default`), clientId).url, `${issuer}/oauth2/default/.well-known/openid-configuration?client_id=${clientId}`)
})

void t.test('CS-C01: the endpoints are those of the metadata', async t => {
  t.same(parse({ set: { authorization_response_iss_parameter_supported: true } }), {
    issuer,
    authorizationEndpoint: `${issuer}/oauth2/v1/authorize`,
    tokenEndpoint: `${issuer}/oauth2/v1/token`,
    jwksUri: `${issuer}/oauth2/v1/keys`,
    userinfoEndpoint: `${issuer}/oauth2/v1/userinfo`,
    endSessionEndpoint: `${issuer}/oauth2/v1/logout`,
    algorithms: ['RS256'],
    issInResponse: true
  })
  t.equal(parse({ set: { authorization_response_iss_parameter_supported: 'true' } }).issInResponse, false)
  t.equal(parse({ omit: ['userinfo_endpoint'] }).userinfoEndpoint, undefined)
})

void t.test('a development provider may have its endpoints where it is, over http', async t => {
  const development = parseIssuer('http://127.0.0.1:4010', { developmentOrigins: ['http://127.0.0.1:4010'] })
  const answer = discoveryAnswer()
  const moved = { ...answer, body: answer.body.replaceAll(issuer, development) }
  t.equal(parseProviderMetadata(moved, development, now).tokenEndpoint, 'http://127.0.0.1:4010/oauth2/v1/token')
})

const okta = { errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter.", errorLink: 'invalid_client', errorId: 'oae1', errorCauses: [] }
const refusals: ReadonlyArray<[code: string, title: string, change: Parameters<typeof discoveryAnswer>[0]]> = [
  ['discovery-issuer-mismatch', 'DISC-02: an issuer with a trailing slash is another issuer', { set: { issuer: `${issuer}/` } }],
  ['discovery-issuer-mismatch', 'DISC-02: metadata without issuer is refused', { omit: ['issuer'] }],
  ['discovery-issuer-mismatch', 'DISC-02: an issuer in a list is refused', { set: { issuer: [issuer] } }],
  ['discovery-unsupported', 'DISC-03: a provider without code flow is refused', { set: { response_types_supported: ['id_token', 'code id_token'] } }],
  ['discovery-unsupported', 'DISC-03: a provider that does not sign with RS256 is refused', { set: { id_token_signing_alg_values_supported: ['HS256', 'none', 'ES256'] } }],
  ['discovery-malformed', 'DISC-03: metadata without response types is refused', { omit: ['response_types_supported'] }],
  ['discovery-malformed', 'DISC-03: metadata without algorithms is refused', { omit: ['id_token_signing_alg_values_supported'] }],
  ['discovery-malformed', 'DISC-03: algorithms that are no list are refused', { set: { id_token_signing_alg_values_supported: 'RS256' } }],
  ['discovery-malformed', 'DISC-03: metadata without authorization endpoint is refused', { omit: ['authorization_endpoint'] }],
  ['discovery-malformed', 'DISC-03: metadata without token endpoint is refused', { omit: ['token_endpoint'] }],
  ['discovery-malformed', 'DISC-03: metadata without keys is refused', { omit: ['jwks_uri'] }],
  ['discovery-malformed', 'DISC-03: an endpoint that is no text is refused', { set: { token_endpoint: { href: `${issuer}/token` } } }],
  ['discovery-malformed', 'DISC-03: an endpoint that is a relative address is refused', { set: { token_endpoint: '/oauth2/v1/token' } }],
  ['discovery-malformed', 'DISC-03: an endpoint with a user is refused', { set: { token_endpoint: 'https://ada@acme.okta.com/token' } }],
  ['discovery-malformed', 'DISC-03: an endpoint with a fragment is refused', { set: { token_endpoint: `${issuer}/token#x` } }],
  ['discovery-malformed', 'DISC-03: userinfo that is null is refused', { set: { userinfo_endpoint: null } }],
  ['discovery-endpoint-foreign', 'MIX-04: an endpoint on another port is foreign', { set: { token_endpoint: 'https://acme.okta.com:8443/token' } }],
  ['discovery-malformed', 'DISC-16: a list is no metadata', { body: '[]' }],
  ['discovery-malformed', 'DISC-16: null is no metadata', { body: 'null' }],
  ['discovery-malformed', 'DISC-16: half an object is no metadata', { body: '{"issuer":' }],
  ['discovery-malformed', 'DISC-16: metadata that does not say it is JSON is refused', { contentType: 'text/plain' }],
  ['discovery-malformed', 'a missing organisation is refused', { status: 404, contentType: 'text/html', body: '<h1>404</h1>' }],
  ['discovery-malformed', 'DISC-12: a redirect is not followed', { status: 302, headers: { location: 'https://acme-admin.okta.com/' }, body: '' }],
  ['discovery-malformed', 'an answer without content is refused', { status: 204, contentType: '', body: '' }],
  ['discovery-client-unknown', 'a client that Okta does not know is told apart, in Okta’s envelope', { status: 400, body: JSON.stringify(okta) }],
  ['discovery-client-unknown', 'a client that a provider does not know is told apart, in OAuth’s envelope', { status: 400, body: '{"error":"invalid_client"}' }],
  ['discovery-malformed', 'another error of the provider is refused', { status: 401, body: '{"errorCode":"E0000015","errorSummary":"You do not have permission to access the feature you are requesting."}' }],
  ['provider-error', 'a provider in trouble is an outage', { status: 503, body: '{}' }],
  ['provider-error', 'a page where metadata belongs is an outage', { contentType: 'text/html', body: '<h1>Maintenance</h1>' }],
  ['provider-busy', 'a provider that is busy is an outage', { status: 429, body: '{}' }]
]
for (const [code, title, change] of refusals) {
  void t.test(title, async t => { t.equal(codeOf(() => parse(change)), code) })
}

void t.test('DISC-12: the refusal of a redirect names where it leads, without its path', async t => {
  const refusal = thrownBy(() => parse({ status: 302, headers: { location: 'https://acme-admin.okta.com/admin?token=secret' } }))
  t.match(refusal, { detail: 'answered 302 towards https://acme-admin.okta.com' })
})

void t.test('what the provider said goes with the refusal', async t => {
  t.match(thrownBy(() => parse({ status: 400, body: JSON.stringify(okta) })), { provider: { where: 'discovery', status: 400, error: 'invalid_client', description: okta.errorSummary, requestId: 'Zabc0123' } })
})

const waits: ReadonlyArray<[headers: Record<string, string>, seconds: number | undefined]> = [
  [{ 'x-rate-limit-reset': String(now.getTime() / 1000 + 17) }, 17],
  [{ 'x-rate-limit-reset': String(now.getTime() / 1000 - 17) }, 1],
  [{ 'x-rate-limit-reset': String(now.getTime()) }, 3600],
  [{ 'x-rate-limit-reset': 'soon' }, undefined],
  [{ 'retry-after': '5', 'x-rate-limit-reset': '9' }, 5],
  [{ 'retry-after': '-5' }, undefined],
  [{}, undefined]
]
for (const [headers, seconds] of waits) {
  void t.test(`a busy provider with ${JSON.stringify(headers)} may be asked again after ${seconds ?? 'an unknown number of'} seconds`, async t => {
    const outage = thrownBy(() => parse({ status: 429, headers }))
    t.ok(outage instanceof Outage)
    t.match(outage, { retryAfterSeconds: seconds, providerRequestId: 'Zabc0123' })
  })
}

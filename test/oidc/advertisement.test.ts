// What does a setup learn from a discovery document besides what every login needs?
import t from 'tap'
import { parseAdvertisement } from '../../src/oidc/advertisement.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'

const issuer = parseIssuer('https://acme.okta.com')
const read = (document: unknown, status = 200) => parseAdvertisement({ status, contentType: 'application/json', headers: {}, body: JSON.stringify(document) }, issuer)

void t.test('Discovery §3: the issuer it names, where requests are pushed, PKCE, scopes', async t => {
  t.strictSame(read({ issuer, pushed_authorization_request_endpoint: `${issuer}/oauth2/v1/par`, code_challenge_methods_supported: ['plain', 'S256'], scopes_supported: ['openid', 7] }),
    { issuer, pushedRequestEndpoint: 'https://acme.okta.com/oauth2/v1/par', s256: true, scopes: ['openid'] })
  t.strictSame(read({}), { issuer: null, pushedRequestEndpoint: null, s256: false, scopes: null })
})

void t.test('credentials are pushed to the issuer\'s own origin or nowhere', async t => {
  for (const endpoint of ['https://evil.test/par', 'http://acme.okta.com/par', 'https://acme.okta.com:8443/par', 'https://user:pass@acme.okta.com/par', '/par', 7, null, `https://acme.okta.com/${'x'.repeat(2048)}`]) {
    t.equal(read({ pushed_authorization_request_endpoint: endpoint })?.pushedRequestEndpoint, null, String(endpoint).slice(0, 40))
  }
})

void t.test('an issuer of another kind is no issuer, and one to be shown is printable', async t => {
  for (const named of [7, '', null, {}]) t.equal(read({ issuer: named })?.issuer, null)
  t.equal(read({ issuer: 'https://a.test\u202e\n/x' })?.issuer, 'https://a.test /x')
})

void t.test('what is no document advertises nothing', async t => {
  t.equal(read({ issuer }, 400), null)
  t.equal(read([issuer]), null)
  t.equal(parseAdvertisement({ status: 200, contentType: 'text/html', headers: {}, body: '{}' }, issuer), null)
})

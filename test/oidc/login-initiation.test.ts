// What may somebody else ask for who starts a login here?
import t from 'tap'
import { checkInitiationIssuer, parseLoginInitiation } from '../../src/oidc/login-initiation.ts'
import { codeOf } from './refused.ts'
import { issuer } from './spoiled-message.ts'

const all = { iss: issuer, login_hint: 'ada@acme.test', target_link_uri: 'https://app.northwind.test/a?b=c', client_id: '0oa1' }
const parsed = { iss: issuer, loginHint: 'ada@acme.test', targetLinkUri: 'https://app.northwind.test/a?b=c', clientId: '0oa1' }

void t.test('TPL-01: a query and a form are understood alike', async t => {
  t.same(parseLoginInitiation(new URLSearchParams(all).toString()), parsed)
  t.same(parseLoginInitiation(`?${new URLSearchParams(all).toString()}`), parsed)
  t.same(parseLoginInitiation(all), parsed)
})

void t.test('TPL-01: nothing at all is a login without hints', async t => {
  t.same(parseLoginInitiation(''), {})
  t.same(parseLoginInitiation({}), {})
  t.same(parseLoginInitiation({ iss: '', login_hint: undefined }), {})
  t.equal(codeOf(() => checkInitiationIssuer({}, [issuer])), 'accepted')
})

void t.test('TPL-04: unknown parameters are ignored, even twice', async t => {
  t.same(parseLoginInitiation('iss=x&foo=1&foo=2&constructor=y'), { iss: 'x' })
  t.same(parseLoginInitiation(JSON.parse('{"__proto__":{"iss":"https://evil.test"},"toString":[1]}')), {})
  t.same(parseLoginInitiation(Object.create({ iss: 'https://evil.test' })), {}, 'what a form inherits was not sent')
})

const known = [issuer, 'https://login.acme.test']
const issuers: ReadonlyArray<[iss: string, code: string]> = [
  [issuer, 'accepted'],
  ['https://login.acme.test', 'accepted'],
  [`${issuer}/`, 'initiation-issuer-mismatch'],
  ['https://ACME.okta.com', 'initiation-issuer-mismatch'],
  ['https://globex.okta.com', 'initiation-issuer-mismatch'],
  ['http://169.254.169.254/', 'initiation-issuer-mismatch']
]
for (const [iss, code] of issuers) {
  void t.test(`TPL-02: a tile of ${iss} at Acme’s connection: ${code}`, async t => { t.equal(codeOf(() => checkInitiationIssuer({ iss }, known)), code) })
}

const refusals: ReadonlyArray<[code: string, title: string, query: string | Record<string, unknown>]> = [
  ['initiation-malformed', 'TPL-04: iss twice', 'iss=a&iss=a'],
  ['initiation-malformed', 'TPL-04: login_hint twice in a form', { login_hint: ['a', 'b'] }],
  ['initiation-malformed', 'TPL-04: an object for a text', { iss: { href: 'x' } }],
  ['initiation-malformed', 'TPL-04: a login_hint of 255 characters', { login_hint: 'a'.repeat(255) }],
  ['initiation-malformed', 'TPL-03: a target_link_uri of 2049 characters', `target_link_uri=${'a'.repeat(2049)}`],
  ['initiation-malformed', 'TPL-02: an iss of 2049 characters', `iss=${'a'.repeat(2049)}`],
  ['initiation-malformed', 'TPL-01: a client_id of 256 characters', `client_id=${'a'.repeat(256)}`],
  ['initiation-malformed', 'TPL-04: a line break in the login_hint', 'login_hint=ada%0d%0aX'],
  ['initiation-malformed', 'TPL-04: a query of more than 16384 characters', `x=${'a'.repeat(16384)}`],
  ['initiation-id-token', 'TPL-07: an ID token in the query', 'id_token=a.b.c'],
  ['initiation-id-token', 'TPL-07: an ID token in a form', { ...all, id_token: 'a.b.c' }]
]
for (const [code, title, query] of refusals) {
  void t.test(`${title} is refused`, async t => { t.equal(codeOf(() => parseLoginInitiation(query)), code) })
}

void t.test('TPL-03 TPL-04: the longest hints are passed on as they are', async t => {
  const longest = { loginHint: 'a'.repeat(254), targetLinkUri: 'b'.repeat(2048) }
  t.same(parseLoginInitiation({ login_hint: longest.loginHint, target_link_uri: longest.targetLinkUri }), longest)
})

// Does an admin who has copied the wrong thing read which one it was?
import t from 'tap'
import { parsePastedClientId, parsePastedClientSecret } from '../../src/okta/pasted-credentials.ts'

const clientId = '0oa1a2b3c4d5e6f7g8h9'
const secret = 'Zk3_8a-QpL0wTx7vB2nM9cR4sD6fG1hJ5kY0uI8o'

void t.test('what came along at the ends is left out', async t => {
  for (const around of ['', ' ', '\n', '"', '\u00a0', '\u200b', ' "\t', "',"]) {
    t.equal(parsePastedClientId(`${around}${clientId}${around}`), clientId)
    t.equal(parsePastedClientSecret(`${around}${secret}${around}`), secret)
  }
})

void t.test('an own client id and an own secret of the customer are taken', async t => {
  t.equal(parsePastedClientId('northwind-prod'), 'northwind-prod')
  t.equal(parsePastedClientSecret('correct.horse!battery#staple'), 'correct.horse!battery#staple')
})

const either: ReadonlyArray<readonly [string, RegExp]> = [
  ['', /Nothing was pasted/],
  ['   ', /Nothing was pasted/],
  ['••••••••••••', /the dots that Okta shows/],
  ['****************', /the dots that Okta shows/],
  ['https://acme.okta.com/admin/app/oidc_client/instance/0oa1', /That is an address/],
  ['acme.okta.com', /That is an address/],
  ['ada@acme.test', /an email address/],
  [`Client ID ${clientId}`, /space inside/],
  ['00u1a2b3c4d5e6f7g8h9', /id of a person/],
  ['00o1a2b3c4d5e6f7g8h9', /id of the organization/],
  ['00T1a2b3c4d5e6f7g8h9', /id of an API token/],
  ['00QCjAl4MlV-WPXM_ABCDEFGhijklmnopqrstuvwxy', /Okta API token.*revoke it/],
  ['eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln', /That is a token/],
  ['x'.repeat(2049), /far too long/]
]

void t.test('something else in the field of the client id is named', async t => {
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    ...either,
    [secret, /looks like the client secret/],
    ['ocs1a2b3c4d5e6f7g8h9', /id of a client secret/],
    [clientId.slice(0, -1), /20 characters/],
    [`${clientId}${clientId}`, /20 characters/],
    ['0oä1', /letters and digits/]
  ]
  for (const [pasted, detail] of cases) t.throws(() => parsePastedClientId(pasted), { code: 'client-id-mistaken', detail }, pasted.slice(0, 40))
})

void t.test('something else in the field of the client secret is named', async t => {
  const cases: ReadonlyArray<readonly [string, RegExp]> = [
    ...either,
    [clientId, /That is the client id/],
    [clientId.slice(0, 8), /part of the client id/],
    ['ocs1a2b3c4d5e6f7g8h9', /id of the secret and not the secret itself/],
    ['short', /longer than that/],
    ['Zk3_8a-QpL0wTx7vB2nM9cR4ä', /no such characters/]
  ]
  for (const [pasted, detail] of cases) t.throws(() => parsePastedClientSecret(pasted), { code: 'client-secret-mistaken', detail }, pasted.slice(0, 40))
})

void t.test('no refusal repeats what was pasted', async t => {
  for (const pasted of ['00QCjAl4MlV-WPXM_ABCDEFGhijklmnopqrstuvwxy', `x ${secret}`, `${secret}ä`]) {
    for (const parse of [parsePastedClientId, parsePastedClientSecret]) {
      try {
        parse(pasted)
        t.fail(pasted)
      } catch (error) {
        t.notOk(String(error).includes(pasted.slice(2, 20)))
      }
    }
  }
})

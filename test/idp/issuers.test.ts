// Tests of src/idp/issuers.ts: a connection's metadata, remembered.
import t from 'tap'
import { createIssuers } from '../../src/idp/issuers.ts'
import type { Issuers, ProviderRef } from '../../src/idp/issuers.ts'
import type { CacheTrouble } from '../../src/idp/last-good.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import type { Answer } from '../../src/oidc/answer.ts'
import { Outage } from '../../src/outage.ts'
import { createTestClock, jsonAnswer, scriptSend } from './scripted-send.ts'

const acme: ProviderRef = { connectionId: 'con-acme', issuer: parseIssuer('https://acme.okta.com'), clientId: '0oaAcme' }
const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

function document (issuer = 'https://acme.okta.com', members: Record<string, unknown> = {}): Answer {
  return jsonAnswer({
    issuer,
    authorization_endpoint: `${issuer}/oauth2/v1/authorize`,
    token_endpoint: `${issuer}/oauth2/v1/token`,
    jwks_uri: `${issuer}/oauth2/v1/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    ...members
  }, { 'cache-control': 'max-age=7200' })
}

interface Bench { issuers: Issuers, urls: string[], advance: (seconds: number) => void, says: { answer: Answer | Outage }, troubles: CacheTrouble[] }

function bench (): Bench {
  const { now, advance } = createTestClock()
  const says: Bench['says'] = { answer: document() }
  const troubles: CacheTrouble[] = []
  const { send, urls } = scriptSend(() => {
    if (says.answer instanceof Outage) throw says.answer
    return says.answer
  })
  return { issuers: createIssuers(send, now, { onTrouble: trouble => troubles.push(trouble) }), urls, advance, says, troubles }
}

void t.test('metadata is fetched once, with the client id, and remembered as long as it is fresh', async t => {
  const { issuers, urls, advance } = bench()
  const metadata = await issuers.metadata(acme)
  t.equal(metadata.tokenEndpoint, 'https://acme.okta.com/oauth2/v1/token')
  advance(7199)
  t.equal(await issuers.metadata(acme), metadata)
  t.strictSame(urls, ['https://acme.okta.com/.well-known/openid-configuration?client_id=0oaAcme'])
})

void t.test('MIX-06 MIX-07 two connections with the same issuer and client id share nothing', async t => {
  const { issuers, urls } = bench()
  await issuers.metadata(acme)
  await issuers.metadata({ ...acme, connectionId: 'con-acme2' })
  t.equal(urls.length, 2)
  issuers.forget('con-acme')
  await issuers.metadata({ ...acme, connectionId: 'con-acme2' })
  t.equal(urls.length, 2, 'forgetting one leaves the other')
  await issuers.metadata(acme)
  t.equal(urls.length, 3)
})

void t.test('an edited connection is asked about anew', async t => {
  const { issuers, urls } = bench()
  await issuers.metadata(acme)
  await issuers.metadata({ ...acme, clientId: '0oaOther' })
  t.equal(urls.length, 2)
})

void t.test('DISC-02 another issuer is refused, and the refusal is remembered for a moment', async t => {
  const { issuers, urls, says } = bench()
  says.answer = document('https://acme.okta.comINVALID')
  await t.rejects(issuers.metadata(acme), { code: 'discovery-issuer-mismatch' })
  await t.rejects(issuers.metadata(acme), { code: 'discovery-issuer-mismatch' })
  t.equal(urls.length, 1)
})

void t.test('DISC-04 an issuer that changes its name ends the last good copy', async t => {
  const { issuers, advance, says, troubles } = bench()
  await issuers.metadata(acme)
  advance(7200)
  says.answer = document('https://mallory.test')
  await issuers.metadata(acme)
  await settle()
  await t.rejects(issuers.metadata(acme), { code: 'discovery-issuer-mismatch' })
  t.match(troubles, [{ error: { code: 'discovery-issuer-mismatch' } }])
})

void t.test('DISC-04 foreign endpoints, junk and outages leave the last good copy and are reported', async t => {
  const troubled: ReadonlyArray<readonly [string, Answer | Outage]> = [
    ['discovery-endpoint-foreign', document('https://acme.okta.com', { token_endpoint: 'https://mallory.test/token' })],
    ['discovery-malformed', jsonAnswer([])],
    ['discovery-unsupported', document('https://acme.okta.com', { id_token_signing_alg_values_supported: ['none'] })],
    ['discovery-client-unknown', { ...jsonAnswer({ errorCode: 'invalid_client', errorSummary: "Invalid value for 'client_id' parameter." }), status: 400 }],
    ['provider-error', { ...jsonAnswer({}), status: 503 }],
    ['provider-unreachable', new Outage('provider-unreachable')]
  ]
  for (const [code, answer] of troubled) {
    const { issuers, advance, says, troubles } = bench()
    const metadata = await issuers.metadata(acme)
    advance(7200)
    says.answer = answer
    await issuers.metadata(acme)
    await settle()
    t.strictSame(await issuers.metadata(acme), metadata, code)
    t.match(troubles, [{ key: /^con-acme /, error: { code } }])
  }
})

void t.test('one dead provider costs one request in ten seconds, however many want to sign in', async t => {
  const { issuers, urls, says, advance } = bench()
  says.answer = new Outage('provider-timeout')
  for (let i = 0; i < 20; i++) await t.rejects(issuers.metadata(acme), { code: 'provider-timeout' })
  t.equal(urls.length, 1)
  says.answer = document()
  advance(10)
  t.ok(await issuers.metadata(acme))
  t.strictSame(issuers.stats(), { hits: 0, loads: 2, loaded: 1, failures: 1 })
})

// Does any input, however odd, end in a value, a refusal or an outage, and never in an error of ours?
import fc from 'fast-check'
import t from 'tap'
import type { Answer } from '../../src/oidc/answer.ts'
import { parseCallback } from '../../src/oidc/authorization-response.ts'
import { parseIssuer, parseProviderMetadata } from '../../src/oidc/discovery.ts'
import { parseLoginInitiation } from '../../src/oidc/login-initiation.ts'
import { parseProviderError } from '../../src/oidc/provider-error.ts'
import { parseTokenResponse } from '../../src/oidc/token-response.ts'
import { parseKeySet } from '../../src/oidc/verification-keys.ts'
import { codeOf } from './refused.ts'
import { discoveryAnswer, issuer, now, tokenAnswer } from './spoiled-message.ts'

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.webUrl({ withFragments: true, withQueryParameters: true }))
const json = fc.jsonValue({ maxDepth: 4 })
const runs = { numRuns: 300 }

const names = ['state', 'code', 'iss', 'error', 'error_description', 'id_token', 'access_token', 'response', 'login_hint', 'target_link_uri', '__proto__', 'constructor']
const query = fc.oneof(text, fc.array(fc.tuple(fc.constantFrom(...names), fc.oneof(text, fc.constant('x'))), { maxLength: 5 })
  .map(pairs => pairs.map(([name, value]) => `${name}=${value.isWellFormed() ? encodeURIComponent(value) : value}`).join('&')))

/** An answer whose body is anything, or a good answer with one member replaced by anything. */
function answerLike (good: Answer): fc.Arbitrary<Answer> {
  const members: Record<string, unknown> = JSON.parse(good.body)
  const body = fc.oneof(text, json.map(value => JSON.stringify(value)),
    fc.tuple(fc.constantFrom(...Object.keys(members), '__proto__', 'error', 'errorCode', 'error_description', 'keys'), json)
      .map(([name, value]) => JSON.stringify({ ...members, [name]: value })))
  return fc.record({
    status: fc.constantFrom(200, 200, 204, 302, 400, 401, 403, 404, 429, 500, 503),
    contentType: fc.constantFrom('application/json', 'application/json', 'text/html', ''),
    headers: fc.dictionary(fc.constantFrom('retry-after', 'x-rate-limit-reset', 'x-okta-request-id', 'www-authenticate', 'location'), text),
    body
  })
}

void t.test('any query as a callback yields parameters or a refusal', async () => {
  fc.assert(fc.property(query, value => { codeOf(() => parseCallback(value)) }), runs)
})

void t.test('any query as a login initiation yields hints or a refusal', async () => {
  fc.assert(fc.property(query, value => { codeOf(() => parseLoginInitiation(value)) }), runs)
})

void t.test('any form as a login initiation yields hints or a refusal', async () => {
  fc.assert(fc.property(fc.dictionary(fc.constantFrom(...names), fc.anything()), value => { codeOf(() => parseLoginInitiation(value)) }), runs)
})

void t.test('any text as an issuer is refused or kept as it is', async () => {
  fc.assert(fc.property(text, value => { codeOf(() => { if (parseIssuer(value) !== value) throw new Error('changed') }) }), runs)
})

void t.test('any answer as metadata yields metadata, a refusal or an outage', async () => {
  fc.assert(fc.property(answerLike(discoveryAnswer()), value => { codeOf(() => parseProviderMetadata(value, issuer, now)) }), runs)
})

void t.test('any answer as a token response yields tokens, a refusal or an outage', async () => {
  fc.assert(fc.property(answerLike(tokenAnswer()), value => { codeOf(() => parseTokenResponse(value, now)) }), runs)
})

void t.test('any answer as a key set yields keys, a refusal or an outage', async () => {
  fc.assert(fc.property(answerLike({ ...tokenAnswer(), body: '{"keys":[]}' }), value => { codeOf(() => parseKeySet(value, now)) }), runs)
})

void t.test('any answer as an error is short and printable', async () => {
  fc.assert(fc.property(answerLike(tokenAnswer()), value => {
    const { error, description = '', requestId = '' } = parseProviderError('token', value)
    return error.length > 0 && error.length <= 64 && description.length <= 500 && requestId.length <= 64 && !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(error + description + requestId)
  }), runs)
})

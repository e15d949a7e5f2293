// Is what the provider says read in every envelope, and kept short and harmless?
import t from 'tap'
import { parseCallbackError, parseProviderError } from '../../src/oidc/provider-error.ts'
import { answer } from './spoiled-message.ts'

const cases: ReadonlyArray<[title: string, change: Parameters<typeof answer>[1], expected: { error: string, description?: string | undefined }]> = [
  ['OAuth’s envelope is read', { status: 400, body: '{"error":"invalid_grant","error_description":"PKCE verification failed."}' }, { error: 'invalid_grant', description: 'PKCE verification failed.' }],
  ['Okta’s envelope is read', { status: 401, body: '{"errorCode":"E0000015","errorSummary":"No permission."}' }, { error: 'E0000015', description: 'No permission.' }],
  ['OAuth’s envelope goes before Okta’s', { status: 400, body: '{"error":"a","errorCode":"b"}' }, { error: 'a' }],
  ['a bearer challenge is read', { status: 401, body: '', headers: { 'www-authenticate': 'Bearer realm="x", error="invalid_token", error_description="The access token is invalid"' } }, { error: 'invalid_token', description: 'The access token is invalid' }],
  ['another challenge is not', { status: 401, body: '', headers: { 'www-authenticate': 'Basic error="x"' } }, { error: 'http-401' }],
  ['HTML becomes its status', { status: 404, contentType: 'text/html', body: '<h1>Not found</h1>' }, { error: 'http-404', description: undefined }],
  ['an error that is no text becomes its status', { status: 400, body: '{"error":{"code":1}}' }, { error: 'http-400' }],
  ['an error of control characters becomes its status', { status: 400, body: '{"error":"\\u0000\\u202e"}' }, { error: 'http-400' }],
  ['a description that is no text is left out', { status: 400, body: '{"error":"x","error_description":5}' }, { error: 'x', description: undefined }],
  ['control and direction characters are stripped', { status: 400, body: '{"error":"in\\u001bvalid","error_description":"line\\r\\nbreak \\u202eright to left"}' }, { error: 'in valid', description: 'line break  right to left' }],
  ['long texts are cut', { status: 400, body: JSON.stringify({ error: 'e'.repeat(65), error_description: 'd'.repeat(501) }) }, { error: 'e'.repeat(64), description: 'd'.repeat(500) }]
]
for (const [title, change, expected] of cases) {
  void t.test(title, async t => {
    t.match(parseProviderError('token', answer({}, change)), { where: 'token', status: change?.status, requestId: 'Zabc0123', ...expected })
  })
}

void t.test('the provider’s id of the request is capped and stripped too', async t => {
  t.equal(parseProviderError('keys', answer({}, { headers: { 'x-okta-request-id': `a\n${'b'.repeat(80)}` } })).requestId, `a ${'b'.repeat(62)}`)
  t.equal(parseProviderError('keys', { ...answer({}), headers: {} }).requestId, undefined)
})

void t.test('a cut never leaves half a character', async t => {
  t.ok(parseProviderError('token', answer({}, { body: JSON.stringify({ error: 'x', error_description: '😀'.repeat(400) + 'a' }) })).description?.isWellFormed())
  t.ok(parseProviderError('token', answer({}, { body: JSON.stringify({ error: `a${'😀'.repeat(40)}` }) })).error.isWellFormed())
})

void t.test('BCP-07: an unknown error of the authorization endpoint is kept, stripped and capped', async t => {
  t.same(parseCallbackError('something_new', undefined), { where: 'callback', error: 'something_new' })
  t.same(parseCallbackError('x', `<b>bold\u0007</b>${'d'.repeat(600)}`), { where: 'callback', error: 'x', description: `<b>bold </b>${'d'.repeat(488)}` })
  t.same(parseCallbackError('\u0000', 'text'), { where: 'callback', error: 'unreadable' })
})

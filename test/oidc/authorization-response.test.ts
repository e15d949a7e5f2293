// In which order is a callback refused, and what does it yield when it is not?
import t from 'tap'
import { checkCallback, parseCallback } from '../../src/oidc/authorization-response.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { codeOf, thrownBy } from './refused.ts'
import { callbackCheck, callbackQuery, issuer, redirectUri } from './spoiled-message.ts'

const metadata = { issuer, issInResponse: true }
const errorQuery = callbackQuery({ omit: ['code'], set: { error: 'access_denied', error_description: 'no', iss: 'https://globex.okta.com' } })

// Each line cures what the line before was refused for; all the faults below it are still there.
const order: ReadonlyArray<[code: string, spoiled: Parameters<typeof callbackCheck>[0], query: string]> = [
  ['attempt-unknown', { attempt: null, browser: null, connection: { set: { id: 'con-globex', version: 8 } } }, errorQuery],
  ['attempt-other-connection', { attempt: { set: { expiresAt: { secondsFromNow: -1 } } }, browser: null, connection: { set: { id: 'con-globex', version: 8 } } }, errorQuery],
  ['attempt-other-browser', { attempt: { set: { expiresAt: { secondsFromNow: -1 } } }, browser: null, connection: { set: { version: 8 } } }, errorQuery],
  ['attempt-expired', { attempt: { set: { expiresAt: { secondsFromNow: -1 } } }, connection: { set: { version: 8 } } }, errorQuery],
  ['attempt-connection-changed', { connection: { set: { version: 8 } } }, errorQuery],
  ['callback-issuer-mismatch', {}, errorQuery],
  ['callback-issuer-missing', {}, callbackQuery({ omit: ['code'], set: { error: 'access_denied' } })],
  ['callback-error', {}, callbackQuery({ omit: ['code'], set: { error: 'access_denied', iss: issuer } })],
  ['accepted', {}, callbackQuery({ set: { iss: issuer } })]
]
order.forEach(([code, spoiled, query], index) => {
  void t.test(`of several faults the graver one is named: ${index + 1}. ${code}`, async t => {
    t.equal(codeOf(() => checkCallback({ parameters: parseCallback(query), metadata, ...callbackCheck(spoiled) })), code)
  })
})

void t.test('BCP-03: a checked callback holds what redeeming the code takes', async t => {
  const checked = checkCallback({ parameters: parseCallback(callbackQuery()), metadata: { issuer, issInResponse: false }, ...callbackCheck() })
  t.equal(checked.code.reveal(), 'code-of-ada-0123456789')
  t.equal(hashOf(checked.verifier.reveal()), callbackCheck().attempt?.codeChallenge)
  t.match(checked, { redirectUri, issuer, nonceHash: callbackCheck().attempt?.nonceHash })
})

void t.test('BCP-07: what the provider said goes with the refusal', async t => {
  const parameters = parseCallback(callbackQuery({ omit: ['code'], set: { error: 'access_denied', error_description: 'User is not assigned to the client application.' } }))
  t.match(thrownBy(() => checkCallback({ parameters, metadata: { issuer, issInResponse: false }, ...callbackCheck() })),
    { provider: { where: 'callback', error: 'access_denied', description: 'User is not assigned to the client application.' } })
})

void t.test('the query may come with its question mark, and empty parameters count as absent', async t => {
  t.match(parseCallback(`?${callbackQuery()}&error=&iss=`), { state: 'state-of-ada-0123456789abcdef', iss: undefined, answer: { error: undefined } })
})

void t.test('an empty parameter beside a full one is a duplicate all the same', async t => {
  t.equal(codeOf(() => parseCallback(`${callbackQuery()}&state=`)), 'callback-duplicate-parameter')
})

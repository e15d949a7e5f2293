// What may userinfo add to an ID token?
import t from 'tap'
import { Secret } from '../../src/secret.ts'
import { checkCallback, parseCallback } from '../../src/oidc/authorization-response.ts'
import { checkIdToken } from '../../src/oidc/id-token.ts'
import { buildUserinfoRequest, mergeUserinfo, missingClaims } from '../../src/oidc/userinfo.ts'
import { keysOf, parseKeySet } from '../../src/oidc/verification-keys.ts'
import { codeOf, thrownBy } from './refused.ts'
import { callbackCheck, callbackQuery, clientId, idToken, issuer, keysAnswer, now, userinfoAnswer } from './spoiled-message.ts'

async function claimsWithout (...omit: string[]) {
  const callback = checkCallback({ parameters: parseCallback(callbackQuery()), metadata: { issuer, issInResponse: false }, ...callbackCheck() })
  const tokens = { idToken: new Secret(idToken({ claims: { omit: [...omit, 'at_hash'] } })), accessToken: new Secret('a') }
  return await checkIdToken({ tokens, callback, clientId, algorithms: ['RS256'], keys: keysOf(parseKeySet(keysAnswer(), now)), now })
}

void t.test('userinfo is needed only where email or name is missing', async t => {
  t.same(missingClaims(await claimsWithout()), [])
  t.same(missingClaims(await claimsWithout('email')), ['email'])
  t.same(missingClaims(await claimsWithout('email', 'name', 'preferred_username')), ['email', 'name'])
})

void t.test('CS-B01: the access token is in the header and not in the address', async t => {
  const tokens = { accessToken: new Secret('access-token-of-ada') }
  t.same(buildUserinfoRequest({ userinfoEndpoint: `${issuer}/oauth2/v1/userinfo` }, tokens),
    { method: 'GET', url: `${issuer}/oauth2/v1/userinfo`, headers: { accept: 'application/json', authorization: 'Bearer access-token-of-ada' } })
  t.equal(codeOf(() => buildUserinfoRequest({}, tokens)), 'discovery-unsupported')
})

void t.test('CS-B13: what is missing is filled in, the rest stays', async t => {
  const merged = mergeUserinfo(userinfoAnswer({ set: { email: 'other@acme.test', groups: ['Sales'], department: 'Trade' } }), await claimsWithout('name'))
  t.match(merged, { name: 'Ada Alder', email: 'ada@acme.test', groups: ['Sales'], raw: { department: 'Trade', email: 'ada@acme.test', name: 'Ada Alder' } })
  t.ok(Object.isFrozen(merged.raw))
})

void t.test('IDT-19: nothing that only a signed token may say is taken from userinfo', async t => {
  const claims = await claimsWithout('auth_time', 'amr', 'idp')
  const merged = mergeUserinfo(userinfoAnswer({ set: { iss: 'x', aud: 'x', auth_time: 1, amr: ['mfa'], acr: 'x', sid: 'x', idp: 'x', session_expiry: 9999999999, _claim_sources: {} } }), claims)
  t.same({ ...merged, raw: null }, { ...claims, raw: null })
  for (const name of ['auth_time', 'amr', 'acr', 'sid', 'idp', 'session_expiry', '_claim_sources']) t.notOk(name in merged.raw, name)
  t.match(merged.raw, { iss: issuer, aud: clientId })
})

const refusals: ReadonlyArray<[code: string, title: string, change: Parameters<typeof userinfoAnswer>[0]]> = [
  ['userinfo-subject-mismatch', 'a missing subject', { omit: ['sub'] }],
  ['userinfo-subject-mismatch', 'a subject in a list', { set: { sub: ['00u1ada5acme5000005d7'] } }],
  ['userinfo-malformed', 'a redirect', { status: 302 }],
  ['userinfo-malformed', 'a list', { body: '[]' }],
  ['userinfo-malformed', 'text', { contentType: 'text/plain' }],
  ['userinfo-malformed', 'more than a thousand groups', { set: { groups: Array(1001).fill('g') } }],
  ['userinfo-malformed', 'claims nested too deeply', { set: { deep: [[[[[[[[[1]]]]]]]]] } }],
  ['userinfo-refused', '404', { status: 404 }],
  ['provider-busy', '429', { status: 429 }]
]
for (const [code, title, change] of refusals) {
  void t.test(`CS-B11 IDT-19: ${title} from userinfo: ${code}`, async t => {
    const claims = await claimsWithout('email')
    t.equal(codeOf(() => mergeUserinfo(userinfoAnswer(change), claims)), code)
  })
}

void t.test('the bearer challenge of userinfo tells why', async t => {
  const claims = await claimsWithout('email')
  const headers = { 'www-authenticate': 'Bearer error="insufficient_scope", error_description="The access token must provide access"' }
  t.match(thrownBy(() => mergeUserinfo(userinfoAnswer({ status: 403, body: '', headers }), claims)), { provider: { where: 'userinfo', error: 'insufficient_scope' } })
})

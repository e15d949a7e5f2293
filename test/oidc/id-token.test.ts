// What does a verified ID token yield, and what asks for its key?
import t from 'tap'
import { errors } from 'jose'
import { Outage } from '../../src/outage.ts'
import { Secret } from '../../src/secret.ts'
import { checkCallback, parseCallback } from '../../src/oidc/authorization-response.ts'
import { checkIdToken } from '../../src/oidc/id-token.ts'
import type { VerificationKeys } from '../../src/oidc/verified-jwt.ts'
import { keysOf, parseKeySet } from '../../src/oidc/verification-keys.ts'
import { callbackCheck, callbackQuery, clientId, halfHash, idToken, issuer, keysAnswer, now } from './spoiled-message.ts'

const callback = checkCallback({ parameters: parseCallback(callbackQuery()), metadata: { issuer, issInResponse: false }, ...callbackCheck() })
const acmeKeys = keysOf(parseKeySet(keysAnswer(), now))

async function check (token: string, keys: VerificationKeys = acmeKeys) {
  const tokens = { idToken: new Secret(token), accessToken: new Secret('access-token-of-ada-0123456789') }
  return await checkIdToken({ tokens, callback, clientId, algorithms: ['RS256'], keys, now })
}

void t.test('a verified token says who signed in, when, how and until when', async t => {
  const claims = await check(idToken({ claims: { set: { sid: 's-1', acr: 'urn:okta:loa:2fa:any', groups: ['Everyone', 'Sales ', 5, 'two\nlines'], session_expiry: { secondsFromNow: 600 } } } }))
  const { raw, ...known } = claims
  t.same(known, {
    issuer,
    subject: '00u1ada5acme5000005d7',
    email: 'ada@acme.test',
    name: 'Ada Alder',
    preferredUsername: 'ada@acme.test',
    groups: ['Everyone', 'Sales '],
    authTime: new Date('2026-11-21T11:59:48Z'),
    amr: ['mfa', 'otp', 'pwd'],
    acr: 'urn:okta:loa:2fa:any',
    sessionId: 's-1',
    idp: '00o1acme5000000000d7',
    issuedAt: new Date('2026-11-21T11:59:58Z'),
    expiresAt: new Date('2026-11-21T12:59:58Z'),
    sessionExpiry: new Date('2026-11-21T12:10:00Z')
  })
  t.equal(raw.ver, 1)
})

void t.test('the raw claims hold no nonce and no hash, inherit nothing and cannot be changed', async t => {
  const { raw } = await check(idToken({ claims: { set: { c_hash: halfHash('code-of-ada-0123456789') } } }))
  for (const name of ['nonce', 'at_hash', 'c_hash', 'constructor', 'toString']) t.equal(raw[name], undefined, name)
  t.ok(Object.isFrozen(raw))
})

void t.test('IDT-18: a __proto__ claim reaches neither the claims nor their prototype', async t => {
  const payload = JSON.stringify({ sub: 's', iss: issuer, aud: clientId, iat: now.getTime() / 1000, exp: now.getTime() / 1000 + 9, nonce: 'nonce-of-ada-0123456789abcdef' })
  const claims = await check(idToken({ payload: payload.replace('{', '{"__proto__":{"email":"eve@acme.test","polluted":1},') }))
  t.equal(claims.email, undefined)
  t.equal(claims.raw.polluted, undefined)
  t.notOk(Object.hasOwn(claims.raw, '__proto__'))
  t.notOk('polluted' in {})
})

const emails: ReadonlyArray<[value: unknown, taken: boolean]> = [
  ['ada@acme.test', true], ['ada+tag@acme.test', true], ['adä@acme.test', true],
  ['ada', false], ['ada@acme@globex.test', false], ['ada @acme.test', false], ['ada@acme.test\n', false], ['@acme.test', false],
  ['ada@', false], [`${'a'.repeat(250)}@a.test`, false], ['ada\u200b@acme.test', false], [['ada@acme.test'], false], [null, false]
]
for (const [value, taken] of emails) {
  void t.test(`BCP-17: ${JSON.stringify(value)} ${taken ? 'is taken as an email' : 'counts as no email'}`, async t => {
    t.equal((await check(idToken({ claims: { set: { email: value } } }))).email, taken ? value : undefined)
  })
}

void t.test('CS-C05: a token of a new key is refused by the old key set and accepted with the new one', async t => {
  const token = idToken({ signedBy: 'acme-next' })
  await t.rejects(check(token), { code: 'id-token-key-unknown' })
  t.equal((await check(token, keysOf(parseKeySet(keysAnswer({ published: [{ key: 'acme' }, { key: 'acme-next' }] }), now)))).issuer, issuer)
})

void t.test('IDT-01 IDT-07 IDT-16 IDT-18: a token that cannot be one asks for no key', async t => {
  const keys: VerificationKeys = async () => { t.fail('a key was asked for'); throw new Error('unreachable') }
  for (const token of ['', '.', '..', 'a.b.c', '{}', 'eyJhbGciOiJSUzI1NiJ9', '.'.repeat(40000), idToken({ shape: 'encrypted' }), idToken({ signedBy: 'none' }), idToken({ header: { set: { typ: 'at+jwt' } } })]) {
    await t.rejects(check(token, keys), { name: 'OidcRefusal' })
  }
})

void t.test('IDT-07: a signature that is no base64url, or missing, is refused', async t => {
  const [header = '', payload = ''] = idToken().split('.')
  await t.rejects(check(`${header}.${payload}.*`), { code: 'id-token-malformed' })
  await t.rejects(check(`${header}.${payload}.`), { code: 'id-token-signature' })
})

void t.test('IDT-07: claims that were changed after signing are refused', async t => {
  const [header = '', , signature = ''] = idToken().split('.')
  const [, payload = ''] = idToken({ claims: { set: { sub: '00u1eve5acme5000005d7' } } }).split('.')
  await t.rejects(check(`${header}.${payload}.${signature}`), { code: 'id-token-signature' })
})

const thrown: ReadonlyArray<[error: Error, expected: string]> = [
  [new Outage('provider-timeout'), 'provider-timeout'],
  [new errors.JWKSNoMatchingKey(), 'id-token-key-unknown'],
  [new errors.JWKSMultipleMatchingKeys(), 'id-token-key-unknown'],
  [new errors.JWKSTimeout(), 'ERR_JWKS_TIMEOUT']
]
for (const [error, expected] of thrown) {
  void t.test(`a key lookup that fails with ${expected} is passed on as what it is (${error.name})`, async t => {
    await t.rejects(check(idToken(), async () => { throw error }), { code: expected })
  })
}

void t.test('a fault of our own is no refusal', async t => {
  await t.rejects(check(idToken(), async () => { throw new TypeError('ours') }), { name: 'TypeError' })
})

import t from 'tap'
import type { Test } from 'tap'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { CompactSign, SignJWT, UnsecuredJWT, exportJWK, generateKeyPair } from 'jose'
import type { JWTHeaderParameters } from 'jose'
import { buildAccessTokenClaims } from '../../src/token/claims.ts'
import { buildJwks } from '../../src/token/published.ts'
import type { TokenRefusalCode } from '../../src/token/refusal.ts'
import { TokenRefusal } from '../../src/token/refusal.ts'
import { createSigner, MAX_TOKEN_LENGTH } from '../../src/token/signing.ts'
import { verifyAccessToken } from '../../src/token/verification.ts'
import { after, buildKey, start } from './ring.ts'

const pair = await generateKeyPair('ES256', { extractable: true })
const stranger = await generateKeyPair('ES256', { extractable: true })
const rsa = await generateKeyPair('RS256')
const publicJwk = await exportJWK(pair.publicKey)
const strangerJwk = await exportJWK(stranger.publicKey)
const keys = buildJwks([buildKey('key-a', start, { publicJwk })])
const issuer = 'https://login.northwind.test'
const audience = 'https://api.northwind.test'
const expected = { issuer, audience, keys, now: start }

function claimsFor (roles: readonly string[] = ['admin']) {
  return buildAccessTokenClaims({
    issuer,
    app: { id: 'app-1', audience },
    subject: { member: { id: 'mem-1', email: 'ada@acme.test', name: 'Ada', roles, externalId: null }, tenant: { id: 'tnt-1', slug: 'acme' }, signInId: 'sin-1', authTime: start, amr: ['pwd'] },
    now: start,
    lifetimeSeconds: 300,
    tokenId: 'jti-1',
    sessionExpiresAt: after(start, 3600)
  })
}

const good = { ...claimsFor(), amr: ['pwd'], roles: ['admin'] }

async function forge (over: { payload?: Record<string, unknown>, header?: Partial<JWTHeaderParameters>, key?: CryptoKey | Uint8Array } = {}): Promise<string> {
  const header = { alg: 'ES256', typ: 'at+jwt', kid: 'key-a', ...over.header }
  return await new CompactSign(new TextEncoder().encode(JSON.stringify({ ...good, ...over.payload }))).setProtectedHeader(header).sign(over.key ?? pair.privateKey)
}

async function refused (t: Test, code: TokenRefusalCode, token: string, input = expected): Promise<void> {
  const error: unknown = await verifyAccessToken(token, input).then(() => null, (error: unknown) => error)
  t.ok(error instanceof TokenRefusal)
  t.match(error, { code })
  if (token !== '') t.notOk(inspect(error).includes(token.slice(-20)), 'the token is nowhere in it')
}

void t.test('JWT-01 JWT-03 JWT-06 a token is ES256, typed at+jwt, names its key, and is believed', async t => {
  const signer = createSigner('key-a', pair.privateKey)
  const token = await signer.sign(claimsFor())
  t.strictSame(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()), { alg: 'ES256', typ: 'at+jwt', kid: 'key-a' })
  t.strictSame(await verifyAccessToken(token, expected), claimsFor())
  t.equal(signer.kid, 'key-a')
})

void t.test('JWT-01 a signer takes a private P-256 key and nothing else', async t => {
  t.throws(() => createSigner('key-a', pair.publicKey), TypeError)
  t.throws(() => createSigner('key-a', rsa.privateKey), TypeError)
  const p384 = await generateKeyPair('ES384')
  t.throws(() => createSigner('key-a', p384.privateKey), TypeError)
})

void t.test('JWT-01 only ES256 is believed', async t => {
  await refused(t, 'access-token-algorithm', new UnsecuredJWT({ ...good }).encode())
  await refused(t, 'access-token-algorithm', await forge({ header: { alg: 'RS256' }, key: rsa.privateKey }))
  // The public key as HMAC secret, the oldest trick there is.
  await refused(t, 'access-token-algorithm', await forge({ header: { alg: 'HS256' }, key: new TextEncoder().encode(JSON.stringify(publicJwk)) }))
})

const types: readonly (readonly [id: string, what: string, typ: string | undefined])[] = [
  ['JWT-03', 'a token without a type', undefined],
  ['JWT-09', 'an ID token', 'JWT'],
  ['JWT-09', 'a logout token', 'logout+jwt'],
  ['JWT-09', 'a global token revocation', 'global-token-revocation+jwt'],
  ['JWT-09', 'a security event', 'secevent+jwt'],
  ['JWT-09', 'a client assertion', 'client-authentication+jwt']
]
for (const [id, what, typ] of types) {
  void t.test(`${id} ${what} is no access token, even signed by our own key`, async t => {
    const header: JWTHeaderParameters = { alg: 'ES256', kid: 'key-a', ...(typ === undefined ? {} : { typ }) }
    await refused(t, 'access-token-type', await new SignJWT({ ...good }).setProtectedHeader(header).sign(pair.privateKey))
  })
}

const missing = ['iss', 'aud', 'sub', 'exp', 'iat', 'jti', 'client_id', 'sid', 'auth_time', 'amr', 'tenant_id', 'tenant', 'email', 'name', 'roles']
for (const claim of missing) {
  void t.test(`JWT-04 a token without ${claim} is refused`, async t => {
    const code = claim === 'iss' ? 'access-token-issuer' : claim === 'aud' ? 'access-token-audience' : 'access-token-claims'
    await refused(t, code, await forge({ payload: { [claim]: undefined } }))
  })
}

void t.test('JWT-02 a token of another issuer is refused', async t => {
  await refused(t, 'access-token-issuer', await forge({ payload: { iss: 'https://login.northwind.test/' } }))
  await refused(t, 'access-token-issuer', await forge({ payload: { iss: [issuer] } }))
})

void t.test('JWT-04 a token for another app, or for several, is refused', async t => {
  await refused(t, 'access-token-audience', await forge({ payload: { aud: 'https://other.northwind.test' } }))
  await refused(t, 'access-token-claims', await forge({ payload: { aud: [audience] } }))
  await refused(t, 'access-token-claims', await forge({ payload: { aud: [audience, 'https://other.northwind.test'] } }))
})

void t.test('JWT-05 a token is refused from the second in which it expires', async t => {
  const token = await forge()
  t.ok(await verifyAccessToken(token, { ...expected, now: after(start, 299.9) }))
  await refused(t, 'access-token-expired', token, { ...expected, now: after(start, 300) })
})

void t.test('JWT-13 a token may come from a clock that is a minute ahead, and no more', async t => {
  const token = await forge({ payload: { exp: good.exp + 500 } })
  t.ok(await verifyAccessToken(token, { ...expected, now: after(start, -60) }))
  await refused(t, 'access-token-issued-at', token, { ...expected, now: after(start, -61) })
  await refused(t, 'access-token-claims', await forge({ payload: { nbf: good.iat + 100 } }))
})

void t.test('JWT-06 a token must name a key that we publish', async t => {
  await refused(t, 'access-token-key-unknown', await forge({ header: { kid: 'key-b' } }))
  await refused(t, 'access-token-key-unknown', await new SignJWT({ ...good }).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' }).sign(pair.privateKey))
  await refused(t, 'access-token-key-unknown', await forge(), { ...expected, keys: { keys: [] } })
})

void t.test('two published keys of the same name are no key', async t => {
  const twins = buildJwks([buildKey('key-a', start, { publicJwk }), buildKey('key-a', start, { publicJwk: strangerJwk })])
  await refused(t, 'access-token-key-unknown', await forge(), { ...expected, keys: twins })
})

void t.test('JWT-10 a kid is compared and nothing else; jku, x5u and jwk are ignored', async t => {
  for (const kid of ['../../etc/passwd', '\' or 1=1 --', 'https://evil.test/key', '__proto__', 'constructor']) await refused(t, 'access-token-key-unknown', await forge({ header: { kid }, key: stranger.privateKey }))
  for (const header of [{ jku: 'https://evil.test/jwks.json' }, { x5u: 'https://evil.test/x5c' }, { jwk: strangerJwk }]) await refused(t, 'access-token-signature', await forge({ header, key: stranger.privateKey }))
})

void t.test('a token that a stranger signed, or that was changed, is refused', async t => {
  await refused(t, 'access-token-signature', await forge({ key: stranger.privateKey }))
  const [header, , signature] = (await forge()).split('.')
  const payload = Buffer.from(JSON.stringify({ ...good, roles: ['admin', 'owner'] })).toString('base64url')
  await refused(t, 'access-token-signature', `${header}.${payload}.${signature}`)
})

void t.test('JWT-12 only the compact form is read, without extensions', async t => {
  const token = await forge()
  const [header, payload, signature] = token.split('.')
  await refused(t, 'access-token-malformed', JSON.stringify({ protected: header, payload, signature }))
  await refused(t, 'access-token-malformed', `${token}.`)
  await refused(t, 'access-token-malformed', '')
  await refused(t, 'access-token-malformed', `Bearer ${token}`)
  const unencoded = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'key-a', b64: false, crit: ['b64'] })).toString('base64url')
  const signed = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, pair.privateKey, new TextEncoder().encode(`${unencoded}.${payload}`))
  await refused(t, 'access-token-malformed', `${unencoded}.${payload}.${Buffer.from(signed).toString('base64url')}`)
  const critical = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'key-a', crit: ['exp'], exp: 1 })).toString('base64url')
  await refused(t, 'access-token-malformed', `${critical}.${payload}.${signature}`)
  // PBES2 with a huge p2c would keep the processor busy; a JWE is never opened.
  const encrypted = Buffer.from(JSON.stringify({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2_147_483_647, p2s: 'AAAA' })).toString('base64url')
  await refused(t, 'access-token-malformed', `${encrypted}.a.b.c.d`)
})

void t.test('JWT-13 a payload that is no UTF-8, or no object, is malformed', async t => {
  const sign = async (payload: Uint8Array) => await new CompactSign(payload).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'key-a' }).sign(pair.privateKey)
  await refused(t, 'access-token-malformed', await sign(Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])))
  for (const text of ['[]', 'null', '"x"', '{', '1']) await refused(t, 'access-token-malformed', await sign(new TextEncoder().encode(text)))
})

void t.test('JWT-14 an ordinary token stays far below what a header may hold', async t => {
  const token = await createSigner('key-a', pair.privateKey).sign(claimsFor(Array.from({ length: 100 }, (_, index) => `department-${index}`)))
  t.ok(token.length < 4096, String(token.length))
})

void t.test('JWT-14 the most and longest roles that a member may have still fit', async t => {
  const roles = Array.from({ length: 100 }, (_, index) => `${index}`.padEnd(64, 'x'))
  const token = await createSigner('key-a', pair.privateKey).sign(claimsFor(roles))
  t.strictSame((await verifyAccessToken(token, expected)).roles, roles)
})

void t.test('JWT-14 a token that no server would take is neither issued nor read', async t => {
  const claims = claimsFor(Array.from({ length: 200 }, () => 'x'.repeat(64)))
  await t.rejects(createSigner('key-a', pair.privateKey).sign(claims), { code: 'access-token-too-large' })
  await refused(t, 'access-token-too-large', 'a'.repeat(MAX_TOKEN_LENGTH + 1))
})

void t.test('whatever comes as a token, the answer is a refusal', async t => {
  const part = fc.oneof(fc.string(), fc.json().map(text => Buffer.from(text).toString('base64url')), fc.base64String())
  const header = fc.record({ alg: fc.constantFrom('ES256', 'none', 'HS256'), typ: fc.oneof(fc.constant('at+jwt'), fc.jsonValue()), kid: fc.oneof(fc.constant('key-a'), fc.jsonValue()) }, { requiredKeys: [] })
  const anything = fc.oneof(fc.string(), fc.array(part, { maxLength: 6 }).map(parts => parts.join('.')), fc.tuple(header, part, part).map(([head, ...rest]) => [Buffer.from(JSON.stringify(head)).toString('base64url'), ...rest].join('.')))
  await fc.assert(fc.asyncProperty(anything, async token => {
    const outcome: unknown = await verifyAccessToken(token, expected).then(() => null, (error: unknown) => error)
    return outcome instanceof TokenRefusal
  }), { seed: 20261121, numRuns: 500 })
  t.pass()
})

void t.test('JWT-13 whatever a payload of our own key holds, it is claims or a refusal', async t => {
  await fc.assert(fc.asyncProperty(fc.dictionary(fc.constantFrom(...missing, 'acr', 'external_id', 'nbf', '__proto__'), fc.jsonValue()), async payload => {
    const outcome: unknown = await verifyAccessToken(await forge({ payload }), expected).then(() => null, (error: unknown) => error)
    return outcome === null || outcome instanceof TokenRefusal
  }), { seed: 20261121, numRuns: 200 })
  t.pass()
})

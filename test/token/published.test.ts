import t from 'tap'
import { exportJWK, generateKeyPair } from 'jose'
import { buildJwks, buildServerMetadata } from '../../src/token/published.ts'
import { buildKey, start } from './ring.ts'

void t.test('JWT-07 a private key never slips into the JWKS, whatever the ring holds', async t => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  t.type(jwk.d, 'string')
  const { keys } = buildJwks([buildKey('key-a', start, { publicJwk: { ...jwk, key_ops: ['sign'], kid: 'other', alg: 'HS256' } })])
  t.strictSame(keys, [{ kty: 'EC', crv: 'P-256', x: jwk.x, y: jwk.y, kid: 'key-a', alg: 'ES256', use: 'sig' }])
})

void t.test('keys are published in the order in which they are given', async t => {
  t.strictSame(buildJwks([buildKey('key-b', start), buildKey('key-a', start)]).keys.map(key => key.kid), ['key-b', 'key-a'])
  t.strictSame(buildJwks([]), { keys: [] })
})

for (const publicJwk of [{ kty: 'RSA', n: 'n', e: 'AQAB' }, { kty: 'EC', crv: 'P-384', x: 'x', y: 'y' }, { kty: 'EC', crv: 'P-256', x: 'x' }]) {
  void t.test(`JWT-01 what is no P-256 key is not published: ${JSON.stringify(publicJwk)}`, async t => {
    t.throws(() => buildJwks([buildKey('key-a', start, { publicJwk })]), TypeError)
  })
}

void t.test('JWT-06 the metadata names the issuer and the keys and advertises no grant that does not exist', async t => {
  t.strictSame(buildServerMetadata('https://login.northwind.test'), {
    issuer: 'https://login.northwind.test',
    jwks_uri: 'https://login.northwind.test/.well-known/jwks.json',
    response_types_supported: [],
    grant_types_supported: []
  })
})

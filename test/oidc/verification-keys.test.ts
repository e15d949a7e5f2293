// Which published keys count, and which one is taken?
import { generateKeyPairSync } from 'node:crypto'
import t from 'tap'
import { parseKeySet, selectKeys } from '../../src/oidc/verification-keys.ts'
import { codeOf } from './refused.ts'
import { privateJwk, publicJwk } from './signing-keys.ts'
import { answer, keysAnswer, now } from './spoiled-message.ts'

const setOf = (keys: unknown, change = {}) => parseKeySet(answer({ keys }, change), now)
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
const modulusOf = (bytes: number, first = 0xff) => Buffer.from([first, ...Array<number>(bytes - 1).fill(0xff)]).toString('base64url')

const unusable: ReadonlyArray<[title: string, key: unknown]> = [
  ['a key for encryption', publicJwk('acme', { use: 'enc' })],
  ['a key whose operations are not verifying', publicJwk('acme', { key_ops: ['encrypt'] })],
  ['a key whose operations are no list', publicJwk('acme', { key_ops: 'verify' })],
  ['a private key', privateJwk('acme')],
  ['a symmetric key', { kty: 'oct', kid: 'acme', k: 'bm9ydGh3aW5k' }],
  ['a key of another type', { kty: 'OKP', crv: 'Ed25519', x: 'AA' }],
  ['an RSA key of 1024 bits', { ...weak, kid: 'acme' }],
  ['an RSA key of 2047 bits', publicJwk('acme', { n: modulusOf(256, 0x7f) })],
  ['an RSA key of 1024 bits behind zeros', publicJwk('acme', { n: Buffer.from([...Array<number>(200).fill(0), ...Array<number>(128).fill(255)]).toString('base64url') })],
  ['an RSA key of more than 8192 bits', publicJwk('acme', { n: modulusOf(1025, 1) })],
  ['an RSA key with the exponent 1', publicJwk('acme', { e: 'AQ' })],
  ['an RSA key without modulus', publicJwk('acme', { n: undefined })],
  ['an RSA key whose modulus is no base64url', publicJwk('acme', { n: '+/==' })],
  ['a kid that is no text', publicJwk('acme', { kid: 5 })],
  ['an alg that is no text', publicJwk('acme', { alg: ['RS256'] })],
  ['an elliptic key of an unknown curve', publicJwk('acme-elliptic', { crv: 'constructor' })],
  ['an elliptic key with a short coordinate', publicJwk('acme-elliptic', { x: 'AAAA' })],
  ['a text', 'key'],
  ['null', null]
]
for (const [title, key] of unusable) {
  void t.test(`JWKS-07: ${title} is passed over`, async t => {
    t.equal(codeOf(() => setOf([key])), 'discovery-malformed')
    t.same(setOf([key, publicJwk('acme-next')]).keys.map(({ kid }) => kid), ['acme-next'])
  })
}

void t.test('JWKS-07: of a key only its own members are kept, no certificate and no address', async t => {
  t.same(Object.keys(setOf([publicJwk('acme', { x5u: 'http://169.254.169.254/', x5c: ['x'] })]).keys[0]?.jwk ?? {}).sort(), ['e', 'kty', 'n'])
})

void t.test('JWKS-07: at most twenty keys are kept', async t => {
  t.equal(setOf(Array.from({ length: 30 }, (_, index) => publicJwk('acme', { kid: `k${index}` }))).keys.length, 20)
})

const answers: ReadonlyArray<[code: string, title: string, change: Parameters<typeof keysAnswer>[0]]> = [
  ['discovery-malformed', 'a redirect', { status: 302 }],
  ['discovery-malformed', 'an error', { status: 404 }],
  ['discovery-malformed', 'a list', { body: '[]' }],
  ['discovery-malformed', 'keys that are no list', { set: { keys: {} } }],
  ['discovery-malformed', 'another content type', { contentType: 'text/plain' }],
  ['provider-error', 'HTML', { contentType: 'text/html' }],
  ['provider-error', '500', { status: 500 }],
  ['provider-busy', '429', { status: 429 }],
  ['accepted', 'the media type of key sets', { contentType: 'application/jwk-set+json' }]
]
for (const [code, title, change] of answers) {
  void t.test(`DISC-16: ${title} from the key endpoint: ${code}`, async t => { t.equal(codeOf(() => parseKeySet(keysAnswer(change), now)), code) })
}

void t.test('the kid decides, and an unknown one finds nothing', async t => {
  const set = setOf([publicJwk('acme'), publicJwk('globex')])
  t.equal((await selectKeys(set, { alg: 'RS256', kid: 'globex' }))?.type, 'public')
  t.equal(await selectKeys(set, { alg: 'RS256', kid: 'other' }), null)
  t.equal(await selectKeys(set, { alg: 'RS256', kid: '__proto__' }), null)
})

void t.test('CS-B06 CS-B07: without a kid the single fitting key is taken, and of several none', async t => {
  t.ok(await selectKeys(setOf([publicJwk('acme'), publicJwk('acme-elliptic')]), { alg: 'RS256' }))
  t.ok(await selectKeys(setOf([publicJwk('acme'), publicJwk('acme-elliptic')]), { alg: 'ES256' }))
  await t.rejects(selectKeys(setOf([publicJwk('acme'), publicJwk('globex')]), { alg: 'RS256' }), { code: 'id-token-key-unknown' })
})

void t.test('IDT-07 IDT-08: a key verifies only what its type and its alg allow', async t => {
  const set = setOf([publicJwk('acme'), publicJwk('globex', { alg: undefined }), publicJwk('acme-elliptic', { alg: undefined })])
  for (const alg of ['PS256', 'RS512', 'HS256', 'ES256', 'none']) t.equal(await selectKeys(set, { alg, kid: 'acme' }), null, alg)
  for (const alg of ['ES384', 'RS256', 'HS256']) t.equal(await selectKeys(set, { alg, kid: 'acme-elliptic' }), null, alg)
  for (const alg of ['HS256', 'none', 'RSA-OAEP']) t.equal(await selectKeys(set, { alg, kid: 'globex' }), null, alg)
  t.ok(await selectKeys(set, { alg: 'PS256', kid: 'globex' }))
  t.equal(await selectKeys(set, { kid: 'acme' }), null)
})

void t.test('a key with broken material finds nothing and breaks nothing', async t => {
  const offCurve = Buffer.alloc(32, 255).toString('base64url')
  t.equal(await selectKeys(setOf([publicJwk('acme-elliptic', { x: offCurve, y: offCurve })]), { alg: 'ES256', kid: 'acme-elliptic' }), null)
})

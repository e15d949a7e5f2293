// What do all replicas rely on when they sign with one set of keys?
import { createLocalJWKSet, jwtVerify } from 'jose'
import t from 'tap'
import { createSigningKeys, generateKey, type NewKey } from '../../src/postgres/signing-keys.ts'
import { createSeal } from '../../src/postgres/sealed.ts'
import type { KeyPolicy } from '../../src/token/key-ring.ts'
import { buildJwks } from '../../src/token/published.ts'
import { dueRotation, emergencyRotation, requestedRotation } from '../../src/token/rotation.ts'
import type { AccessTokenClaims } from '../../src/token/claims.ts'
import { openFreshDatabase, sealingKey } from '../postgres/fresh-database.ts'
import { after, now } from './cast.ts'

const policy: KeyPolicy = { rotationSeconds: 2_592_000, publishSeconds: 3600, maxTokenLifetimeSeconds: 3600 }
const due = (at = now) => (keys: Parameters<typeof dueRotation>[0]) => dueRotation(keys, at, policy)
const claims: AccessTokenClaims = { iss: 'https://login.northwind.test', aud: 'orders', sub: 'mem-ada', client_id: 'app-orders', iat: 1_795_251_600, exp: 1_795_251_900, jti: 'one', sid: 'sin-one', auth_time: 1_795_251_600, amr: [], tenant_id: 'tnt-acme', tenant: 'acme', email: 'ada@acme.test', name: 'Ada', roles: [] }

async function open (test: Parameters<typeof openFreshDatabase>[0]) {
  const database = await openFreshDatabase(test)
  let made = 0
  const generate = async (): Promise<NewKey> => await generateKey(`key-${++made}`)
  return { ...database, generate, signingKeys: createSigningKeys(database.db, database.seal), made: () => made }
}

void t.test('the first key is made once, however many replicas ask at once', async t => {
  const { signingKeys, generate, made } = await open(t)
  const rotations = await Promise.all(Array.from({ length: 6 }, async () => await signingKeys.rotate(due(), generate, now)))
  t.equal(rotations.filter(rotation => rotation.action === 'create').length, 1)
  t.equal(made(), 1, 'and no key is generated in vain')
  t.match((await signingKeys.find()).keys, [{ kid: 'key-1', publishedAt: now.toISOString(), signsFromAt: now.toISOString(), signsUntilAt: null, retiredAt: null }])
})

void t.test('what the key signs, its published half verifies', async t => {
  const { signingKeys, generate } = await open(t)
  await signingKeys.rotate(due(), generate, now)
  const { keys, signer } = await signingKeys.find()
  const token = await (await signer('key-1')).sign(claims)
  const { payload } = await jwtVerify(token, createLocalJWKSet(buildJwks(keys)), { currentDate: new Date(claims.iat * 1000) })
  t.equal(payload.sub, 'mem-ada')
  await t.rejects(signer('key-unknown'), /no signing key/)
})

void t.test('a rotation closes the old key and announces the new one in one stroke', async t => {
  const { signingKeys, generate } = await open(t)
  await signingKeys.rotate(due(), generate, now)
  await signingKeys.rotate(keys => requestedRotation(keys, after(60), policy), generate, after(60))
  t.match((await signingKeys.find()).keys, [{ kid: 'key-1', signsUntilAt: after(3660).toISOString() }, { kid: 'key-2', publishedAt: after(60).toISOString(), signsFromAt: after(3660).toISOString(), signsUntilAt: null }])
})

void t.test('an emergency drops every other key at once', async t => {
  const { signingKeys, generate } = await open(t)
  await signingKeys.rotate(due(), generate, now)
  await signingKeys.rotate(keys => requestedRotation(keys, after(60), policy), generate, after(60))
  await signingKeys.rotate(keys => emergencyRotation(keys, after(90)), generate, after(90))
  t.match((await signingKeys.find()).keys, [{ kid: 'key-1', retiredAt: after(90).toISOString() }, { kid: 'key-2', retiredAt: after(90).toISOString() }, { kid: 'key-3', retiredAt: null, signsFromAt: after(90).toISOString() }])
})

void t.test('a rotation that fails half way leaves the keys as they were', async t => {
  const { signingKeys, generate } = await open(t)
  await signingKeys.rotate(due(), generate, now)
  await t.rejects(signingKeys.rotate(keys => emergencyRotation(keys, after(60)), async () => { throw new Error('no entropy') }, after(60)), /no entropy/)
  t.match((await signingKeys.find()).keys, [{ kid: 'key-1', retiredAt: null }])
})

void t.test('a private key is sealed: no row holds it, it opens in its own row only, and is not printed', async t => {
  const { signingKeys, generate, raw, db } = await open(t)
  const kept: string[] = []
  const remember = async () => {
    const key = await generate()
    kept.push(key.privateJwk.d ?? '')
    return key
  }
  await signingKeys.rotate(due(), remember, now)
  await signingKeys.rotate(keys => requestedRotation(keys, after(60), policy), remember, after(60))
  const rows = JSON.stringify(await raw('select * from signing_keys'))
  t.equal(kept.length, 2)
  for (const secret of kept) t.notMatch(rows, secret)
  t.notMatch(JSON.stringify((await signingKeys.find()).keys), '"d"')
  await raw("update signing_keys set private_jwk_sealed = (select private_jwk_sealed from signing_keys where kid = 'key-1') where kid = 'key-2'")
  await t.rejects((await signingKeys.find()).signer('key-2'), { name: 'SealBroken' })
  const other = createSigningKeys(db, createSeal([{ ...sealingKey, id: 'another' }]))
  await t.rejects((await other.find()).signer('key-1'), { name: 'SealBroken' })
})

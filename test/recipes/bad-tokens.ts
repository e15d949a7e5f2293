// Tokens that no API may take. Each has one fault and is right in everything else, so whoever takes it lacks just that check.
import { createHmac, createPublicKey } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import type { AccessTokenClaims } from '../../src/token/claims.ts'
import { buildJwks } from '../../src/token/published.ts'
import type { Mint } from './mint.ts'
import { adaOf, adasClaims, openMint } from './mint.ts'

export interface BadToken {
  readonly what: string
  readonly token: string
  /** What the recipes tell an API to answer. */
  readonly status: 401 | 404
}

export async function forgeTokens (mint: Mint): Promise<readonly BadToken[]> {
  const { kid } = mint.key
  const good = await mint.sign(adasClaims())
  const [header = '', payload = '', signature = ''] = good.split('.')
  const jwk = buildJwks([mint.key]).keys[0] ?? {}
  const pem = createPublicKey({ key: { ...jwk }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
  const headers = { alg: 'ES256', typ: 'at+jwt', kid }
  const { exp, ...timeless } = adasClaims()
  const { tenant_id: ofNoTenant, ...homeless } = adasClaims()
  const stranger = await openMint(kid)
  const unpublished = await openMint('key-unpublished')
  const carried = await generateKeyPair('ES256', { extractable: true })
  const hourAgo = new Date(Date.now() - 3_600_000)

  return [
    ...await Promise.all(([
      ['for another API', adasClaims({ app: { id: 'app-other', audience: 'https://other.northwind.test' } })],
      ['of another issuer', adasClaims({ issuer: 'https://login.elsewhere.test' })],
      ['that has expired', adasClaims({ now: hourAgo })]
    ] as const).map(async ([what, claims]) => refused(what, await mint.sign(claims)))),
    { what: 'of another tenant', token: await mint.sign(adasClaims({ subject: adaOf({ id: 'tnt-globex', slug: 'globex' }) })), status: 404 },
    refused('that never expires', await sign({ ...timeless }, headers, mint.privateKey)),
    refused('of no tenant', await sign({ ...homeless }, headers, mint.privateKey)),
    refused('that is a logout token', await sign(payloadOf(adasClaims()), { ...headers, typ: 'logout+jwt' }, mint.privateKey)),
    refused('that may be any JWT', await sign(payloadOf(adasClaims()), { ...headers, typ: 'JWT' }, mint.privateKey)),
    refused('that does not say what it is', await sign(payloadOf(adasClaims()), { alg: 'ES256', kid }, mint.privateKey)),
    refused('without a signature, and proud of it', `${encode({ ...headers, alg: 'none' })}.${payload}.`),
    refused('whose signature was cut off', `${header}.${payload}.`),
    refused('whose secret is our public key as PEM', hmac({ ...headers, alg: 'HS256' }, payload, pem)),
    refused('whose secret is our public key as published', hmac({ ...headers, alg: 'HS256' }, payload, JSON.stringify(jwk))),
    refused('signed with a key of the same name', await stranger.sign(adasClaims())),
    refused('that brings its own key', await sign(payloadOf(adasClaims()), { ...headers, jwk: await exportJWK(carried.publicKey) }, carried.privateKey)),
    refused('that was changed afterwards', `${header}.${encode({ ...adasClaims(), roles: ['owner'] })}.${signature}`),
    refused('that is none', 'abc'),
    refused('that is nothing at all', ''),
    // The last one: an unknown key may make the verifier ask for new keys.
    refused('signed with a key that nobody has published', await unpublished.sign(adasClaims()))
  ]
}

function refused (what: string, token: string): BadToken {
  return { what, token, status: 401 }
}

function payloadOf (claims: AccessTokenClaims): JWTPayload {
  return { ...claims, amr: [...claims.amr], roles: [...claims.roles] }
}

async function sign (payload: JWTPayload, header: JWTHeaderParameters, key: CryptoKey): Promise<string> {
  return await new SignJWT(payload).setProtectedHeader(header).sign(key)
}

function encode (value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function hmac (header: object, payload: string, secret: string): string {
  const signed = `${encode(header)}.${payload}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

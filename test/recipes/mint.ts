// Tokens as the gateway makes them: the code that issues, with a key of its own.
import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import type { AccessTokenClaims, AccessTokenInput } from '../../src/token/claims.ts'
import { buildAccessTokenClaims } from '../../src/token/claims.ts'
import type { SigningKey } from '../../src/token/key-ring.ts'
import { createSigner } from '../../src/token/signing.ts'

export const issuer = 'https://login.northwind.test'
export const audience = 'https://api.northwind.test'
export const tenantId = 'tnt-acme'
export const memberId = 'mem-ada'

export interface Mint {
  readonly key: SigningKey
  readonly privateKey: CryptoKey
  sign (claims: AccessTokenClaims): Promise<string>
}

export async function openMint (kid: string): Promise<Mint> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const now = new Date()
  return {
    key: { kid, publicJwk: await exportJWK(publicKey), createdAt: now, publishedAt: now, signsFromAt: now, signsUntilAt: null, retiredAt: null },
    privateKey,
    sign: createSigner(kid, privateKey).sign
  }
}

/** What Ada's token says, save for what the test wants otherwise. The verifiers have real clocks, so this one is real too. */
export function adasClaims (over: Partial<AccessTokenInput> = {}): AccessTokenClaims {
  const now = new Date()
  return buildAccessTokenClaims({
    issuer,
    app: { id: 'app-northwind', audience },
    subject: adaOf({ id: tenantId, slug: 'acme' }),
    now,
    lifetimeSeconds: 300,
    tokenId: randomUUID(),
    sessionExpiresAt: new Date(now.getTime() + 3_600_000),
    ...over
  })
}

export function adaOf (tenant: AccessTokenInput['subject']['tenant']): AccessTokenInput['subject'] {
  return {
    member: { id: memberId, email: 'ada@acme.test', name: 'Ada', roles: ['admin', 'buyer'], externalId: null },
    tenant,
    signInId: 'sin-1',
    authTime: new Date(Date.now() - 1_000),
    amr: ['pwd', 'mfa']
  }
}

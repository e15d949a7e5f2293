// One whole login against a provider, made of the real core and the real edge, without flows, stores and HTTP in between.
import { randomBytes } from 'node:crypto'
import { request } from 'undici'
import type { IdentityProvider, ProviderRef } from '../../src/idp/provider.ts'
import { buildAuthorizationRequest } from '../../src/oidc/authorization-request.ts'
import { checkCallback, parseCallback } from '../../src/oidc/authorization-response.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { checkIdToken } from '../../src/oidc/id-token.ts'
import type { IdTokenClaims } from '../../src/oidc/id-token.ts'
import { challengeOf } from '../../src/oidc/pkce.ts'
import { buildTokenRequest } from '../../src/oidc/token-request.ts'
import { parseTokenResponse } from '../../src/oidc/token-response.ts'
import { buildUserinfoRequest, mergeUserinfo, missingClaims } from '../../src/oidc/userinfo.ts'
import { Secret } from '../../src/secret.ts'
import type { FaultyProvider } from '../world/faulty-provider.ts'

export const redirectUri = 'https://auth.northwind.test/auth/callback/con-acme'

export function refOf (provider: FaultyProvider, connectionId = 'con-acme'): ProviderRef {
  return { connectionId, issuer: parseIssuer(provider.issuer, { developmentOrigins: [provider.origin] }), clientId: provider.clientId }
}

/** What may differ from a plain login. */
export interface SignInOptions {
  connectionId?: string
  method?: 'client_secret_basic' | 'client_secret_post'
  maxAgeSeconds?: number
  /** Asks userinfo even if nothing is missing. */
  alwaysUserinfo?: boolean
}

/** Signs in and returns the claims, or throws whatever refused. */
export async function signIn (idp: IdentityProvider, provider: FaultyProvider, options: SignInOptions = {}): Promise<IdTokenClaims> {
  const { connectionId = 'con-acme', method = 'client_secret_basic', maxAgeSeconds } = options
  const ref = refOf(provider, connectionId)
  const now = provider.now()
  const random = (): string => randomBytes(32).toString('base64url')
  const [state, nonce, verifier] = [random(), random(), random()]
  const metadata = await idp.metadata(ref)
  const url = buildAuthorizationRequest({ metadata, clientId: ref.clientId, redirectUri, scopes: ['openid', 'email', 'profile'], state, nonce, codeChallenge: challengeOf(verifier), maxAgeSeconds })
  const back = await request(url)
  await back.body.dump()
  const callback = checkCallback({
    parameters: parseCallback(new URL(String(back.headers.location)).search.slice(1)),
    attempt: {
      connectionId,
      issuer: ref.issuer,
      redirectUri,
      startedAt: now,
      expiresAt: new Date(now.getTime() + 600_000),
      nonceHash: hashOf(nonce),
      codeChallenge: challengeOf(verifier),
      connectionVersion: 1
    },
    browser: { nonce, verifier },
    connection: { id: connectionId, version: 1 },
    metadata,
    now
  })
  const credentials = { method, clientId: ref.clientId, clientSecret: new Secret(provider.clientSecret) }
  const tokens = parseTokenResponse(await idp.redeem(buildTokenRequest(callback, { metadata, credentials })), provider.now())
  const claims = await checkIdToken({ tokens, callback, clientId: ref.clientId, algorithms: metadata.algorithms, keys: idp.keys(ref, metadata), now: provider.now(), maxAgeSeconds })
  if (missingClaims(claims).length === 0 && options.alwaysUserinfo !== true) return claims
  return mergeUserinfo(await idp.userinfo(buildUserinfoRequest(metadata, tokens)), claims)
}

/** The code of whatever refused, or the subject that got in. */
export async function outcomeOf (login: Promise<IdTokenClaims>): Promise<string> {
  try {
    return (await login).subject
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
}

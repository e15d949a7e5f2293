// Is this payload the claims of an access token? Every claim that an app reads has its type. RFC 9068 §2.2.
import type { AccessTokenClaims } from './claims.ts'
import { TokenRefusal } from './refusal.ts'

/**
 * Takes the payload of a verified token.
 * @returns the known claims only; unknown ones are dropped.
 * @throws TokenRefusal `access-token-claims` naming the claim that is missing or of the wrong type.
 */
export function parseAccessTokenClaims (payload: Readonly<Record<string, unknown>>): AccessTokenClaims {
  const acr = optionalText(payload, 'acr')
  const externalId = optionalText(payload, 'external_id')
  return {
    iss: text(payload, 'iss'),
    aud: text(payload, 'aud'),
    sub: text(payload, 'sub'),
    client_id: text(payload, 'client_id'),
    iat: seconds(payload, 'iat'),
    exp: seconds(payload, 'exp'),
    jti: text(payload, 'jti'),
    sid: text(payload, 'sid'),
    auth_time: seconds(payload, 'auth_time'),
    amr: texts(payload, 'amr'),
    ...(acr === undefined ? {} : { acr }),
    tenant_id: text(payload, 'tenant_id'),
    tenant: text(payload, 'tenant'),
    email: text(payload, 'email'),
    name: anyText(payload, 'name'), // empty where nobody has told us one
    roles: texts(payload, 'roles'),
    ...(externalId === undefined ? {} : { external_id: externalId })
  }
}

function own (payload: Readonly<Record<string, unknown>>, claim: string): unknown {
  return Object.hasOwn(payload, claim) ? payload[claim] : undefined
}

function anyText (payload: Readonly<Record<string, unknown>>, claim: string): string {
  const value = own(payload, claim)
  return typeof value === 'string' ? value : refuse(claim)
}

function text (payload: Readonly<Record<string, unknown>>, claim: string): string {
  return anyText(payload, claim) || refuse(claim)
}

function optionalText (payload: Readonly<Record<string, unknown>>, claim: string): string | undefined {
  return own(payload, claim) === undefined ? undefined : text(payload, claim)
}

function seconds (payload: Readonly<Record<string, unknown>>, claim: string): number {
  const value = own(payload, claim)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : refuse(claim)
}

function texts (payload: Readonly<Record<string, unknown>>, claim: string): readonly string[] {
  const value = own(payload, claim)
  if (!Array.isArray(value)) return refuse(claim)
  return value.map((item: unknown) => typeof item === 'string' ? item : refuse(claim))
}

function refuse (claim: string): never {
  throw new TokenRefusal('access-token-claims', { detail: `The claim ${claim} is missing or of the wrong type.` })
}

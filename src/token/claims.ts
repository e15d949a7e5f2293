// What does an app learn about the person who calls it? RFC 9068 §2.2.
import { TokenRefusal } from './refusal.ts'

export interface AccessTokenSubject {
  readonly member: {
    readonly id: string
    readonly email: string
    readonly name: string
    readonly roles: readonly string[]
    /** The product's own id of the person, where it has told us. */
    readonly externalId: string | null
  }
  readonly tenant: { readonly id: string, readonly slug: string }
  readonly signInId: string
  readonly authTime: Date
  readonly amr: readonly string[]
  readonly acr?: string | undefined
}

export interface AccessTokenClaims {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly client_id: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  readonly sid: string
  readonly auth_time: number
  readonly amr: readonly string[]
  readonly acr?: string
  readonly tenant_id: string
  readonly tenant: string
  readonly email: string
  readonly name: string
  readonly roles: readonly string[]
  readonly external_id?: string
}

export interface AccessTokenInput {
  readonly issuer: string
  readonly app: { readonly id: string, readonly audience: string }
  readonly subject: AccessTokenSubject
  readonly now: Date
  readonly lifetimeSeconds: number
  /** `jti`: unique for every token. */
  readonly tokenId: string
  readonly sessionExpiresAt: Date
}

/**
 * Builds the claims of an access token. Takes the lifetime in seconds; the token ends with its session if that is sooner.
 * @returns the claims with whole seconds; `acr` and `external_id` are left out when unknown.
 * @throws TokenRefusal `access-token-expired` when the session has no whole second left: such a token would be born dead.
 */
export function buildAccessTokenClaims (input: AccessTokenInput): AccessTokenClaims {
  const { subject, app } = input
  const iat = toSeconds(input.now)
  const exp = Math.min(iat + Math.floor(input.lifetimeSeconds), toSeconds(input.sessionExpiresAt))
  if (!(exp > iat)) throw new TokenRefusal('access-token-expired', { detail: 'The session ends before the token could be used.' })
  return {
    iss: input.issuer,
    aud: app.audience, // one API only: a token for two would let one of them act at the other
    sub: subject.member.id,
    client_id: app.id,
    iat,
    exp,
    jti: input.tokenId,
    sid: subject.signInId,
    auth_time: toSeconds(subject.authTime),
    amr: [...subject.amr],
    ...(subject.acr === undefined ? {} : { acr: subject.acr }),
    tenant_id: subject.tenant.id,
    tenant: subject.tenant.slug,
    email: subject.member.email,
    name: subject.member.name,
    roles: [...subject.member.roles],
    ...(subject.member.externalId === null ? {} : { external_id: subject.member.externalId })
  }
}

/** Whole seconds since the epoch, rounded down: a token must never claim to be from the future. */
export function toSeconds (date: Date): number {
  return Math.floor(date.getTime() / 1000)
}

// What does the organisation say about a person, and how much of it in the ID token?
import { decodeJwt } from 'jose'
import type { JWTPayload } from 'jose'
import { createHash, randomBytes } from 'node:crypto'
import { findPerson, subjectOf } from './organization.ts'
import type { IdTokenShape, Organization, Person } from './organization.ts'

/** Which claims belong to which scope. */
export const CLAIMS_BY_SCOPE = {
  openid: ['sub'],
  email: ['email', 'email_verified'],
  profile: ['name', 'nickname', 'preferred_username', 'given_name', 'family_name', 'zoneinfo', 'locale', 'updated_at'],
  groups: ['groups']
}

const AUTHENTICATION_METHODS = ['mfa', 'otp', 'pwd']

const PROFILE_CLAIMS = Object.values(CLAIMS_BY_SCOPE).flat().filter(claim => claim !== 'sub')

const KEPT: Record<IdTokenShape, string[]> = {
  bare: [],
  thin: ['email', 'name', 'preferred_username'],
  fat: PROFILE_CLAIMS
}

/** Everything the organisation knows of a person; the scopes decide what of it leaves. */
export function buildClaims (organization: Organization, person: Person): { sub: string, [claim: string]: unknown } {
  const [given = person.name, ...family] = person.name.split(' ')
  return {
    sub: subjectOf(organization, person),
    email: person.email,
    email_verified: true,
    name: person.name,
    nickname: given,
    preferred_username: person.email,
    given_name: given,
    family_name: family.join(' '),
    zoneinfo: 'Europe/London',
    locale: 'en_GB',
    updated_at: 1_763_712_000,
    groups: ['Everyone', ...person.groups ?? []]
  }
}

/**
 * The same ID token as Okta would write it: its own claims, its header without `typ`, its keys, its clock, and as much of
 * the person as the organisation puts in. The nonce and the time of the sign-in stay what they are.
 */
export async function rewriteIdToken (organization: Organization, idToken: string, accessToken: string): Promise<string> {
  const claims = decodeJwt(idToken)
  const kept = KEPT[organization.idTokens]
  const rest = Object.entries(claims).filter(([claim]) => !PROFILE_CLAIMS.includes(claim) || kept.includes(claim))
  const shift = Math.floor(organization.now().getTime() / 1000) - Math.floor(Date.now() / 1000)
  const payload: JWTPayload = {
    ...Object.fromEntries(rest),
    ver: 1,
    jti: `ID.${randomBytes(32).toString('base64url')}`,
    amr: AUTHENTICATION_METHODS,
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    idp: findPerson(organization, claims.sub)?.idp ?? organization.id
  }
  for (const time of ['iat', 'exp', 'auth_time']) {
    if (typeof payload[time] === 'number') payload[time] += shift
  }
  return await organization.keys.sign(payload)
}

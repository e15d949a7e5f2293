// What do these claims say about the person? OpenID Connect Core §5.1, the same in an ID token and at userinfo.
import { emailOf, textOf, textsOf } from './claim-values.ts'
import type { JsonObject } from './json-object.ts'
import { OidcRefusal } from './refusal.ts'
import type { OidcRefusalCode } from './refusal.ts'

/** What is read of a person. `email_verified` is not: whether an address counts is decided by the tenant's own domains. */
export interface Profile {
  readonly email?: string
  readonly name?: string
  readonly preferredUsername?: string
  readonly groups?: readonly string[]
}

/**
 * Takes claims and the code to refuse with; returns the profile in them. A claim of the wrong type counts as missing.
 * Refuses more than 1000 groups: leaving some out would quietly take rights away.
 */
export function parseProfile (claims: JsonObject, code: OidcRefusalCode): Profile {
  const email = emailOf(claims.email)
  const name = textOf(claims.name, 200)
  const preferredUsername = textOf(claims.preferred_username, 254)
  const groups = textsOf(claims.groups, 1000)
  if (groups === null) throw new OidcRefusal(code, { detail: 'more than 1000 groups' })
  return {
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
    ...(preferredUsername === undefined ? {} : { preferredUsername }),
    ...(groups === undefined ? {} : { groups })
  }
}

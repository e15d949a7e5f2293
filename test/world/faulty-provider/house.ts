// What does the provider know? Its one client, its one person, its keys, and what it has granted.
import type { SigningKey } from './signing-keys.ts'

export interface Person {
  sub: string
  email: string
  name: string
  preferred_username: string
  [claim: string]: unknown
}

/** What the authorization endpoint promised and the token endpoint must hold it to. */
export interface Grant {
  readonly redirectUri: string
  readonly nonce: string | null
  readonly codeChallenge: string
  readonly grantedAt: Date
  /** Whether the person had to sign in just now (`prompt=login` or `max_age`). */
  readonly fresh: boolean
}

export interface House {
  readonly issuer: string
  readonly clientId: string
  clientSecret: string
  readonly redirectUris: readonly string[] | undefined
  clientAuthentication: 'client_secret_basic' | 'client_secret_post' | 'any'
  idTokens: 'thin' | 'fat'
  /** RFC 9207, which Okta does not do. */
  issInResponse: boolean
  person: Person
  readonly now: () => Date
  /** The key that signs; published, unless a test says otherwise. */
  signing: SigningKey
  published: readonly SigningKey[]
  /** A key that is nobody's. */
  readonly foreign: SigningKey
  readonly codes: Map<string, Grant>
  readonly accessTokens: Set<string>
}

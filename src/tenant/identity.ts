// Which key signs a person in? `(connection, issuer, subject)`: never the email, and never anything that another tenant's Okta could say.
import { hash } from 'node:crypto'
import { buildId, type ConnectionId, type IdentityId, type TenantId } from './id.ts'
import type { Member } from './member.ts'

export interface IdentityKey {
  readonly connectionId: ConnectionId
  readonly issuer: string
  readonly subject: string
}

/** What is known of somebody at the door before it is decided who they are. */
export interface Person {
  /** The member behind the identity. */
  readonly known: Member | null
  /** The tenant's member with the claimed email, and where that member has identities already. */
  readonly sameEmail: { readonly member: Member, readonly identities: 'none' | 'elsewhere' | 'here' } | null
  /** Whether the tenant has proven the domain of the claimed email. */
  readonly domainVerified: boolean
}

/** What is kept of an identity. */
export interface Identity {
  readonly id: IdentityId
  readonly key: IdentityKey
  readonly linkedBy: 'email' | 'just-in-time' | 'invitation' | 'operator'
  readonly createdAt: Date
}

/** A name for the key, for paths: an issuer and a subject are made of whatever a provider likes. The same key has always the same. */
export function identityId (tenantId: TenantId, { connectionId, issuer, subject }: IdentityKey): IdentityId {
  return buildId('idn', hash('sha256', JSON.stringify([tenantId, connectionId, issuer, subject]), 'buffer'))
}

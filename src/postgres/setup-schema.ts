// What do the tables hold that a customer sets up: keys instead of secrets, settings that wait, links, invitations? Part of `schema`.
import type { JWK } from 'jose'
import type { ColumnType } from 'kysely'
import type { News } from '../tenant/notice.ts'

type Fixed<T> = ColumnType<T, T, never>

/** Settings that wait beside a live connection. Times are text, as JSON has them. */
export interface KeptShadow {
  readonly issuer: string
  readonly issuerAliases: readonly string[]
  readonly clientId: string
  readonly clientAuthentication: string
  readonly secretExpiresAt: string | null
  readonly edit: number
  readonly testedAt: string | null
}

/** The key pair of a connection that proves itself by `private_key_jwt`; the provider fetches the public half. */
export interface ClientKeysTable {
  tenantId: Fixed<string>
  connectionId: Fixed<string>
  kid: Fixed<string>
  publicJwk: ColumnType<JWK, string, never>
  privateJwkSealed: string
  createdAt: Fixed<Date>
}

export interface SetupLinksTable {
  id: Fixed<string>
  tenantId: Fixed<string>
  tokenHash: Fixed<string>
  part: Fixed<'all' | 'domains'>
  mayChangeLive: Fixed<boolean>
  connectionId: Fixed<string | null>
  parentId: Fixed<string | null>
  email: Fixed<string | null>
  createdBy: Fixed<string>
  createdAt: Fixed<Date>
  expiresAt: Date
  openedAt: Date | null
  revokedAt: Date | null
}

export interface SetupSessionsTable {
  idHash: Fixed<string>
  tenantId: Fixed<string>
  linkId: Fixed<string>
  connectionId: string | null
  createdAt: Fixed<Date>
  expiresAt: Date
}

export interface InvitationsTable {
  id: string
  tenantId: Fixed<string>
  memberId: Fixed<string>
  tokenHash: string
  createdBy: string
  createdAt: Date
  expiresAt: Date
  acceptedAt: Date | null
}

/** What a tenant's administration is told by mail. */
export interface NoticesTable {
  tenantId: Fixed<string>
  connectionId: Fixed<string>
  occasion: Fixed<string>
  news: ColumnType<News, string, never>
  createdAt: Fixed<Date>
  told: ColumnType<string[], never, string[]>
  tries: ColumnType<number, never, number>
  nextTryAt: Date | null
}

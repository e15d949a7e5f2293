// What do the tables hold that are about the vendor's own people and programs? Part of `schema`.
import type { ColumnType } from 'kysely'

type Fixed<T> = ColumnType<T, T, never>

export interface ApiKeysTable {
  id: Fixed<string>
  name: Fixed<string>
  scopes: Fixed<string[]>
  keyHash: Fixed<string>
  createdBy: Fixed<string>
  createdAt: Fixed<Date>
  expiresAt: Fixed<Date | null>
  lastUsedAt: ColumnType<Date | null, never, Date>
}

export interface OperatorSessionsTable {
  idHash: Fixed<string>
  keyId: Fixed<string | null>
  tokenHash: Fixed<string | null>
  createdAt: Fixed<Date>
  lastSeenAt: Date
  expiresAt: Fixed<Date>
  usedForms: ColumnType<string[], never, string[]>
}

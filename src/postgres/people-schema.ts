// What do the tables hold of a customer's people and their accounts at Okta? Part of `schema`.
import type { ColumnType } from 'kysely'

type Fixed<T> = ColumnType<T, T, never>

export interface MembersTable {
  id: Fixed<string>
  tenantId: Fixed<string>
  email: string
  name: string
  roles: string[]
  status: 'invited' | 'active' | 'suspended'
  externalId: string | null
  createdAt: Fixed<Date>
  updatedAt: Date
}

export interface IdentitiesTable {
  tenantId: Fixed<string>
  connectionId: Fixed<string>
  issuer: Fixed<string>
  subject: Fixed<string>
  memberId: string
  linkedBy: 'email' | 'just-in-time' | 'invitation' | 'operator'
  createdAt: Fixed<Date>
}

/** Accounts that wait until an operator has decided whose they are. */
export interface IdentityConflictsTable {
  tenantId: Fixed<string>
  connectionId: Fixed<string>
  issuer: Fixed<string>
  subject: Fixed<string>
  id: Fixed<string>
  memberId: string
  email: string
  reference: string
  times: number
  firstAt: Fixed<Date>
  lastAt: Date
  toldAt: Date
  toldReference: string
}

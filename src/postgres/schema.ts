// What do the tables hold? Column names in camelCase, as the plugin of `connect.ts` gives them.
import type { ColumnType, JSONColumnType } from 'kysely'
import type { Purpose } from '../tenant/attempt.ts'
import type { GroupRole } from '../tenant/group-roles.ts'
import type { Hop } from '../tenant/hop.ts'
import type { ApiKeysTable, OperatorSessionsTable } from './operator-schema.ts'
import type { IdentitiesTable, IdentityConflictsTable, MembersTable } from './people-schema.ts'
import type { ClientKeysTable, InvitationsTable, KeptShadow, NoticesTable, SetupLinksTable, SetupSessionsTable } from './setup-schema.ts'

type Json<T> = JSONColumnType<T & object>
type Fixed<T> = ColumnType<T, T, never>

export interface TenantsTable {
  id: Fixed<string>
  slug: string
  name: string
  admission: 'invited' | 'just-in-time'
  defaultRoles: string[]
  ssoEntitled: boolean
  enforcement: 'optional' | 'required'
  homeUrl: string | null
  fallbackLoginUrl: string | null
  sessionIdleSeconds: number | null
  sessionLifetimeSeconds: number | null
  createdAt: Fixed<Date>
  updatedAt: Date
}

export interface DomainsTable {
  tenantId: Fixed<string>
  domain: Fixed<string>
  challenge: string
  verifiedAt: Date | null
  provenance: 'dns' | 'operator' | null
  checkedAt: Date | null
  missingSince: Date | null
  createdAt: Fixed<Date>
}

export type ConnectionStateColumn = 'draft' | 'verified' | 'pilot' | 'live' | 'retired'

export interface ConnectionsTable {
  id: Fixed<string>
  tenantId: Fixed<string>
  issuer: string
  issuerAliases: string[]
  oktaOrganizationId: string | null
  clientId: string
  clientSecretSealed: string | null
  nextClientSecretSealed: string | null
  clientAuthentication: string
  scopes: string[]
  groupsClaim: string | null
  groupRoles: ColumnType<readonly GroupRole[], string | undefined, string>
  endsOktaSession: boolean
  state: ConnectionStateColumn
  stateBeforeLive: ConnectionStateColumn | null
  verifiedProvenance: string | null
  pilotEmails: string[]
  version: number
  wentLiveAt: Date | null
  testedVersion: number | null
  testedAt: Date | null
  goLiveAt: Date | null
  shadow: ColumnType<KeptShadow | null, string | null, string | null>
  shadowSecretSealed: string | null
  shadowEdits: number
  shadowPreflight: ColumnType<unknown, string | null | undefined, string | null>
  clientSecretExpiresAt: Date | null
  preflight: ColumnType<unknown, string | null, string | null>
  preflightAt: Date | null
  createdAt: Fixed<Date>
  updatedAt: Date
}

export interface AppsTable {
  id: Fixed<string>
  slug: string
  name: string
  audience: string
  hosts: string[]
  returnTo: string[]
  homeUrl: string | null
  tokenLifetimeSeconds: number | null
  upstream: string | null
  createdAt: Fixed<Date>
  updatedAt: Date
}

export interface PendingAttemptsTable {
  stateHash: Fixed<string>
  reference: Fixed<string>
  tenantId: Fixed<string>
  connectionId: Fixed<string>
  connectionVersion: Fixed<number>
  issuer: Fixed<string>
  redirectUri: Fixed<string>
  nonceHash: Fixed<string>
  codeChallenge: Fixed<string>
  returnTo: Fixed<string | null>
  hop: ColumnType<Hop | null, string | null, never>
  purpose: ColumnType<Purpose | null, string | null, never>
  startedAt: Fixed<Date>
  expiresAt: Fixed<Date>
}

export interface TicketsTable {
  ticketHash: Fixed<string>
  tenantId: Fixed<string>
  signInId: Fixed<string>
  host: Fixed<string>
  browserHash: Fixed<string>
  returnTo: Fixed<string>
  idleSeconds: Fixed<number>
  expiresAt: Fixed<Date>
}

export interface AttemptsTable {
  reference: Fixed<string>
  tenantId: Fixed<string>
  connectionId: string | null
  memberId: string | null
  stateHash: string | null
  door: string
  outcome: 'started' | 'signed-in' | 'tested' | 'refused' | 'failed'
  code: string | null
  loginHint: string | null
  returnTo: string | null
  steps: Json<unknown[]>
  startedAt: Fixed<Date>
  finishedAt: Date | null
}

export interface SignInsTable {
  id: Fixed<string>
  tenantId: Fixed<string>
  memberId: Fixed<string>
  connectionId: Fixed<string>
  issuer: Fixed<string>
  subject: Fixed<string>
  providerSessionId: Fixed<string | null>
  authTime: Fixed<Date>
  amr: Fixed<string[]>
  acr: Fixed<string | null>
  idTokenSealed: string | null
  createdAt: Fixed<Date>
  expiresAt: Fixed<Date>
}

export interface SessionsTable {
  idHash: Fixed<string>
  id: Fixed<string>
  tenantId: Fixed<string>
  signInId: Fixed<string>
  host: Fixed<string>
  idleSeconds: number
  createdAt: Fixed<Date>
  lastSeenAt: Date
}

export interface EndedSignInsTable {
  number: ColumnType<string, never, never>
  signInId: Fixed<string>
  tenantId: Fixed<string>
  memberId: Fixed<string>
  endedAt: Fixed<Date>
}

export interface SigningKeysTable {
  kid: Fixed<string>
  publicJwk: Json<Record<string, unknown>>
  privateJwkSealed: string
  createdAt: Fixed<Date>
  publishedAt: Date
  signsFromAt: Date
  signsUntilAt: Date | null
  retiredAt: Date | null
}

export interface EventsTable {
  id: Fixed<string>
  at: Fixed<Date>
  type: string
  tenantId: string | null
  actor: string
  address: ColumnType<string | null, string | null | undefined, never>
  subject: string | null
  reference: string | null
  details: ColumnType<Record<string, unknown>, string | undefined, string>
}

export interface Schema {
  apiKeys: ApiKeysTable
  operatorSessions: OperatorSessionsTable
  tenants: TenantsTable
  domains: DomainsTable
  connections: ConnectionsTable
  clientKeys: ClientKeysTable
  apps: AppsTable
  members: MembersTable
  identities: IdentitiesTable
  identityConflicts: IdentityConflictsTable
  pendingAttempts: PendingAttemptsTable
  attempts: AttemptsTable
  tickets: TicketsTable
  setupLinks: SetupLinksTable
  setupSessions: SetupSessionsTable
  invitations: InvitationsTable
  notices: NoticesTable
  signIns: SignInsTable
  sessions: SessionsTable
  endedSignIns: EndedSignInsTable
  signingKeys: SigningKeysTable
  events: EventsTable
}

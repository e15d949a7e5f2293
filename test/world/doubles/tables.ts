// What does the memory that stands in for PostgreSQL hold? The same rows, with the same ties between them.
import type { JWK } from 'jose'
import type { AttemptStory, PendingLogin } from '../../../src/tenant/attempt.ts'
import type { Connection, ConnectionState, Proofs } from '../../../src/tenant/connection.ts'
import type { AuditEvent } from '../../../src/tenant/event.ts'
import type { ConnectionId, IdentityId, MemberId, SessionId, SignInId, TenantId } from '../../../src/tenant/id.ts'
import type { IdentityKey } from '../../../src/tenant/identity.ts'
import type { Member } from '../../../src/tenant/member.ts'
import type { NewSignIn } from '../../../src/tenant/sign-in.ts'
import type { Tenant } from '../../../src/tenant/tenant.ts'
import type { TenantDomain } from '../../../src/tenant/domain.ts'
import type { InvitationRow } from './invitations.ts'

export interface ConnectionRow { connection: Connection, proofs: Proofs, stateBeforeLive: ConnectionState | null, testedVersion: number | null, testedAt: Date | null, createdAt: Date, publicKeys?: readonly JWK[] }
export interface IdentityRow { tenantId: TenantId, key: IdentityKey, memberId: MemberId, linkedBy: 'email' | 'just-in-time' | 'invitation' }
export interface ConflictRow { tenantId: TenantId, id: IdentityId, key: IdentityKey, memberId: MemberId, email: string, reference: string, times: number, firstAt: Date, lastAt: Date, toldAt: Date }
export interface StoryRow { story: AttemptStory, stateHash: string | null }
export interface SessionRow { idHash: string, id: SessionId, host: string, idleSeconds: number, signInId: SignInId, createdAt: Date, lastSeenAt: Date }
export interface EventRow extends AuditEvent { at: Date }

export interface Tables {
  tenants: Map<TenantId, Tenant>
  domains: Array<TenantDomain & { tenantId: TenantId }>
  connections: Map<string, ConnectionRow>
  members: Map<string, Member>
  identities: IdentityRow[]
  identityConflicts: ConflictRow[]
  invitations: InvitationRow[]
  pending: Map<string, { tenantId: TenantId, pending: PendingLogin }>
  stories: Map<string, StoryRow>
  signIns: Map<string, NewSignIn>
  sessions: Map<string, SessionRow>
  events: EventRow[]
}

export function createTables (): Tables {
  return {
    tenants: new Map(),
    domains: [],
    connections: new Map(),
    members: new Map(),
    identities: [],
    identityConflicts: [],
    invitations: [],
    pending: new Map(),
    stories: new Map(),
    signIns: new Map(),
    sessions: new Map(),
    events: []
  }
}

/** As a foreign key does: the row is there, and it is this tenant's. */
export function connectionOf (tables: Tables, tenantId: TenantId, id: ConnectionId): ConnectionRow {
  const row = tables.connections.get(id)
  if (row?.connection.tenantId !== tenantId) throw new Error('foreign key: no such connection of this tenant')
  return row
}

export function memberOf (tables: Tables, tenantId: TenantId, id: MemberId): Member {
  const member = tables.members.get(id)
  if (member?.tenantId !== tenantId) throw new Error('foreign key: no such member of this tenant')
  return member
}

export function tenantOf (tables: Tables, id: TenantId): Tenant {
  const tenant = tables.tenants.get(id)
  if (tenant === undefined) throw new Error('foreign key: no such tenant')
  return tenant
}

/** Removes the sign-ins that fit, and their sessions with them. */
export function dropSignIns (tables: Tables, fits: (row: NewSignIn) => boolean): NewSignIn[] {
  const dropped = [...tables.signIns.values()].filter(fits)
  for (const { signIn } of dropped) {
    tables.signIns.delete(signIn.id)
    for (const session of [...tables.sessions.values()]) if (session.signInId === signIn.id) tables.sessions.delete(session.idHash)
  }
  return dropped
}

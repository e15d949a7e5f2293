// Which session is it, and everything that a door has to know of it? One statement, however it was named.
import { jsonObjectFrom } from 'kysely/helpers/postgres'
import type { ConnectionId, MemberId, SessionId, SignInId, TenantId } from '../tenant/id.ts'
import type { LiveSession } from '../tenant/sign-in.ts'
import type { Database } from './connect.ts'
import { memberColumns, tenantColumns, toMember, toTenant } from './rows.ts'

/** Sessions with their sign-in, person, tenant and connection; the caller says which. */
export function liveSessionQuery (db: Database) {
  return db.selectFrom('sessions')
    .innerJoin('signIns', join => join.onRef('signIns.tenantId', '=', 'sessions.tenantId').onRef('signIns.id', '=', 'sessions.signInId'))
    .select(['sessions.id', 'sessions.host', 'sessions.idleSeconds', 'sessions.createdAt', 'sessions.lastSeenAt'])
    .select(['signIns.id as signInId', 'signIns.tenantId', 'signIns.memberId', 'signIns.connectionId', 'signIns.authTime', 'signIns.amr', 'signIns.acr', 'signIns.expiresAt'])
    .select(eb => [
      jsonObjectFrom(eb.selectFrom('members').select(memberColumns).whereRef('members.tenantId', '=', 'signIns.tenantId').whereRef('members.id', '=', 'signIns.memberId')).$notNull().as('member'),
      jsonObjectFrom(eb.selectFrom('tenants').select(tenantColumns).whereRef('tenants.id', '=', 'signIns.tenantId')).$notNull().as('tenant'),
      jsonObjectFrom(eb.selectFrom('connections').select(['state', 'pilotEmails', 'endsOktaSession']).whereRef('connections.tenantId', '=', 'signIns.tenantId').whereRef('connections.id', '=', 'signIns.connectionId')).$notNull().as('connection')
    ])
}

export type LiveSessionRow = Awaited<ReturnType<ReturnType<typeof liveSessionQuery>['executeTakeFirstOrThrow']>>

export function toLiveSession (row: LiveSessionRow): LiveSession {
  return {
    id: row.id as SessionId,
    host: row.host,
    signIn: {
      id: row.signInId as SignInId,
      tenantId: row.tenantId as TenantId,
      connectionId: row.connectionId as ConnectionId,
      memberId: row.memberId as MemberId,
      authTime: row.authTime,
      amr: row.amr,
      acr: row.acr,
      expiresAt: row.expiresAt
    },
    member: toMember(row.member),
    tenant: toTenant(row.tenant),
    connection: { ...row.connection, id: row.connectionId as ConnectionId },
    createdAt: row.createdAt,
    idleSeconds: row.idleSeconds,
    lastSeenAt: row.lastSeenAt
  }
}

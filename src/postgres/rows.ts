// How does a row become what the core speaks of? Rows never leave this room.
import type { Selectable } from 'kysely'
import type { Issuer } from '../oidc/discovery.ts'
import type { App } from '../tenant/app.ts'
import type { ClientAuthentication, Connection, ConnectionOnFile } from '../tenant/connection.ts'
import type { AppId, ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import type { Member } from '../tenant/member.ts'
import type { Tenant } from '../tenant/tenant.ts'
import type { Shadow } from '../tenant/shadow.ts'
import type { MembersTable } from './people-schema.ts'
import type { AppsTable, ConnectionsTable, TenantsTable } from './schema.ts'
import type { KeptShadow } from './setup-schema.ts'

export const tenantColumns = ['id', 'slug', 'name', 'admission', 'defaultRoles', 'ssoEntitled', 'enforcement', 'homeUrl', 'fallbackLoginUrl', 'sessionIdleSeconds', 'sessionLifetimeSeconds'] as const
export const connectionColumns = ['id', 'tenantId', 'issuer', 'clientId', 'clientAuthentication', 'scopes', 'groupsClaim', 'groupRoles', 'state', 'version', 'issuerAliases', 'pilotEmails', 'endsOktaSession'] as const
export const memberColumns = ['id', 'tenantId', 'email', 'name', 'roles', 'status', 'externalId'] as const

// The brands are restored here and nowhere else: what is in a table was parsed before it was saved.

export function toTenant (row: Pick<Selectable<TenantsTable>, typeof tenantColumns[number]>): Tenant {
  return {
    id: row.id as TenantId,
    slug: row.slug,
    name: row.name,
    admission: row.admission,
    defaultRoles: row.defaultRoles,
    ssoEntitled: row.ssoEntitled,
    enforcement: row.enforcement,
    homeUrl: row.homeUrl,
    fallbackLoginUrl: row.fallbackLoginUrl,
    sessionIdleSeconds: row.sessionIdleSeconds,
    sessionLifetimeSeconds: row.sessionLifetimeSeconds
  }
}

export function toConnection (row: Pick<Selectable<ConnectionsTable>, typeof connectionColumns[number]>): Connection {
  return {
    id: row.id as ConnectionId,
    tenantId: row.tenantId as TenantId,
    issuer: row.issuer as Issuer,
    clientId: row.clientId,
    clientAuthentication: row.clientAuthentication as ClientAuthentication,
    scopes: row.scopes,
    groupsClaim: row.groupsClaim,
    groupRoles: row.groupRoles,
    state: row.state,
    version: row.version,
    issuerAliases: row.issuerAliases,
    pilotEmails: row.pilotEmails,
    endsOktaSession: row.endsOktaSession
  }
}

export function toConnectionOnFile (row: Selectable<ConnectionsTable>): ConnectionOnFile {
  return { ...toConnection(row), testedAt: row.testedVersion === row.version ? row.testedAt : null, goLiveAt: row.goLiveAt, shadow: row.shadow === null ? null : toShadow(row.shadow, row.shadowSecretSealed) }
}

export function toShadow (kept: KeptShadow, secretSealed: string | null): Shadow {
  return {
    issuer: kept.issuer as Issuer,
    issuerAliases: kept.issuerAliases,
    clientId: kept.clientId,
    clientAuthentication: kept.clientAuthentication as ClientAuthentication,
    secretExpiresAt: kept.secretExpiresAt === null ? null : new Date(kept.secretExpiresAt),
    edit: kept.edit,
    testedAt: kept.testedAt === null ? null : new Date(kept.testedAt),
    replacesSecret: secretSealed !== null
  }
}

export function toApp (row: Selectable<AppsTable>): App {
  return {
    id: row.id as AppId,
    slug: row.slug,
    name: row.name,
    audience: row.audience,
    hosts: row.hosts,
    returnTo: row.returnTo,
    homeUrl: row.homeUrl,
    tokenLifetimeSeconds: row.tokenLifetimeSeconds,
    upstream: row.upstream
  }
}

export function toMember (row: Pick<Selectable<MembersTable>, typeof memberColumns[number]>): Member {
  return {
    id: row.id as MemberId,
    tenantId: row.tenantId as TenantId,
    email: row.email,
    name: row.name,
    roles: row.roles,
    status: row.status,
    externalId: row.externalId
  }
}

// Whom does the path name? A tenant by id or slug, and what belongs to it by id; what belongs to another tenant is not there.
import type { ConnectionOnFile } from '../../../tenant/connection.ts'
import { isId } from '../../../tenant/id.ts'
import type { TenantId } from '../../../tenant/id.ts'
import type { Member } from '../../../tenant/member.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import type { Tenant } from '../../../tenant/tenant.ts'

export interface TenantsNeed { readonly tenants: { find (tenant: string): Promise<Tenant | null> } }
export interface ConnectionsNeed { readonly connections: { find (tenantId: TenantId, id: string): Promise<ConnectionOnFile | null> } }
export interface MembersNeed { readonly members: { find (tenantId: TenantId, id: string): Promise<Member | null> } }

export function notFound (what: string): TenantRefusal {
  return new TenantRefusal('not-found', `There is no such ${what}.`)
}

// Whom a request named, for its line in the log: by the parameters, of which each request has its own.
const named = new WeakMap<object, string>()

/** The slug of the tenant that was found for these parameters; null where none was looked for or found. */
export function tenantNamedBy (params: unknown): string | null {
  return typeof params === 'object' && params !== null ? named.get(params) ?? null : null
}

/** Whether the text could be a slug or an id; what could not is never asked of a store. */
export function couldBeName (text: string): boolean {
  return /^[a-z0-9-]{1,63}$/.test(text)
}

/** @throws TenantRefusal `not-found` */
export async function findTenant ({ tenants }: TenantsNeed, path: { tenant: string }): Promise<Tenant> {
  const { tenant } = path
  const found = couldBeName(tenant) ? await tenants.find(tenant) : null
  if (found === null) throw notFound('tenant')
  named.set(path, found.slug)
  return found
}

/** @throws TenantRefusal `not-found` */
export async function findConnection (needs: TenantsNeed & ConnectionsNeed, path: { tenant: string, connection: string }): Promise<{ tenant: Tenant, connection: ConnectionOnFile }> {
  const tenant = await findTenant(needs, path)
  const connection = isId('con', path.connection) ? await needs.connections.find(tenant.id, path.connection) : null
  if (connection === null) throw notFound('connection')
  return { tenant, connection }
}

/** @throws TenantRefusal `not-found` */
export async function findMember (needs: TenantsNeed & MembersNeed, path: { tenant: string, member: string }): Promise<{ tenant: Tenant, member: Member }> {
  const tenant = await findTenant(needs, path)
  const member = isId('mem', path.member) ? await needs.members.find(tenant.id, path.member) : null
  if (member === null) throw notFound('member')
  return { tenant, member }
}

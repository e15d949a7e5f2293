// `/auth/operator/tenants`: the customers, and how one of them stands.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { AttemptStory } from '../../../tenant/attempt.ts'
import type { ConnectionOnFile } from '../../../tenant/connection.ts'
import type { TenantDomain } from '../../../tenant/domain.ts'
import type { TenantId } from '../../../tenant/id.ts'
import type { Member } from '../../../tenant/member.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { OperatorDesk } from '../../operator-desk.ts'
import { lineOf } from '../../operator-words.ts'
import { operatorAttemptsPage, operatorMembersPage } from '../../pages/operator/people.ts'
import { operatorTenantPage } from '../../pages/operator/tenant.ts'
import { operatorTenantsPage } from '../../pages/operator/tenants.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { findTenant } from '../api/addressed.ts'
import { type Page, type PageRequest, parsePage } from '../api/page.ts'
import { type ConflictsNeed, waitingAccount } from './waiting-account.ts'
import { cardOf, type CardNeeds } from './connection-card.ts'

export interface TenantPagesNeeds extends CardNeeds, ConflictsNeed {
  readonly desk: OperatorDesk
  readonly tenants: { find (tenant: string): Promise<Tenant | null>, list (page: PageRequest): Promise<Page<Tenant>> }
  readonly connections: { list (tenantId: TenantId): Promise<readonly ConnectionOnFile[]> }
  readonly domains: { list (tenantId: TenantId): Promise<readonly TenantDomain[]> }
  readonly members: { list (tenantId: TenantId, page: PageRequest): Promise<Page<Member>> }
  readonly attempts: { list (tenantId: TenantId, page: PageRequest): Promise<Page<AttemptStory>> }
}

const FIRST = { limit: 10, cursor: null }

export function tenantPages (app: FastifyInstance, needs: TenantPagesNeeds): void {
  const { desk } = needs
  const base = `${paths.operator}/tenants`
  const named = async (request: FastifyRequest): Promise<Tenant> => {
    const tenant = await findTenant(needs, request.params as { tenant: string })
    request.outcome.tenant = tenant.slug
    return tenant
  }

  app.get(base, async (request, reply) => {
    const { frame } = await desk.see(request)
    const { items, next } = await needs.tenants.list(pageIn(request))
    return await desk.send(reply, operatorTenantsPage({ ...frame, tenants: items, next }))
  })

  app.get(`${base}/:tenant`, async (request, reply) => {
    const { frame } = await desk.see(request)
    const tenant = await named(request)
    const connections = await needs.connections.list(tenant.id)
    const members = await needs.members.list(tenant.id, FIRST)
    const waiting = await needs.identityConflicts.list(tenant.id, FIRST)
    return await desk.send(reply, operatorTenantPage({
      ...frame,
      tenant,
      connections: await Promise.all(connections.map(async one => await cardOf(needs, one))),
      domains: await needs.domains.list(tenant.id),
      members: members.items,
      moreMembers: members.next !== null,
      accounts: waiting.items.map(waitingAccount),
      moreAccounts: waiting.next !== null,
      attempts: (await needs.attempts.list(tenant.id, FIRST)).items.map(lineOf)
    }))
  })

  app.get(`${base}/:tenant/members`, async (request, reply) => {
    const { frame } = await desk.see(request)
    const tenant = await named(request)
    const { items, next } = await needs.members.list(tenant.id, pageIn(request))
    return await desk.send(reply, operatorMembersPage({ ...frame, tenant, members: items, next }))
  })

  app.get(`${base}/:tenant/attempts`, async (request, reply) => {
    const { frame } = await desk.see(request)
    const tenant = await named(request)
    const { items, next } = await needs.attempts.list(tenant.id, pageIn(request))
    return await desk.send(reply, operatorAttemptsPage({ ...frame, tenant, attempts: items.map(lineOf), next }))
  })
}

/** Which part of a long list is asked for. @throws ValidationRefusal */
export function pageIn (request: FastifyRequest): PageRequest {
  const cursor = readText(request.query, 'cursor', 512)
  return parsePage({ limit: 50, ...(cursor === null ? {} : { cursor }) })
}

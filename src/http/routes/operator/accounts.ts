// `/auth/operator/tenants/:tenant/accounts`: the Okta accounts that wait because they claim a member's address, and what an operator says of them.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ResolveConflict } from '../../../flows/resolve-conflict.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { AtDesk, OperatorDesk } from '../../operator-desk.ts'
import { operatorWaitingPage } from '../../pages/operator/waiting-accounts.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { findTenant, type TenantsNeed } from '../api/addressed.ts'
import type { PageRequest } from '../api/page.ts'
import { pageIn } from './tenants.ts'
import { type ConflictsNeed, waitingAccount } from './waiting-account.ts'

export interface AccountsPageNeeds extends TenantsNeed, ConflictsNeed {
  readonly desk: OperatorDesk
  readonly resolveConflict: ResolveConflict
}

const sentences = { linked: 'Linked: the account signs the member in from now on.', dismissed: 'Dismissed: the account stays refused, and waits again if it comes again.' }
const base = `${paths.operator}/tenants/:tenant/accounts`

export function accountsPage (app: FastifyInstance, needs: AccountsPageNeeds): void {
  const { desk, resolveConflict } = needs
  const named = async (request: FastifyRequest): Promise<{ tenant: Tenant, id: string }> => {
    const params = request.params as { tenant: string, conflict?: string }
    const tenant = await findTenant(needs, params)
    request.outcome.tenant = tenant.slug
    return { tenant, id: params.conflict ?? '' }
  }
  const show = async (reply: FastifyReply, { frame }: AtDesk, tenant: Tenant, page: PageRequest, done: string | null): Promise<FastifyReply> => {
    const { items, next } = await needs.identityConflicts.list(tenant.id, page)
    return await desk.send(reply, operatorWaitingPage({ ...frame, tenant, accounts: items.map(waitingAccount), next, done }))
  }

  const pathOf = ({ slug }: Tenant) => `${paths.operator}/tenants/${slug}/accounts`

  app.get(base, async (request, reply) => {
    const at = await desk.see(request)
    const { tenant } = await named(request)
    return await show(reply, at, tenant, pageIn(request), desk.said.take(request, reply, at.idHash, pathOf(tenant), sentences))
  })

  app.post(`${base}/:conflict/link`, async (request, reply) => {
    const at = await desk.change(request, 'admin')
    const { tenant, id } = await named(request)
    // The page says for whom; one that does not say it means nobody.
    await resolveConflict.link(tenant.id, id, readText(request.body, 'member', 64) ?? '', at.by)
    return await desk.said.leave(reply, at.idHash, pathOf(tenant), 'linked')
  })

  app.post(`${base}/:conflict/dismiss`, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const { tenant, id } = await named(request)
    await resolveConflict.dismiss(tenant.id, id, at.by)
    return await desk.said.leave(reply, at.idHash, pathOf(tenant), 'dismissed')
  })
}

// `/auth/setup/domains`: the company's email domains, by the admin or by a colleague with a link for that.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { CreatedSetupLink, NewSetupLink } from '../../../flows/create-setup-link.ts'
import type { Setup } from '../../../flows/enter-setup.ts'
import { domainRecord, type TenantDomain } from '../../../tenant/domain.ts'
import type { By } from '../../../tenant/event.ts'
import { normalizeDomain } from '../../../tenant/email.ts'
import type { SetupLinkId, TenantId } from '../../../tenant/id.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { SETUP_LINK_SECONDS } from '../../../tenant/setup-link.ts'
import { type DomainsStep, domainsPage } from '../../pages/setup/domains.ts'
import { stepUrl } from '../../pages/setup/frame.ts'
import { paths } from '../../paths.ts'
import type { SetupDesk } from '../../setup-desk.ts'
import { readText } from '../../visitor.ts'

export interface DomainsStepNeeds {
  readonly desk: SetupDesk
  readonly claimDomain: (tenantId: TenantId, typed: string, by: By) => Promise<TenantDomain>
  readonly proveDomain: (tenantId: TenantId, domain: string, by: By) => Promise<string | null>
  readonly dropClaim: (tenantId: TenantId, domain: string, by: By) => Promise<void>
  readonly createSetupLink: (link: NewSetupLink) => Promise<CreatedSetupLink>
  readonly setupLinks: { revokeWaitingChildren (tenantId: TenantId, parentId: SetupLinkId, now: Date): Promise<void> }
  /** Whoever has proven a domain must meet it at once on the sign-in page. */
  readonly afterChange: () => void
  readonly publicUrl: string
  readonly now: () => Date
}

type Said = Pick<DomainsStep, 'typed' | 'error' | 'doubt' | 'handedOver'>
const nothing: Said = { typed: '', error: null, doubt: null, handedOver: null }

export function domainsStepRoutes (app: FastifyInstance, needs: DomainsStepNeeds): void {
  const { desk } = needs
  const path = stepUrl('domains')
  const show = async (reply: FastifyReply, setup: Setup, said: Partial<Said> = {}): Promise<FastifyReply> => {
    const { frame, domains } = await desk.show(setup)
    return await desk.send(reply, domainsPage({ ...frame, ...nothing, ...said, domains: domains.map(one => ({ domain: one.domain, record: domainRecord(one), verifiedAt: one.verifiedAt })) }))
  }

  app.get(path, async (request, reply) => await show(reply, await desk.see(request, 'see-domains')))

  app.post(`${path}/claim`, async (request, reply) => {
    const setup = await desk.change(request, 'change-domains')
    const typed = readText(request.body, 'domain', 254) ?? ''
    try {
      await needs.claimDomain(setup.tenant.id, typed, setup.by)
    } catch (error) {
      if (!(error instanceof TenantRefusal) || !error.code.startsWith('domain-')) throw error
      request.outcome.code = error.code
      return await show(reply.code(400), setup, { typed, error: error.detail ?? null })
    }
    return await reply.redirect(path, 303)
  })

  app.post(`${path}/check`, async (request, reply) => {
    const setup = await desk.change(request, 'change-domains')
    const domain = domainIn(request)
    let sentence: string | null
    try {
      sentence = await needs.proveDomain(setup.tenant.id, domain, setup.by)
    } catch (error) {
      if (!(error instanceof TenantRefusal) || error.code !== 'already-exists') throw error
      request.outcome.code = error.code
      sentence = 'The record is there, but another company here has proven this domain before. Ask for help: two cannot have the same one.'
    }
    needs.afterChange()
    if (sentence !== null) return await show(reply, setup, { doubt: { domain, sentence } })
    return await reply.redirect(path, 303)
  })

  app.post(`${path}/remove`, async (request, reply) => {
    const setup = await desk.change(request, 'change-domains')
    await needs.dropClaim(setup.tenant.id, domainIn(request), setup.by)
    return await reply.redirect(path, 303)
  })

  app.post(`${paths.setup}/hand-over`, async (request, reply) => {
    const setup = await desk.change(request, 'hand-over')
    const { tenant, link } = setup
    // One colleague at a time: a link that went astray is ended by the next.
    await needs.setupLinks.revokeWaitingChildren(tenant.id, link.id, needs.now())
    const made = await needs.createSetupLink({ tenantId: tenant.id, part: 'domains', mayChangeLive: false, connectionId: null, parentId: link.id, email: null, createdBy: link.id, address: request.ip, lifetimeSeconds: SETUP_LINK_SECONDS })
    return await show(reply, setup, { handedOver: { url: needs.publicUrl + paths.setupLink.replace(':token', made.token.reveal()), until: made.link.expiresAt } })
  })
}

function domainIn (request: FastifyRequest): string {
  const name = normalizeDomain(readText(request.body, 'domain', 254) ?? '')
  if (name === null) throw new TenantRefusal('not-found', 'There is no such domain.')
  return name
}

// `/auth/operator/tenants/:tenant/setup-links`: a link for the customer's Okta admin is made, shown once, mailed, taken back.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { HandOutSetupLink } from '../../../flows/hand-out-setup-link.ts'
import { findEmail } from '../../../tenant/email.ts'
import { isId, type TenantId } from '../../../tenant/id.ts'
import { SETUP_LINK_SECONDS, type SetupLink, setupLinkState } from '../../../tenant/setup-link.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import type { AtDesk, OperatorDesk } from '../../operator-desk.ts'
import { type OperatorSetupLinks, operatorSetupLinksPage } from '../../pages/operator/setup-links.ts'
import { paths } from '../../paths.ts'
import { readText } from '../../visitor.ts'
import { findTenant, notFound, type TenantsNeed } from '../api/addressed.ts'

export interface SetupLinksPageNeeds extends TenantsNeed {
  readonly desk: OperatorDesk
  readonly setupLinks: { list (tenantId: TenantId): Promise<readonly SetupLink[]> }
  readonly handOutSetupLink: HandOutSetupLink
  readonly now: () => Date
}

type Said = Partial<Pick<OperatorSetupLinks, 'made' | 'repeated' | 'typed' | 'error'>>

const base = `${paths.operator}/tenants/:tenant/setup-links`

export function setupLinksPage (app: FastifyInstance, needs: SetupLinksPageNeeds): void {
  const { desk, handOutSetupLink: flow } = needs
  const named = async (request: FastifyRequest): Promise<Tenant> => {
    const tenant = await findTenant(needs, request.params as { tenant: string })
    request.outcome.tenant = tenant.slug
    return tenant
  }
  const show = async (reply: FastifyReply, { frame }: AtDesk, tenant: Tenant, said: Said = {}): Promise<FastifyReply> => {
    const now = needs.now()
    const setupLinks = (await needs.setupLinks.list(tenant.id)).map(link => ({ ...link, state: setupLinkState(link, now), domainsOnly: link.part === 'domains' })).reverse()
    return await desk.send(reply, operatorSetupLinksPage({ ...frame, tenant, setupLinks, made: null, repeated: false, typed: '', error: null, ...said }))
  }

  const pathOf = ({ slug }: Tenant) => `${paths.operator}/tenants/${slug}/setup-links`

  app.get(base, async (request, reply) => await show(reply, await desk.see(request), await named(request)))

  app.post(base, async (request, reply) => {
    const at = await desk.change(request, 'support')
    const tenant = await named(request)
    const typed = readText(request.body, 'email', 254) ?? ''
    const email = findEmail(typed)?.address ?? null
    const mail = isTicked(request, 'mail')
    if (email === null && (typed !== '' || mail)) {
      request.outcome.code = 'email-malformed'
      return await show(reply.code(400), at, tenant, { typed, error: typed === '' ? 'Write to whom it shall be mailed.' : 'Write the address as in it@acme.com.' })
    }
    const made = await desk.once(request, at, pathOf(tenant), async () => await flow.handOut({ tenant, operator: at.operator, part: isTicked(request, 'domains') ? 'domains' : 'all', mayChangeLive: isTicked(request, 'live'), connectionId: null, email, mail, lifetimeSeconds: SETUP_LINK_SECONDS, by: at.by }))
    if (made === null) return await show(reply.code(409), at, tenant, { repeated: true })
    const { link, url, mailed } = made
    return await show(reply, at, tenant, { made: { url, mailed, email: link.email, expiresAt: link.expiresAt } })
  })

  app.post(`${base}/:link/revoke`, async (request, reply) => {
    const { by } = await desk.change(request, 'support')
    const tenant = await named(request)
    const { link } = request.params as { link: string }
    if (!isId('lnk', link)) throw notFound('setup link')
    await flow.revoke(tenant.id, link, by)
    return await reply.redirect(pathOf(tenant), 303)
  })
}

function isTicked (request: FastifyRequest, name: string): boolean {
  return readText(request.body, name, 4) === 'true'
}

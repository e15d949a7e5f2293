// `/tenants/:tenant/setup-links`: how a customer's Okta admin gets in, to set up that one tenant.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { HandOutSetupLink } from '../../../flows/hand-out-setup-link.ts'
import { parseEmail } from '../../../tenant/email.ts'
import { isId, type TenantId } from '../../../tenant/id.ts'
import { MAX_SETUP_LINK_SECONDS, SETUP_LINK_SECONDS, type SetupLink, setupLinkState } from '../../../tenant/setup-link.ts'
import { findConnection, findTenant, notFound } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { fieldFault, inField } from './field.ts'
import { by, operatorOf } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, anyOf, Done, Email, Moment, orNull, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface SetupLinkRoutesNeeds extends TenantsNeed, ConnectionsNeed {
  /** The flow of that name. */
  readonly handOutSetupLink: HandOutSetupLink
  readonly setupLinks: { list (tenantId: TenantId): Promise<readonly SetupLink[]> }
  readonly now: () => Date
}

const Part = Type.Enum(['all', 'domains'], { default: 'all', description: 'All of the setup, or its domains only.' })
const MayChangeLive = Type.Boolean({ default: false, description: 'Whether it may change a connection that people sign in through. Without it such a connection can be looked at and tested.' })
const NewLink = anyOf({
  part: Part,
  mayChangeLive: MayChangeLive,
  connection: Type.String({ description: 'The connection that it is about. Left out: the newest that is not retired, or a new one.' }),
  email: Type.String({ ...Email, description: 'For whom it is; shown on the page and here.' }),
  mail: Type.Boolean({ default: false, description: 'Whether the link is mailed to `email`.' }),
  expiresInSeconds: Type.Integer({ minimum: 60, maximum: MAX_SETUP_LINK_SECONDS, default: SETUP_LINK_SECONDS, description: 'How long it can be opened. What it has opened lives for two weeks.' })
})
const fields = {
  id: Type.String(),
  part: Part,
  mayChangeLive: Type.Boolean(),
  connection: orNull(Type.String()),
  email: orNull(Email),
  state: Type.Enum(['waiting', 'opened', 'expired', 'revoked']),
  createdBy: Type.String({ description: '`operator`, or the setup link whose admin has handed on a part.' }),
  createdAt: Moment,
  expiresAt: Moment,
  openedAt: orNull(Moment),
  revokedAt: orNull(Moment)
}
const LinkAnswer = strict(fields)
const NewLinkAnswer = strict({ ...fields, url: Type.String({ description: 'Told once: only its hash is kept.' }), mailed: Type.Boolean({ description: 'Whether the mail server has taken the mail. Where not, hand the link out in another way.' }) })
const LinkPath = Type.Object({ ...TenantPath.properties, link: Type.String() })

export function setupLinkRoutes (app: TypedApp, needs: SetupLinkRoutesNeeds): void {
  app.post('/tenants/:tenant/setup-links', { schema: { ...about('Setup links', 'createSetupLink', 'Make a link for the customer\'s Okta admin; it opens once', 'support'), params: TenantPath, body: NewLink, response: { 201: NewLinkAnswer } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const { part = 'all', mayChangeLive = false, connection, email, mail = false, expiresInSeconds: lifetimeSeconds = SETUP_LINK_SECONDS } = request.body
    if (mail && email === undefined) throw fieldFault('email', 'email is missing: to whom is the link mailed?')
    const named = connection === undefined ? null : (await findConnection(needs, { tenant: tenant.id, connection })).connection
    const { link, url, mailed } = await needs.handOutSetupLink.handOut({
      tenant,
      operator: operatorOf(request),
      part,
      mayChangeLive,
      connectionId: named?.id ?? null,
      email: email === undefined ? null : inField('email', () => parseEmail(email).address),
      mail,
      lifetimeSeconds,
      by: by(request)
    })
    reply.code(201)
    return { ...answer(link, needs.now()), url, mailed }
  })

  app.get('/tenants/:tenant/setup-links', { schema: { ...about('Setup links', 'listSetupLinks', 'List the setup links of a tenant, oldest first, with those that were handed on', 'read'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(LinkAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = pageOfAll(await needs.setupLinks.list(tenant.id), request.query, ({ id }) => id)
    return { items: items.map(link => answer(link, needs.now())), next }
  })

  app.delete('/tenants/:tenant/setup-links/:link', { schema: { ...about('Setup links', 'revokeSetupLink', 'Revoke a setup link, what it has opened, and what was handed on from it', 'support'), params: LinkPath, response: { 204: Done } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const id = request.params.link
    if (!isId('lnk', id)) throw notFound('setup link')
    await needs.handOutSetupLink.revoke(tenant.id, id, by(request))
    return await reply.code(204).send(null)
  })
}

function answer (link: SetupLink, now: Date): Static<typeof LinkAnswer> {
  const { id, part, mayChangeLive, connectionId: connection, email, createdBy, createdAt, expiresAt, openedAt, revokedAt } = link
  return {
    id,
    part,
    mayChangeLive,
    connection,
    email,
    state: setupLinkState(link, now),
    createdBy,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    openedAt: openedAt?.toISOString() ?? null,
    revokedAt: revokedAt?.toISOString() ?? null
  }
}

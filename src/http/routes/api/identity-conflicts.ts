// `/tenants/:tenant/identity-conflicts`: Okta accounts that wait because they claim the address of somebody else's; an operator links or dismisses them.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { ResolveConflict } from '../../../flows/resolve-conflict.ts'
import type { TenantId } from '../../../tenant/id.ts'
import type { IdentityConflict } from '../../../tenant/identity-conflict.ts'
import { findTenant } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { answerIdentity, IdentityAnswer } from './identities.ts'
import { by } from './operator-token.ts'
import { listOf, PageQuery, parsePage } from './page.ts'
import type { Page, PageRequest } from './page.ts'
import { about, Done, Email, Moment, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface IdentityConflictRoutesNeeds extends TenantsNeed {
  readonly identityConflicts: { list (tenantId: TenantId, page: PageRequest): Promise<Page<IdentityConflict>> }
  /** The flow of that name. */
  readonly resolveConflict: ResolveConflict
}

const ConflictAnswer = strict({
  id: Type.String({ description: 'The id that the identity has once it is linked.' }),
  connection: Type.String(),
  issuer: Type.String(),
  subject: Type.String({ description: 'The id of the account in Okta.' }),
  email: Type.String({ ...Email, description: 'The address that it claimed.' }),
  member: strict({ id: Type.String(), email: Email, name: Type.String() }),
  reference: Type.String({ description: 'Of the latest login that was refused.' }),
  times: Type.Integer({ description: 'How often it came.' }),
  firstAt: Moment,
  at: Moment
})
const LinkBody = strict({ member: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'The member that it was listed with: then it is not linked to another whose address it has come with since.' })) })
const ConflictPath = Type.Object({ ...TenantPath.properties, conflict: Type.String() })

export function identityConflictRoutes (app: TypedApp, needs: IdentityConflictRoutesNeeds): void {
  const base = '/tenants/:tenant/identity-conflicts'

  app.get(base, { schema: { ...about('Members', 'listIdentityConflicts', 'List the accounts at Okta that were refused because a member with their address signs in by another, latest first', 'read'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(ConflictAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = await needs.identityConflicts.list(tenant.id, parsePage(request.query))
    return { items: items.map(answer), next }
  })

  app.post(`${base}/:conflict/link`, { schema: { ...about('Members', 'linkIdentityConflict', 'Link the account to that member on the operator\'s word; the accounts that they have stay', 'admin'), params: ConflictPath, body: LinkBody, response: { 200: IdentityAnswer } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { identity } = await needs.resolveConflict.link(tenant.id, request.params.conflict, request.body.member ?? null, by(request))
    return answerIdentity(identity)
  })

  app.post(`${base}/:conflict/dismiss`, { schema: { ...about('Members', 'dismissIdentityConflict', 'Take the account off the list; it stays refused, and is listed again when it comes again', 'support'), params: ConflictPath, body: strict({}), response: { 204: Done } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    await needs.resolveConflict.dismiss(tenant.id, request.params.conflict, by(request))
    return await reply.code(204).send(null)
  })
}

function answer ({ id, key, email, member, reference, times, firstAt, lastAt }: IdentityConflict): Static<typeof ConflictAnswer> {
  return { id, connection: key.connectionId, issuer: key.issuer, subject: key.subject, email, member: { ...member }, reference, times, firstAt: firstAt.toISOString(), at: lastAt.toISOString() }
}

// `…/members/:member/identities`: by which accounts at Okta somebody signs in, and how one of them is taken away.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { MemberId, TenantId } from '../../../tenant/id.ts'
import { isId } from '../../../tenant/id.ts'
import type { Identity } from '../../../tenant/identity.ts'
import { findMember, notFound } from './addressed.ts'
import type { MembersNeed, TenantsNeed } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { by } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, Ended, MemberPath, Moment, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface IdentityRoutesNeeds extends TenantsNeed, MembersNeed, RecordedNeeds<{
  readonly memberIdentities: { unlink (tenantId: TenantId, memberId: MemberId, id: string): Promise<{ readonly identity: Identity, readonly ended: number } | null> }
}> {
  readonly memberIdentities: { list (tenantId: TenantId, memberId: MemberId): Promise<readonly Identity[]> }
  readonly now: () => Date
}

export const IdentityAnswer = strict({
  id: Type.String(),
  connection: Type.String(),
  issuer: Type.String(),
  subject: Type.String({ description: 'The id of the account in Okta.' }),
  linkedBy: Type.Enum(['email', 'just-in-time', 'invitation', 'operator']),
  createdAt: Moment
})
const IdentityPath = Type.Object({ ...MemberPath.properties, identity: Type.String() })

export function identityRoutes (app: TypedApp, needs: IdentityRoutesNeeds): void {
  app.get('/tenants/:tenant/members/:member/identities', { schema: { ...about('Members', 'listIdentities', 'List the accounts at Okta that sign a member in, oldest first', 'read'), params: MemberPath, querystring: PageQuery, response: { 200: listOf(IdentityAnswer) } } }, async request => {
    const { tenant, member } = await findMember(needs, request.params)
    const { items, next } = pageOfAll(await needs.memberIdentities.list(tenant.id, member.id), request.query, ({ id }) => id)
    return { items: items.map(answerIdentity), next }
  })

  app.delete('/tenants/:tenant/members/:member/identities/:identity', { schema: { ...about('Members', 'unlinkIdentity', 'Take an account at Okta away from a member, with the sign-ins that it made; by the same email it may be linked anew', 'admin'), params: IdentityPath, response: { 200: Ended } } }, async request => {
    const { tenant, member } = await findMember(needs, request.params)
    const { identity: id } = request.params
    if (!isId('idn', id)) throw notFound('identity')
    return await needs.together(async ({ memberIdentities, events }) => {
      const unlinked = await memberIdentities.unlink(tenant.id, member.id, id)
      if (unlinked === null) throw notFound('identity')
      const { identity, ended } = unlinked
      await record({ events }, by(request), { type: 'identity.unlinked', tenantId: tenant.id, subject: member.id, details: { before: answerIdentity(identity), ended } }, needs.now())
      return { ended }
    })
  })
}

export function answerIdentity ({ id, key, linkedBy, createdAt }: Identity): Static<typeof IdentityAnswer> {
  return { id, connection: key.connectionId, issuer: key.issuer, subject: key.subject, linkedBy, createdAt: createdAt.toISOString() }
}

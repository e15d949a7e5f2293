// `…/connections/:connection/report`: who will find the door shut when it goes live, before anybody does.
import { Type } from 'typebox'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import type { Affected, RollOutReport } from '../../../tenant/roll-out-report.ts'
import { findConnection } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { about, ConnectionPath, Email, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface RollOutReportNeeds extends TenantsNeed, ConnectionsNeed {
  readonly rollOuts: { report (tenantId: TenantId, id: ConnectionId): Promise<RollOutReport> }
}

const affected = (description: string) => strict({
  count: Type.Integer({ description }),
  first: Type.Array(strict({ id: Type.String(), email: Email, name: Type.String() }), { description: 'The first hundred by address.' })
})

const Report = strict({
  members: Type.Integer({ description: 'Who is not suspended.' }),
  outsideDomains: affected('Their address is in no proven domain, and they have not signed in here: invite them.'),
  neverSignedIn: affected('They have signed in through none of the tenant\'s connections.'),
  linkedElsewhere: affected('They have signed in through another connection only: a fresh invitation links them to this one.'),
  otherEmailInOkta: affected('Okta says another address of them. They get in all the same.'),
  inOtherTenants: affected('A member of another tenant has the same address.')
})

export function rollOutReportRoutes (app: TypedApp, needs: RollOutReportNeeds): void {
  app.get('/tenants/:tenant/connections/:connection/report', { schema: { ...about('Connections', 'reportConnection', 'Who will find the door shut when it goes live', 'read'), params: ConnectionPath, response: { 200: Report } } }, async request => {
    const { tenant, connection } = await findConnection(needs, request.params)
    const { members, ...groups } = await needs.rollOuts.report(tenant.id, connection.id)
    return {
      members,
      outsideDomains: answer(groups.outsideDomains),
      neverSignedIn: answer(groups.neverSignedIn),
      linkedElsewhere: answer(groups.linkedElsewhere),
      otherEmailInOkta: answer(groups.otherEmailInOkta),
      inOtherTenants: answer(groups.inOtherTenants)
    }
  })
}

function answer ({ count, first }: Affected) {
  return { count, first: first.map(({ id, email, name }) => ({ id, email, name })) }
}

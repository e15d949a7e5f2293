// `…/connections/:connection/preflight`: would a sign-in work, and if not, what has to be changed where?
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { PreflightConnection } from '../../../flows/preflight-connection.ts'
import { preflightChecks, preflightOutcomes } from '../../../okta/preflight-finding.ts'
import type { KeptPreflight, PreflightReport } from '../../../okta/preflight.ts'
import type { By } from '../../../tenant/event.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import { findConnection, notFound } from './addressed.ts'
import type { ConnectionsNeed, TenantsNeed } from './addressed.ts'
import { record } from './audit.ts'
import type { AuditNeeds } from './audit.ts'
import { by } from './operator-token.ts'
import { about, ConnectionPath, Moment, orNull, strict } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

const Finding = strict({
  check: Type.Enum([...preflightChecks]),
  outcome: Type.Enum([...preflightOutcomes]),
  code: Type.String(),
  message: Type.String({ description: 'What was found.' }),
  remedy: orNull(Type.String({ description: 'What to change, and where in Okta.' }))
})
const report = {
  passed: Type.Boolean({ description: 'Whether nothing failed, and nothing that decides was left open.' }),
  findings: Type.Array(Finding)
}
const PreflightAnswer = strict({ ...report, shadow: Type.Optional(Type.Object(report, { additionalProperties: false, description: 'The same of the settings that wait beside a live connection, where some do.' })) })
export const KeptPreflightAnswer = Type.Object({ ...report, at: Type.String({ ...Moment }) }, { additionalProperties: false, description: 'The last preflight; live connections have one every day.' })

export interface PreflightRoutesNeeds extends AuditNeeds, TenantsNeed, ConnectionsNeed {
  readonly preflightConnection: PreflightConnection
  readonly preflightShadow: PreflightConnection
  readonly now: () => Date
}

export function preflightRoutes (app: TypedApp, needs: PreflightRoutesNeeds): void {
  app.post('/tenants/:tenant/connections/:connection/preflight', { schema: { ...about('Connections', 'preflightConnection', 'Ask the provider everything that it tells without a user', 'support'), params: ConnectionPath, body: strict({}), response: { 200: PreflightAnswer } } }, async request => {
    const { tenant, connection } = await findConnection(needs, request.params)
    const { kept, shadow } = await preflightByOperator(needs, tenant.id, connection.id, by(request))
    return { ...answerReport(kept), ...(shadow === null ? {} : { shadow: answerReport(shadow) }) }
  })
}

/** Runs it, also on settings that wait beside what is in use, and writes down who wanted it. @throws TenantRefusal `not-found` */
export async function preflightByOperator (needs: Omit<PreflightRoutesNeeds, 'tenants' | 'connections'>, tenantId: TenantId, id: ConnectionId, who: By): Promise<{ readonly kept: KeptPreflight, readonly shadow: KeptPreflight | null }> {
  const kept = await needs.preflightConnection(tenantId, id)
  if (kept === null) throw notFound('connection')
  const shadow = await needs.preflightShadow(tenantId, id)
  await record(needs, who, { type: 'connection.preflight', tenantId, subject: id, details: { ...told(kept), ...(shadow === null ? {} : { shadow: told(shadow) }) } }, needs.now())
  return { kept, shadow }
}

function told ({ passed, findings }: PreflightReport) {
  return { passed, findings: findings.filter(({ outcome }) => outcome !== 'ok').map(({ check, outcome, code }) => ({ check, outcome, code })) }
}

export function answerKeptPreflight (kept: KeptPreflight | null): Static<typeof KeptPreflightAnswer> | null {
  return kept === null ? null : { ...answerReport(kept), at: kept.at.toISOString() }
}

function answerReport ({ passed, findings }: PreflightReport): Static<typeof PreflightAnswer> {
  return { passed, findings: findings.map(({ check, outcome, code, message, remedy }) => ({ check, outcome, code, message, remedy })) }
}

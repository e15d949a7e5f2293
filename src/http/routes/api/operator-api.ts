// `/api/v1`: what may an operator ask and change? A scope of its own: its own token, its own body, its own validator, its own 404.
import type { FastifyInstance } from 'fastify'
import type { FindOperator } from '../../operator-credentials.ts'
import { RequestRefusal } from '../../refusal.ts'
import { compileValidator, loadCompilers } from '../../validation.ts'
import { tenantNamedBy } from './addressed.ts'
import { type ApiKeyRoutesNeeds, apiKeyRoutes } from './api-keys.ts'
import { type AppRoutesNeeds, appRoutes } from './apps.ts'
import { type AttemptRoutesNeeds, attemptRoutes } from './attempts.ts'
import { type ConnectionMovesNeeds, connectionMoves } from './connection-moves.ts'
import { type ConnectionRoutesNeeds, connectionRoutes } from './connections.ts'
import { type DomainRoutesNeeds, domainRoutes } from './domains.ts'
import { type EndedSignInRoutesNeeds, endedSignInRoutes } from './ended-sign-ins.ts'
import { type IdentityRoutesNeeds, identityRoutes } from './identities.ts'
import { type IdentityConflictRoutesNeeds, identityConflictRoutes } from './identity-conflicts.ts'
import { type InvitationApiNeeds, invitationApi } from './invitations.ts'
import { type EventRoutesNeeds, eventRoutes } from './events.ts'
import { takeJsonOnly } from './json-body.ts'
import { type LoginPolicyNeeds, loginPolicyRoutes } from './login-policy.ts'
import { type MemberImportNeeds, memberImport } from './member-import.ts'
import { type MemberRoutesNeeds, memberRoutes } from './members.ts'
import { describeApi, openApiRoute } from './open-api.ts'
import { admitOperator, scopeOf } from './operator-token.ts'
import { type PreflightRoutesNeeds, preflightRoutes } from './preflight.ts'
import { type RollOutReportNeeds, rollOutReportRoutes } from './roll-out-report.ts'
import { type SessionRoutesNeeds, sessionRoutes } from './sessions.ts'
import { type SetupLinkRoutesNeeds, setupLinkRoutes } from './setup-links.ts'
import { type ShadowRoutesNeeds, shadowRoutes } from './shadows.ts'
import { type SigningKeyRoutesNeeds, signingKeyRoutes } from './signing-keys.ts'
import { type TenantRoutesNeeds, tenantRoutes } from './tenants.ts'
import type { TypedApp } from './typed-app.ts'

export type OperatorApiNeeds =
  & TenantRoutesNeeds & DomainRoutesNeeds & ConnectionRoutesNeeds & ConnectionMovesNeeds & ShadowRoutesNeeds & RollOutReportNeeds & LoginPolicyNeeds & MemberRoutesNeeds
  & IdentityRoutesNeeds & IdentityConflictRoutesNeeds & PreflightRoutesNeeds & SetupLinkRoutesNeeds & InvitationApiNeeds & MemberImportNeeds & AppRoutesNeeds & AttemptRoutesNeeds & SessionRoutesNeeds & EndedSignInRoutesNeeds & SigningKeyRoutesNeeds & EventRoutesNeeds & ApiKeyRoutesNeeds
  & {
    readonly findOperator: FindOperator
    /** Called before a change is answered: whoever has made it must meet it at once, also where it would be heard of a moment later. */
    readonly afterChange: () => void
  }

/** Register with the prefix, and without fastify-plugin: everything set here ends here. */
export async function operatorApi (app: FastifyInstance, needs: OperatorApiNeeds): Promise<void> {
  app.decorateRequest('operator', null)
  app.addHook('onRoute', ({ schema, url }) => { scopeOf(schema, url) })
  app.addHook('onRequest', admitOperator(needs.findOperator))
  app.addHook('onRequest', loadCompilers)
  app.addHook('onSend', async (_request, reply) => { if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store') })
  app.addHook('onSend', async request => { request.outcome.tenant ??= tenantNamedBy(request.params) })
  app.addHook('onSend', async request => { if (request.method !== 'GET') needs.afterChange() })
  app.setNotFoundHandler(async () => { throw new RequestRefusal('route-unknown', 'The API has no such path with this method. See openapi.json.') })
  app.setValidatorCompiler(compileValidator)
  takeJsonOnly(app)
  await describeApi(app, needs.publicUrl)

  const typed: TypedApp = app.withTypeProvider()
  tenantRoutes(typed, needs)
  domainRoutes(typed, needs)
  connectionRoutes(typed, needs)
  connectionMoves(typed, needs)
  shadowRoutes(typed, needs)
  rollOutReportRoutes(typed, needs)
  loginPolicyRoutes(typed, needs)
  preflightRoutes(typed, needs)
  setupLinkRoutes(typed, needs)
  memberRoutes(typed, needs)
  identityRoutes(typed, needs)
  identityConflictRoutes(typed, needs)
  invitationApi(typed, needs)
  await app.register(async scope => { memberImport(scope.withTypeProvider(), needs) })
  appRoutes(typed, needs)
  attemptRoutes(typed, needs)
  sessionRoutes(typed, needs)
  endedSignInRoutes(typed, needs)
  signingKeyRoutes(typed, needs)
  eventRoutes(typed, needs)
  apiKeyRoutes(typed, needs)
  openApiRoute(typed)
}

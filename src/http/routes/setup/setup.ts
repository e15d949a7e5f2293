// `/auth/setup`: the customer's Okta admin connects their Okta, without an account and without a secret.
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { normalizeHost } from '../../../tenant/app.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { sendPage } from '../../answer-error.ts'
import { refuseCrossSite } from '../../guards/same-site.ts'
import { failurePage } from '../../pages/failure.ts'
import { paths } from '../../paths.ts'
import { statusOf } from '../../problems.ts'
import { RequestRefusal } from '../../refusal.ts'
import { createSetupDesk, type SetupDeskNeeds } from '../../setup-desk.ts'
import { isAboutSetup, setupWords } from '../../setup-words.ts'
import { showsPages } from '../../visitor.ts'
import { type AppStepNeeds, appStepRoutes } from './app.ts'
import { type ChecksNeeds, checksRoutes } from './checks.ts'
import { type CredentialsStepNeeds, credentialsStepRoutes } from './credentials.ts'
import { type DomainsStepNeeds, domainsStepRoutes } from './domains.ts'
import { type OktaStepNeeds, oktaStepRoutes } from './okta.ts'
import { type OpeningNeeds, openingRoutes } from './opening.ts'
import { overviewRoutes } from './overview.ts'

/** What the composition root brings for the setup. */
export type SetupFlows = Omit<OpeningNeeds & OktaStepNeeds & CredentialsStepNeeds & ChecksNeeds & DomainsStepNeeds & SetupDeskNeeds, 'desk' | 'publicUrl' | 'attempts' | 'admitStart' | 'look' | 'scheme' | 'signer' | 'formTargets' | 'random' | 'now'>

export type SetupRoutesNeeds = Omit<OpeningNeeds & AppStepNeeds & OktaStepNeeds & CredentialsStepNeeds & ChecksNeeds & DomainsStepNeeds, 'desk'> & SetupDeskNeeds & {
  readonly loginHost: string
  readonly answerError: (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>
}

export function setupRoutes (app: FastifyInstance, needs: SetupRoutesNeeds): void {
  app.addHook('onRequest', async request => {
    // The hosts of apps are theirs; the setup is the vendor's.
    if (normalizeHost(request.host) !== needs.loginHost) throw new RequestRefusal('route-unknown')
  })
  app.addHook('onRequest', refuseCrossSite)
  app.setErrorHandler<FastifyError | Error>(async (error, request, reply) => {
    if (!(error instanceof TenantRefusal) || !isAboutSetup(error.code) || !showsPages(request)) return await needs.answerError(error, request, reply)
    request.outcome.code = error.code
    const goesOn = error.code === 'setup-part-only' || error.code === 'setup-live-locked' || error.code === 'setup-edited-meanwhile'
    return await sendPage(reply.code(statusOf(error.code)), failurePage({
      ...needs.look, ...setupWords[error.code], reference: request.id, at: needs.now(), ...(goesOn ? { retryUrl: paths.setup, retryLabel: 'Back to the setup' } : {})
    }))
  })

  const withDesk = { ...needs, desk: createSetupDesk(needs) }
  overviewRoutes(app, withDesk)
  oktaStepRoutes(app, withDesk)
  appStepRoutes(app, withDesk)
  credentialsStepRoutes(app, withDesk)
  checksRoutes(app, withDesk)
  domainsStepRoutes(app, withDesk)
  openingRoutes(app, withDesk)
}

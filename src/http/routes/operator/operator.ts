// `/auth/operator`: the pages of the vendor's own people, on the login host alone.
import type { FastifyError, FastifyInstance } from 'fastify'
import { normalizeHost } from '../../../tenant/app.ts'
import type { AnswerError } from '../../answer-error.ts'
import { answerOperatorError } from '../../answer-operator-error.ts'
import { limitRate } from '../../guards/rate.ts'
import { refuseOtherOrigins } from '../../guards/same-site.ts'
import { createOperatorDesk, type OperatorDeskNeeds } from '../../operator-desk.ts'
import { RequestRefusal } from '../../refusal.ts'
import { accountsPage, type AccountsPageNeeds } from './accounts.ts'
import { type StoryPageNeeds, storyPage } from './attempt.ts'
import { eventsPage, type EventsPageNeeds } from './events.ts'
import { type MemberPageNeeds, memberPage } from './member.ts'
import { type OverviewNeeds, overviewRoutes } from './overview.ts'
import { type RollOutPageNeeds, rollOutPage } from './roll-out.ts'
import { type SetupLinksPageNeeds, setupLinksPage } from './setup-links.ts'
import { type OperatorSignInNeeds, operatorSignInRoutes } from './sign-in.ts'
import { type TenantPagesNeeds, tenantPages } from './tenants.ts'

/** What the composition root brings for these pages. */
export type OperatorPagesNeeds = Omit<OperatorSignInNeeds & OverviewNeeds & TenantPagesNeeds & StoryPageNeeds & MemberPageNeeds & AccountsPageNeeds & SetupLinksPageNeeds & RollOutPageNeeds & EventsPageNeeds, 'desk' | 'loginHost'> & Pick<OperatorDeskNeeds, 'operatorSession'>

export type OperatorRoutesNeeds = OperatorPagesNeeds & OperatorDeskNeeds & {
  readonly loginHost: string
  readonly loginRateLimit: number
  readonly apiRateLimit: number
  /** Called before a change is answered: whoever has made it must meet it at once. */
  readonly afterChange: () => void
  readonly answerError: AnswerError
  readonly now: () => Date
}

export async function operatorRoutes (app: FastifyInstance, needs: OperatorRoutesNeeds): Promise<void> {
  app.addHook('onRequest', async request => {
    // The hosts of apps are theirs; these pages are the vendor's.
    if (normalizeHost(request.host) !== needs.loginHost) throw new RequestRefusal('route-unknown')
  })
  app.addHook('onRequest', refuseOtherOrigins)
  app.addHook('onSend', async request => { if (request.method !== 'GET') needs.afterChange() })
  app.setErrorHandler<FastifyError | Error>(answerOperatorError(needs))

  const withDesk = { ...needs, desk: createOperatorDesk(needs) }
  await app.register(async guessing => {
    await limitRate(guessing, needs.loginRateLimit)
    operatorSignInRoutes(guessing, withDesk)
  })
  await app.register(async pages => {
    await limitRate(pages, needs.apiRateLimit)
    overviewRoutes(pages, withDesk)
    tenantPages(pages, withDesk)
    storyPage(pages, withDesk)
    memberPage(pages, withDesk)
    accountsPage(pages, withDesk)
    setupLinksPage(pages, withDesk)
    rollOutPage(pages, withDesk)
    eventsPage(pages, withDesk)
  })
}

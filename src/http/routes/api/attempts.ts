// `/attempts`: how a login went, step by step, for whoever is on the phone with the person.
import { Type } from 'typebox'
import type { Static } from 'typebox'
import type { AttemptStory } from '../../../tenant/attempt.ts'
import type { TenantId } from '../../../tenant/id.ts'
import { isReference } from '../../../tenant/reference.ts'
import { TenantRefusal } from '../../../tenant/refusal.ts'
import { type Explained, explainStory, type ExplainStoryNeeds } from '../../explained-story.ts'
import { findTenant } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { listOf, PageQuery, parsePage } from './page.ts'
import type { Page, PageRequest } from './page.ts'
import { about, AttemptPath, Moment, orNull, strict, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

export interface AttemptRoutesNeeds extends TenantsNeed, ExplainStoryNeeds {
  readonly attempts: {
    find (reference: string): Promise<AttemptStory | null>
    list (tenantId: TenantId, page: PageRequest): Promise<Page<AttemptStory>>
  }
}

const summary = {
  reference: Type.String(),
  tenantId: Type.String(),
  connectionId: orNull(Type.String()),
  memberId: orNull(Type.String()),
  door: Type.Enum(['login', 'initiate', 'initiate-by-issuer', 'setup', 'invitation']),
  outcome: Type.Enum(['started', 'signed-in', 'tested', 'refused', 'failed']),
  code: orNull(Type.String({ description: 'Of the refusal or outage that ended it.' })),
  loginHint: orNull(Type.String()),
  returnTo: orNull(Type.String()),
  startedAt: Moment,
  finishedAt: orNull(Moment)
}
const AttemptSummary = strict(summary)
const StepAnswer = strict({
  at: Moment,
  name: Type.String(),
  milliseconds: Type.Optional(Type.Integer({ description: 'How long it took, where something was waited for.' })),
  detail: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'Short facts: hosts, codes, names of claims.' }))
})
const Explanation = Type.Union([
  strict({
    headline: Type.String(),
    sentence: Type.String(),
    actions: Type.Array(strict({ who: Type.Enum(['you', 'it-admin', 'vendor']), text: Type.String() }))
  }),
  Type.Null()
], { description: 'What the person read, where the login ended badly.' })
const AttemptAnswer = strict({
  ...summary,
  tenant: strict({ id: Type.String(), slug: Type.String(), name: Type.String() }),
  steps: Type.Array(StepAnswer),
  explanation: Explanation
})

export function attemptRoutes (app: TypedApp, needs: AttemptRoutesNeeds): void {
  app.get('/tenants/:tenant/attempts', { schema: { ...about('Attempts', 'listAttempts', 'List the logins of a tenant, latest first', 'read'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(AttemptSummary) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = await needs.attempts.list(tenant.id, parsePage(request.query))
    return { items: items.map(summarize), next }
  })

  app.get('/attempts/:reference', { schema: { ...about('Attempts', 'getAttempt', 'Read the whole story of one login', 'read'), params: AttemptPath, response: { 200: AttemptAnswer } } }, async request => {
    const { reference } = request.params
    const story = isReference(reference) ? await needs.attempts.find(reference) : null
    const tenant = story === null ? null : await needs.tenants.find(story.tenantId)
    if (story === null || tenant === null) {
      throw new TenantRefusal('not-found', 'No login has this reference. A request that never reached a tenant has its reference in the log only, and old logins are swept away.')
    }
    request.outcome.tenant = tenant.slug
    return { ...summarize(story), tenant: { id: tenant.id, slug: tenant.slug, name: tenant.name }, steps: story.steps.map(answerStep), explanation: answerExplained(await explainStory(needs, story)) }
  })
}

function answerExplained (explained: Explained | null): Static<typeof Explanation> {
  return explained === null ? null : { ...explained, actions: [...explained.actions] }
}

function summarize ({ steps: _, startedAt, finishedAt, ...story }: AttemptStory): Static<typeof AttemptSummary> {
  return { ...story, startedAt: startedAt.toISOString(), finishedAt: finishedAt?.toISOString() ?? null }
}

function answerStep ({ at, name, milliseconds, detail }: AttemptStory['steps'][number]): Static<typeof StepAnswer> {
  return { at: at.toISOString(), name, ...(milliseconds === undefined ? {} : { milliseconds }), ...(detail === undefined ? {} : { detail }) }
}

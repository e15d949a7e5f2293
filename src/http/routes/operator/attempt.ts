// `/auth/operator/attempts/:reference`: the story of one login, for whoever is on the phone with the person.
import type { FastifyInstance } from 'fastify'
import type { AttemptStory } from '../../../tenant/attempt.ts'
import { isReference } from '../../../tenant/reference.ts'
import type { Tenant } from '../../../tenant/tenant.ts'
import { explainStory, type ExplainStoryNeeds } from '../../explained-story.ts'
import type { OperatorDesk } from '../../operator-desk.ts'
import { lineOf } from '../../operator-words.ts'
import { operatorStoryPage } from '../../pages/operator/story.ts'
import { paths } from '../../paths.ts'
import { doorWords, tellStep } from '../../story-words.ts'
import { notFound } from '../api/addressed.ts'

export interface StoryPageNeeds extends ExplainStoryNeeds {
  readonly desk: OperatorDesk
  readonly attempts: { find (reference: string): Promise<AttemptStory | null> }
  readonly tenants: { find (tenant: string): Promise<Tenant | null> }
}

export function storyPage (app: FastifyInstance, needs: StoryPageNeeds): void {
  const { desk, attempts, tenants, connections } = needs

  app.get(`${paths.operator}/attempts/:reference`, async (request, reply) => {
    const { frame } = await desk.see(request)
    const { reference } = request.params as { reference: string }
    const story = isReference(reference) ? await attempts.find(reference) : null
    const tenant = story === null ? null : await tenants.find(story.tenantId)
    if (story === null || tenant === null) throw notFound('sign-in')
    request.outcome.tenant = tenant.slug
    const connection = story.connectionId === null ? null : await connections.find(tenant.id, story.connectionId)
    return await desk.send(reply, operatorStoryPage({
      ...frame,
      ...lineOf(story),
      tenant,
      code: story.code,
      door: doorWords[story.door],
      host: connection === null ? null : new URL(connection.issuer).host,
      member: story.memberId,
      explained: await explainStory(needs, story),
      steps: story.steps.map(tellStep)
    }))
  })
}

// Is this replica alive, should it get traffic, and what has it counted? On a port of its own, so that the outside cannot ask.
import Fastify, { type FastifyInstance } from 'fastify'
import { paths } from './paths.ts'
import { lateCompilers } from './validation.ts'

export interface ManagementNeeds {
  /** The reasons not to send traffic here; none means ready. Never depends on any tenant's Okta. */
  readonly unready: () => Promise<readonly string[]>
  /** What a scrape reads. */
  readonly metrics: () => Promise<{ readonly contentType: string, readonly text: string }>
}

export function buildManagement ({ unready, metrics }: ManagementNeeds): FastifyInstance {
  const app = Fastify({ logger: false, schemaController: lateCompilers })
  app.get(paths.live, async () => ({ status: 'alive' }))
  app.get(paths.ready, async (_request, reply) => {
    const reasons = await unready()
    return await reply.code(reasons.length === 0 ? 200 : 503).send(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons })
  })
  app.get(paths.metrics, async (_request, reply) => {
    const { contentType, text } = await metrics()
    return await reply.type(contentType).send(text)
  })
  return app
}

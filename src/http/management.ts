// Is this replica alive, and should it get traffic? On a port of its own, so that the outside cannot ask.
import Fastify, { type FastifyInstance } from 'fastify'
import { paths } from './paths.ts'

export interface ManagementNeeds {
  /** The reasons not to send traffic here; none means ready. Never depends on any tenant's Okta. */
  readonly unready: () => Promise<readonly string[]>
}

export function buildManagement ({ unready }: ManagementNeeds): FastifyInstance {
  const app = Fastify({ logger: false })
  app.get(paths.live, async () => ({ status: 'alive' }))
  app.get(paths.ready, async (_request, reply) => {
    const reasons = await unready()
    return await reply.code(reasons.length === 0 ? 200 : 503).send(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons })
  })
  return app
}

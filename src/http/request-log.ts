// What does the log say of a request? One line, with the reference and the tenant, and without anything that came with it.
import type { FastifyInstance } from 'fastify'

/** What the routes have found out about a request, for its line in the log. */
export interface RequestOutcome {
  code: string | null
  tenant: string | null
  /** The login's, where that is another than the request's own. */
  reference: string | null
  /** One of thousands a second that went well: those are the proxy's to log. */
  routine?: true
}

declare module 'fastify' {
  interface FastifyRequest {
    outcome: RequestOutcome
  }
}

export function logRequests (app: FastifyInstance): void {
  app.decorateRequest('outcome')
  app.addHook('onRequest', (request, _reply, done) => {
    request.outcome = { code: null, tenant: null, reference: null }
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { code, tenant, reference, routine } = request.outcome
    if (routine === true) return done()
    request.log.info({
      method: request.method,
      // The pattern and never the URL: there are codes, states and addresses in URLs.
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      reference: reference ?? request.id,
      ...(tenant === null ? {} : { tenant }),
      ...(code === null ? {} : { code })
    }, 'request')
    done()
  })
}

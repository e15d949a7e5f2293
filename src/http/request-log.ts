// What do the log and the metrics say of a request? One line, with the reference and the tenant, and without anything that came with it.
import type { FastifyInstance } from 'fastify'
import { routeClassOf } from './route-class.ts'

/** What the routes have found out about a request, for its line in the log. */
export interface RequestOutcome {
  code: string | null
  tenant: string | null
  /** The login's, where that is another than the request's own. */
  reference: string | null
  /** Which operator's credential the request came with: `operator`, or the id of a key. */
  actor?: string
  /** One of thousands a second that went well: those are the proxy's to log. */
  routine?: true
}

/** Where requests are counted. */
export interface RequestCounts {
  /** Checks that went well; the hottest path adds one, and does nothing else. */
  routineChecks: number
  answered (route: string, status: number, milliseconds: number): void
}

declare module 'fastify' {
  interface FastifyRequest {
    outcome: RequestOutcome
  }
}

export function logRequests (app: FastifyInstance, counts: RequestCounts): void {
  app.decorateRequest('outcome')
  app.addHook('onRequest', (request, _reply, done) => {
    request.outcome = { code: null, tenant: null, reference: null }
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { code, tenant, reference, actor, routine } = request.outcome
    if (routine === true) {
      counts.routineChecks++
      return done()
    }
    const milliseconds = reply.elapsedTime
    const route = request.routeOptions.url
    counts.answered(routeClassOf(route), reply.statusCode, milliseconds)
    request.log.info({
      method: request.method,
      // The pattern and never the URL: there are codes, states and addresses in URLs.
      route: route ?? 'none',
      status: reply.statusCode,
      milliseconds: Math.round(milliseconds * 10) / 10,
      reference: reference ?? request.id,
      ...(tenant === null ? {} : { tenant }),
      ...(request.traced === undefined ? {} : { trace_id: request.traced.traceId }),
      ...(actor === undefined ? {} : { actor }),
      ...(code === null ? {} : { code })
    }, 'request')
    done()
  })
}

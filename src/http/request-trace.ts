// How does a request become part of a trace? Its caller's where a trusted proxy says so, and a new one otherwise.
import type { FastifyInstance } from 'fastify'
import { paths } from './paths.ts'

export interface TracedRequest {
  readonly traceId: string
  readonly traceparent: string
  resume (rest: () => void): void
  end (answered: { readonly route: string, readonly status: number }): void
}

export interface RequestTracing {
  begin (request: { readonly method: string, readonly traceparent: string | null }, rest: (traced: TracedRequest) => void): void
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Left out where nothing is traced. */
    traced?: TracedRequest
  }
}

/** Registers nothing at all where nothing is traced: a check pays for no hook that does nothing. */
export function traceRequests (app: FastifyInstance, tracing: RequestTracing | null, isTrusted: (address: string) => boolean): void {
  if (tracing === null) return
  app.addHook('onRequest', (request, _reply, done) => {
    const said = request.headers.traceparent
    const traceparent = typeof said === 'string' && isTrusted(request.socket.remoteAddress ?? '') ? said : null
    // Thousands a second: a check is told only to whoever traces the request that it is about.
    if (traceparent === null && request.routeOptions.url === paths.check) return done()
    tracing.begin({ method: request.method, traceparent }, traced => {
      request.traced = traced
      done()
    })
  })
  app.addHook('preHandler', ({ traced }, _reply, done) => { if (traced === undefined) done(); else traced.resume(done) })
  app.addHook('onResponse', (request, reply, done) => {
    request.traced?.end({ route: request.routeOptions.url ?? 'none', status: reply.statusCode })
    done()
  })
}

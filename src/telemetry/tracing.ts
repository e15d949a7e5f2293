// How does a trace lead through the gateway? Spans for requests, for what providers are asked and for statements, sent to a collector by OTLP.
import type { Span } from '@opentelemetry/api'
import { nameStatement } from './statement-name.ts'

export interface TracedRequest {
  readonly traceId: string
  /** For whoever is asked next (W3C Trace Context §3.2). */
  readonly traceparent: string
  /** Goes on inside of the span: a body that was waited for has led out of it. */
  resume (rest: () => void): void
  end (answered: { readonly route: string, readonly status: number }): void
}

export interface Tracing {
  /** @param traceparent of somebody who is trusted; null begins a trace. @param rest is done inside of the span. */
  begin (request: { readonly method: string, readonly traceparent: string | null }, rest: (traced: TracedRequest) => void): void
  /** One request to a provider. Neither its path nor a word of it is told. */
  exchange<Answer extends { readonly status: number }> (asked: { readonly method: string, readonly url: string }, work: () => Promise<Answer>): Promise<Answer>
  /** A statement that has been answered just now, in the middle of something that is traced. */
  statement (sql: string, milliseconds: number): void
  /** Sends what has not been sent yet. */
  close (): Promise<void>
}

export interface TracingOptions {
  /** Of the collector, as in `http://collector:4318`; spans go to `/v1/traces` there. */
  readonly endpoint: string
  readonly serviceName: string
}

// A gateway that is about to go waits for its collector, but not for long.
const EXPORT_MS = 3_000

/** Loads what is needed; where no collector is named, nobody calls this, and nothing is loaded. */
export async function openTracing ({ endpoint, serviceName }: TracingOptions): Promise<Tracing> {
  const { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = await import('@opentelemetry/api')
  const { BatchSpanProcessor, NodeTracerProvider } = await import('@opentelemetry/sdk-trace-node')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const { resourceFromAttributes } = await import('@opentelemetry/resources')
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, timeoutMillis: EXPORT_MS }), { exportTimeoutMillis: EXPORT_MS })]
  })
  provider.register({ propagator: null })
  const tracer = provider.getTracer('gatehouse')

  const requestOf = (span: Span, inside: ReturnType<typeof context.active>): TracedRequest => {
    const { traceId, spanId, traceFlags } = span.spanContext()
    return {
      traceId,
      traceparent: `00-${traceId}-${spanId}-0${traceFlags.toString(16)}`,
      resume (rest) { context.with(inside, rest) },
      end ({ route, status }) {
        span.updateName(route).setAttributes({ 'http.route': route, 'http.response.status_code': status })
        if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR })
        span.end()
      }
    }
  }

  return {
    begin ({ method, traceparent }, rest) {
      const parent = traceparent === null ? null : parseTraceparent(traceparent)
      const from = parent === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true })
      const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } }, from)
      const inside = trace.setSpan(from, span)
      const traced = requestOf(span, inside)
      context.with(inside, () => { rest(traced) })
    },

    async exchange ({ method, url }, work) {
      // What nobody waits for (a refresh behind the scenes, a daily check) begins no trace of its own.
      if (trace.getActiveSpan() === undefined) return await work()
      const host = URL.parse(url)?.host ?? ''
      const span = tracer.startSpan(`${method} ${host}`, { kind: SpanKind.CLIENT, attributes: { 'http.request.method': method, 'server.address': host } })
      try {
        const answer = await work()
        span.setAttribute('http.response.status_code', answer.status)
        return answer
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR })
        throw error
      } finally {
        span.end()
      }
    },

    statement (sql, milliseconds) {
      if (trace.getActiveSpan() === undefined) return
      const name = nameStatement(sql)
      const endedAt = performance.timeOrigin + performance.now()
      tracer.startSpan(name, { kind: SpanKind.CLIENT, startTime: endedAt - milliseconds, attributes: { 'db.system.name': 'postgresql', 'db.query.summary': name } }).end(endedAt)
    },

    async close () {
      // A collector that is away must not keep the gateway from going.
      await provider.shutdown().catch(() => {})
      trace.disable()
      context.disable()
    }
  }
}

/** W3C Trace Context §3.2.2; null for what is none. */
export function parseTraceparent (text: string): { readonly traceId: string, readonly spanId: string, readonly traceFlags: number } | null {
  const [, traceId = '', spanId = '', flags = ''] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(text) ?? []
  if (traceId === '' || /^0+$/.test(traceId) || /^0+$/.test(spanId)) return null
  // Only `sampled` is known; what else a caller sets is not ours to pass on.
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 }
}

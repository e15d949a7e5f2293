// Is there somebody to send traces to? Only then is anything of it loaded.
import type { Config } from './config.ts'
import type { Tracing } from './telemetry/tracing.ts'

/** @returns what a gateway is built with: tracing, or nothing. */
export async function traceFor ({ otelExporterOtlpEndpoint: endpoint, otelServiceName: serviceName }: Pick<Config, 'otelExporterOtlpEndpoint' | 'otelServiceName'>): Promise<{ tracing?: Tracing }> {
  if (endpoint === null) return {}
  const { openTracing } = await import('./telemetry/tracing.ts')
  return { tracing: await openTracing({ endpoint, serviceName }) }
}

// What does a collector of traces hear? Whatever is sent to it by OTLP over HTTP, as JSON.
import { createServer } from 'node:http'

export interface HeardSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  /** OTLP: 2 is a server's, 3 a client's. */
  readonly kind: number
  readonly attributes: ReadonlyArray<{ readonly key: string, readonly value: Readonly<Record<string, unknown>> }>
}

export interface Collector {
  readonly endpoint: string
  /** The bodies as they came. */
  readonly bodies: string[]
  spans (): readonly HeardSpan[]
}

export async function startCollector (t: { teardown (done: () => Promise<void>): unknown }): Promise<Collector> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => { chunks.push(chunk) })
    request.on('end', () => {
      if (request.url === '/v1/traces') bodies.push(Buffer.concat(chunks).toString('utf8'))
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(async () => { await new Promise(resolve => { server.close(resolve); server.closeAllConnections() }) })
  const address = server.address()
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    bodies,
    spans: () => bodies.flatMap(body => {
      const { resourceSpans }: { resourceSpans: ReadonlyArray<{ scopeSpans: ReadonlyArray<{ spans: readonly HeardSpan[] }> }> } = JSON.parse(body)
      return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    })
  }
}

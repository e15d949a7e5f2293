// How is one answer read off the wire? Chunk by chunk up to a cap; without a stream in between, which would cost more than the rest of a login's request.
import type { IncomingHttpHeaders } from 'node:http'
import type { Dispatcher } from 'undici'
import { FailedExchange } from './failed-exchange.ts'
import type { Answer } from '../oidc/answer.ts'

const readHeaders = ['cache-control', 'retry-after', 'www-authenticate', 'x-rate-limit-reset', 'x-okta-request-id', 'location', 'date', 'age']
const utf8 = new TextDecoder()

/** The handler of one request. What does not keep to the caps ends with its socket; nothing is drained for a side that sends too much. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Rejects with FailedExchange, or with whatever undici reports. */
  readonly answer: Promise<Answer>
  readonly #maxBytes: number
  readonly #settle: PromiseWithResolvers<Answer>
  readonly #chunks: Uint8Array[] = []
  #bytes = 0
  #status = 0
  #headers: IncomingHttpHeaders = {}
  #controller: Dispatcher.DispatchController | null = null
  #abandoned: Error | null = null

  constructor (maxBytes: number) {
    this.#maxBytes = maxBytes
    this.#settle = Promise.withResolvers()
    this.answer = this.#settle.promise
  }

  /** Nobody waits for it any longer. What has not been sent by then never is. */
  abandon (reason: Error): void {
    this.#abandoned ??= reason
    this.#settle.reject(reason)
    this.#controller?.abort(reason)
  }

  onRequestStart (controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#abandoned !== null) controller.abort(this.#abandoned)
  }

  onResponseStart (_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Interim answers promise one that counts.
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (!['', 'identity'].includes(this.#header('content-encoding').toLowerCase())) this.abandon(new FailedExchange('encoded'))
  }

  onResponseData (_controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#abandoned !== null) return
    this.#bytes += chunk.byteLength
    if (this.#bytes > this.#maxBytes) return this.abandon(new FailedExchange('too-large'))
    this.#chunks.push(chunk)
  }

  onResponseEnd (): void {
    const kept: Record<string, string> = {}
    for (const name of readHeaders) {
      const value = this.#header(name)
      if (value !== '') kept[name] = value
    }
    this.#settle.resolve({
      status: this.#status,
      contentType: this.#header('content-type').split(';')[0]?.trim().toLowerCase() ?? '',
      headers: kept,
      body: utf8.decode(Buffer.concat(this.#chunks))
    })
  }

  onResponseError (_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settle.reject(error)
  }

  #header (name: string): string {
    const value = this.#headers[name]
    return value === undefined ? '' : typeof value === 'string' ? value : value.join(', ')
  }
}

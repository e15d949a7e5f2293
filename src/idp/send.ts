// How does a request that the core built become an answer that the core can read? With caps on everything the other side controls.
import type { Dispatcher } from 'undici'
import { FailedExchange, buildOutage } from './failed-exchange.ts'
import { BlockedAddress } from './public-address.ts'
import { createSlots } from './slots.ts'
import type { SlotLimits } from './slots.ts'
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'

export interface SendLimits {
  /** Of the body; more is an Outage('provider-error'). */
  maxBytes?: number | undefined
  /** From asking for a slot to the last byte. */
  totalSeconds?: number | undefined
}

/** Sends one request, once. Returns whatever was answered, redirects and errors included. Throws Outage, whose cause never holds the body. */
export type Send = (request: OutgoingRequest, limits?: SendLimits) => Promise<Answer>

export interface SendOptions {
  developmentOrigins: readonly string[]
  totalSeconds?: number | undefined
  slots?: Partial<SlotLimits> | undefined
}

// Whatever else a caller may put there: a browser's Origin makes Okta refuse the token request, its cookies are none of theirs.
const sentHeaders = new Set(['accept', 'authorization', 'content-type'])
const readHeaders = ['cache-control', 'retry-after', 'www-authenticate', 'x-rate-limit-reset', 'x-okta-request-id', 'location', 'date', 'age']

/** Builds the one function that sends. `agent` must be a guarded one: it vets the addresses. */
export function createSend (agent: Dispatcher, options: SendOptions): Send {
  const slots = createSlots({ perOrigin: 10, inAll: 400, waiting: 200, ...options.slots })
  return async function send (request, { maxBytes = 64 * 1024, totalSeconds = options.totalSeconds ?? 5 } = {}) {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(new FailedExchange('timeout')), totalSeconds * 1000)
    try {
      const url = vetUrl(request.url, options.developmentOrigins)
      const release = await slots.take(url.origin, deadline.signal)
      try {
        return await exchange(agent, url, request, maxBytes, deadline.signal)
      } finally {
        release()
      }
    } catch (error) {
      throw buildOutage(error)
    } finally {
      clearTimeout(timer)
    }
  }
}

function vetUrl (text: string, developmentOrigins: readonly string[]): URL {
  const url = URL.parse(text)
  if (url === null) throw new BlockedAddress('(no URL)')
  const allowed = url.protocol === 'https:' || developmentOrigins.includes(url.origin)
  if (!allowed || url.username !== '' || url.password !== '') throw new BlockedAddress(url.hostname)
  return url
}

async function exchange (agent: Dispatcher, url: URL, request: OutgoingRequest, maxBytes: number, signal: AbortSignal): Promise<Answer> {
  const given = Object.entries(request.headers).filter(([name]) => sentHeaders.has(name.toLowerCase()))
  const response = await agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method,
    headers: { ...Object.fromEntries(given), 'accept-encoding': 'identity', 'user-agent': 'gatehouse' },
    body: request.body ?? null,
    signal
  })
  const header = (name: string): string => [response.headers[name]].flat().join(', ')
  const encoded = !['', 'identity'].includes(header('content-encoding').toLowerCase())
  return {
    status: response.statusCode,
    contentType: header('content-type').split(';')[0]?.trim().toLowerCase() ?? '',
    headers: Object.fromEntries(readHeaders.map(name => [name, header(name)] as const).filter(([, value]) => value !== '')),
    body: await readBody(response.body, encoded ? new FailedExchange('encoded') : undefined, maxBytes)
  }
}

async function readBody (body: AsyncIterable<unknown>, refusal: FailedExchange | undefined, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  // Throwing out of the loop destroys the stream and its socket; nothing is drained for a side that sends too much.
  for await (const chunk of body) {
    if (refusal !== undefined) throw refusal
    if (!(chunk instanceof Uint8Array)) throw new FailedExchange('not-http')
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new FailedExchange('too-large')
    chunks.push(Buffer.from(chunk))
  }
  return new TextDecoder().decode(Buffer.concat(chunks))
}

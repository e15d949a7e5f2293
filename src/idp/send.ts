// How does a request that the core built become an answer that the core can read? With caps on everything the other side controls.
import type { Dispatcher } from 'undici'
import { Exchange } from './exchange.ts'
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

/** Builds the one function that sends. `agent` must be a guarded one: it vets the addresses. */
export function createSend (agent: Dispatcher, options: SendOptions): Send {
  const slots = createSlots({ perOrigin: 10, inAll: 400, waiting: 200, ...options.slots })
  return async function send (request, { maxBytes = 64 * 1024, totalSeconds = options.totalSeconds ?? 5 } = {}) {
    const deadline = new AbortController()
    let exchange: Exchange | undefined
    const timer = setTimeout(() => {
      const late = new FailedExchange('timeout')
      deadline.abort(late)
      exchange?.abandon(late)
    }, totalSeconds * 1000)
    try {
      const url = vetUrl(request.url, options.developmentOrigins)
      const release = await slots.take(url.origin, deadline.signal)
      try {
        exchange = new Exchange(maxBytes)
        agent.dispatch({ origin: url.origin, path: url.pathname + url.search, method: request.method, headers: headersOf(request), body: request.body ?? null }, exchange)
        return await exchange.answer
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

function headersOf (request: OutgoingRequest): Record<string, string> {
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'gatehouse' }
  for (const [name, value] of Object.entries(request.headers)) if (sentHeaders.has(name.toLowerCase())) headers[name] = value
  return headers
}

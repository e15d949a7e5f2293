// What did the gateway send to identity providers, and what came back? Seen at its own HTTP client, so that nothing slips past.
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { WithTeardown } from './world.ts'

export interface Exchange {
  readonly method: string
  readonly origin: string
  /** Without the query. */
  readonly path: string
  /** Query and form, together. */
  readonly parameters: URLSearchParams
  readonly authorization: string
  /** The body of the answer, as far as it has come. */
  answer: string
}

export interface Outgoing {
  /** Everything so far, oldest first. */
  readonly all: readonly Exchange[]
  /** What is sent to this origin (or any) on this path (or any) while `work` is done. */
  during (work: () => Promise<unknown>, wanted?: { origin?: string, path?: string }): Promise<readonly Exchange[]>
}

export const TOKEN = '/oauth2/v1/token'
export const USERINFO = '/oauth2/v1/userinfo'
export const KEYS = '/oauth2/v1/keys'
export const DISCOVERY = '/.well-known/openid-configuration'

/** Watches until the test file is over. Requests of the browser and of the test itself have another user agent. */
export function watchOutgoing (t: WithTeardown): Outgoing {
  const all: Exchange[] = []
  const known = new WeakMap<object, Exchange>()
  const onCreate = (message: unknown): void => {
    const request = property(message, 'request')
    if (typeof request !== 'object' || request === null) return
    const headers = readHeaders(property(request, 'headers'))
    if (headers.get('user-agent') !== 'gatehouse') return
    const [path = '', query = ''] = String(property(request, 'path')).split('?')
    const body: unknown = property(request, 'body')
    const form = body instanceof Uint8Array ? Buffer.from(body).toString() : ''
    const exchange: Exchange = {
      method: String(property(request, 'method')),
      origin: String(property(request, 'origin')),
      path,
      parameters: new URLSearchParams([query, form].filter(part => part !== '').join('&')),
      authorization: headers.get('authorization') ?? '',
      answer: ''
    }
    all.push(exchange)
    known.set(request, exchange)
  }
  const onChunk = (message: unknown): void => {
    const request = property(message, 'request')
    const exchange = typeof request === 'object' && request !== null ? known.get(request) : undefined
    const chunk = property(message, 'chunk')
    if (exchange !== undefined && chunk instanceof Uint8Array && exchange.answer.length < 65_536) exchange.answer += Buffer.from(chunk).toString()
  }
  subscribe('undici:request:create', onCreate)
  subscribe('undici:request:bodyChunkReceived', onChunk)
  t.teardown(async () => {
    unsubscribe('undici:request:create', onCreate)
    unsubscribe('undici:request:bodyChunkReceived', onChunk)
  })
  return {
    all,
    async during (work, { origin, path } = {}) {
      const before = all.length
      await work()
      return all.slice(before).filter(one => (origin === undefined || one.origin === origin) && (path === undefined || one.path === path))
    }
  }
}

/** A member of a JSON answer of the provider, such as `id_token`. */
export function answered (exchange: Exchange | undefined, name: string): string {
  const body: unknown = exchange === undefined ? null : JSON.parse(exchange.answer)
  return String(property(body, name))
}

function property (from: unknown, name: string): unknown {
  return typeof from === 'object' && from !== null ? Reflect.get(from, name) : undefined
}

function readHeaders (flat: unknown): Map<string, string> {
  const values: readonly unknown[] = Array.isArray(flat) ? flat : []
  return new Map(values.flatMap((name, place) => place % 2 === 0 ? [[String(name).toLowerCase(), String(values[place + 1])] as const] : []))
}

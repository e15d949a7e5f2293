// Which sockets may be opened for a customer's provider? Those to public addresses over TLS, few per origin, none for long.
import { lookup as systemLookup } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { Agent, buildConnector } from 'undici'
import type { Dispatcher } from 'undici'
import { BlockedAddress, isPublicAddress, vetLookup } from './public-address.ts'

export interface Timeouts {
  connectSeconds: number
  headersSeconds: number
  /** The longest silence within a body; the whole exchange has its own deadline in `send.ts`. */
  bodySeconds: number
}

export interface GuardedAgentOptions {
  developmentOrigins: readonly string[]
  lookup?: LookupFunction | undefined
  timeouts?: Partial<Timeouts> | undefined
}

/** Builds the dispatcher of all outgoing requests. A connection that is not allowed fails with BlockedAddress. */
export function createGuardedAgent (options: GuardedAgentOptions): Dispatcher {
  const { connectSeconds = 2, headersSeconds = 3, bodySeconds = 3 } = options.timeouts ?? {}
  // `rejectUnauthorized` is said aloud because NODE_TLS_REJECT_UNAUTHORIZED would otherwise turn it off for everyone.
  const secure = { allowH2: false, timeout: connectSeconds * 1000, minVersion: 'TLSv1.2', rejectUnauthorized: true } as const
  const open = buildConnector(secure)
  const openVetted = buildConnector({ ...secure, lookup: vetLookup(options.lookup ?? systemLookup) })
  return new Agent({
    connect (target, callback) {
      if (options.developmentOrigins.includes(`${target.protocol}//${target.host}`)) return open(target, callback)
      // An address written into the URL is connected to without a lookup.
      const blocked = target.protocol !== 'https:' || (isIP(target.hostname) !== 0 && !isPublicAddress(target.hostname))
      if (blocked) return callback(new BlockedAddress(target.hostname), null)
      openVetted(target, callback)
    },
    allowH2: false,
    connections: 10,
    // One request at a time per socket: with more, undici sends those behind a broken one again, and a code must never be sent twice.
    pipelining: 1,
    headersTimeout: headersSeconds * 1000,
    bodyTimeout: bodySeconds * 1000
  })
}

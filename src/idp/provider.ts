// How does the gateway talk to identity providers? Through this one object: everything that leaves for a provider leaves here.
import { setTimeout as sleep } from 'node:timers/promises'
import type { LookupFunction } from 'node:net'
import { createGuardedAgent } from './guarded-agent.ts'
import type { Timeouts } from './guarded-agent.ts'
import { createIssuers } from './issuers.ts'
import type { ProviderRef } from './issuers.ts'
import { createKeySets } from './key-sets.ts'
import type { CacheStats, CacheTrouble } from './last-good.ts'
import { createRedemption } from './redemption.ts'
import { createSend, type Send } from './send.ts'
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'
import type { ProviderMetadata } from '../oidc/discovery.ts'
import type { VerificationKeys } from '../oidc/verified-jwt.ts'

export type { ProviderRef } from './issuers.ts'
export type { CacheTrouble } from './last-good.ts'

export interface IdentityProvider {
  /** The connection's metadata, from memory where possible. Throws OidcRefusal or Outage. */
  metadata (ref: ProviderRef): Promise<ProviderMetadata>
  /** The connection's keys for `checkIdToken`; it looks for new ones by itself. Throws OidcRefusal('id-token-key-unknown') or Outage when called. */
  keys (ref: ProviderRef, metadata: ProviderMetadata): VerificationKeys
  /** Sends a token request, once. */
  redeem (request: OutgoingRequest): Promise<Answer>
  userinfo (request: OutgoingRequest): Promise<Answer>
  /** Sends anything else and remembers nothing: for the checks of a setup, which must see what is true now. */
  probe (request: OutgoingRequest): Promise<Answer>
  /** Drops what is remembered of a connection; to be called when it was edited. */
  forget (connectionId: string): void
  /** For the metrics. */
  stats (): { readonly metadata: CacheStats, readonly keys: CacheStats }
}

export interface IdentityProviderOptions {
  /** Origins that may be plain http or private addresses; only ever filled in development and tests. */
  developmentOrigins: readonly string[]
  now: () => Date
  lookup?: LookupFunction | undefined
  /** Waits; used once, for an edge of the provider that lags behind. */
  delay?: ((seconds: number) => Promise<unknown>) | undefined
  timeouts?: Partial<Timeouts> | undefined
  totalSeconds?: number | undefined
  /** Does the exchange, and may tell of it. */
  onExchange?: (<Value extends Answer>(request: Pick<OutgoingRequest, 'method' | 'url'>, work: () => Promise<Value>) => Promise<Value>) | undefined
  /** Told when a refresh behind the scenes failed and the last good copy went on serving. */
  onTrouble?: ((trouble: CacheTrouble) => void) | undefined
}

/** Opens the only way out to identity providers; `close()` ends its connections. */
export function createIdentityProvider (options: IdentityProviderOptions): IdentityProvider & { close (): Promise<void> } {
  const { developmentOrigins, now, lookup, timeouts, totalSeconds, onExchange, onTrouble } = options
  const delay = options.delay ?? ((seconds: number) => sleep(seconds * 1000))
  const agent = createGuardedAgent({ developmentOrigins, lookup, timeouts })
  const plain = createSend(agent, { developmentOrigins, totalSeconds })
  const send: Send = onExchange === undefined ? plain : async (request, limits) => await onExchange(request, async () => await plain(request, limits))
  const issuers = createIssuers(send, now, { onTrouble })
  const keySets = createKeySets(send, now, { delay, onTrouble })
  const redemption = createRedemption(send)
  return {
    async metadata (ref) {
      const metadata = await issuers.metadata(ref)
      // The keys are wanted when the person comes back: fetched now, the callback need not wait for them.
      keySets.warm(ref, metadata)
      return metadata
    },
    keys: (ref, metadata) => keySets.keys(ref, metadata),
    redeem: request => redemption.redeem(request),
    userinfo: request => send(request, { maxBytes: 128 * 1024 }),
    probe: request => send(request),
    forget (connectionId) {
      issuers.forget(connectionId)
      keySets.forget(connectionId)
    },
    stats: () => ({ metadata: issuers.stats(), keys: keySets.stats() }),
    close: () => agent.destroy()
  }
}

// What does this connection's provider say about itself? Its discovery document, remembered per connection (OpenID Connect Discovery §4).
import { freshSeconds } from './freshness.ts'
import { createLastGood } from './last-good.ts'
import type { CacheStats, CacheTrouble } from './last-good.ts'
import type { Send } from './send.ts'
import { buildDiscoveryRequest, parseProviderMetadata } from '../oidc/discovery.ts'
import type { Issuer, ProviderMetadata } from '../oidc/discovery.ts'
import { OidcRefusal } from '../oidc/refusal.ts'

/** Whom to ask, and for which connection. Nothing is ever shared between two connections, not even of the same issuer. */
export interface ProviderRef {
  readonly connectionId: string
  readonly issuer: Issuer
  readonly clientId: string
}

export interface IssuersOptions {
  max?: number | undefined
  onTrouble?: ((trouble: CacheTrouble) => void) | undefined
}

export interface Issuers {
  metadata (ref: ProviderRef): Promise<ProviderMetadata>
  forget (connectionId: string): void
  stats (): CacheStats
}

// Ids hold no space, so no connection's key is the beginning of another's.
export const cacheKey = (connectionId: string, ...rest: readonly string[]): string => [connectionId, ...rest].join(' ')

/** Remembers for an hour to a day. A document with another issuer ends the copy at once; any other trouble leaves the last good one. */
export function createIssuers (send: Send, now: () => Date, options: IssuersOptions = {}): Issuers {
  const documents = createLastGood<ProviderMetadata>({
    now,
    max: options.max ?? 10_000,
    staleSeconds: 7 * 86_400,
    failureSeconds: 10,
    maxFailureSeconds: 60,
    // Who answers under another name is not the one who was connected: no copy may hide that.
    disqualifies: error => error instanceof OidcRefusal && error.code === 'discovery-issuer-mismatch',
    onTrouble: options.onTrouble
  })
  return {
    metadata: ref => documents.get(cacheKey(ref.connectionId, ref.issuer, ref.clientId), async () => {
      const answer = await send(buildDiscoveryRequest(ref.issuer, ref.clientId))
      const value = parseProviderMetadata(answer, ref.issuer, now())
      return { value, freshSeconds: freshSeconds(answer, { least: 3600, most: 86_400 }) }
    }),
    forget: connectionId => documents.forget(key => key.startsWith(cacheKey(connectionId, ''))),
    stats: () => documents.stats()
  }
}

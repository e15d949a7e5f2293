// With which keys are this connection's tokens verified? Its own key set, remembered, and fetched again when a token asks for it
// (OpenID Connect Core §10.1.1).
import { createAllowance } from './allowance.ts'
import { freshSeconds } from './freshness.ts'
import { cacheKey } from './issuers.ts'
import type { ProviderRef } from './issuers.ts'
import { createLastGood } from './last-good.ts'
import type { CacheStats, CacheTrouble } from './last-good.ts'
import type { Send } from './send.ts'
import type { ProviderMetadata } from '../oidc/discovery.ts'
import type { VerificationKeys } from '../oidc/verified-jwt.ts'
import { OidcRefusal } from '../oidc/refusal.ts'
import { buildKeysRequest, parseKeySet, selectKeys } from '../oidc/verification-keys.ts'
import type { KeySet } from '../oidc/verification-keys.ts'

export interface KeySetsOptions {
  /** Waits so many seconds. */
  delay: (seconds: number) => Promise<unknown>
  lagSeconds?: number | undefined
  max?: number | undefined
  onTrouble?: ((trouble: CacheTrouble) => void) | undefined
}

export interface KeySets {
  keys (ref: ProviderRef, metadata: ProviderMetadata): VerificationKeys
  /** Fetches behind the scenes what a login will need; never throws. */
  warm (ref: ProviderRef, metadata: ProviderMetadata): void
  forget (connectionId: string): void
  stats (): CacheStats
}

/**
 * One cache entry, and one allowance of requests, per connection: whoever floods one connection with unknown key ids costs its provider
 * five requests and then one in ten seconds, and nobody else anything.
 */
export function createKeySets (send: Send, now: () => Date, options: KeySetsOptions): KeySets {
  const { delay, lagSeconds = 1.5, max = 10_000, onTrouble } = options
  // A day: a key that a provider withdrew must not live on for as long as somebody keeps us from asking.
  const sets = createLastGood<KeySet>({ now, max, staleSeconds: 86_400, failureSeconds: 10, maxFailureSeconds: 60, onTrouble })
  const allowance = createAllowance({ now, burst: 5, everySeconds: 10, max })

  function source (ref: ProviderRef, metadata: ProviderMetadata): KeySource {
    const key = cacheKey(ref.connectionId, metadata.jwksUri, ref.clientId)
    const load = async () => {
      const answer = await send(buildKeysRequest(metadata.jwksUri, ref.clientId))
      // Within an hour a withdrawn key is gone, however long the provider lets its answer be kept.
      return { value: parseKeySet(answer, now()), freshSeconds: freshSeconds(answer, { least: 300, most: 3600 }) }
    }
    return {
      held: () => sets.get(key, load),
      async renewed (known) {
        const current = await sets.get(key, load)
        if (current !== known) return current
        return await sets.refresh(key, load, () => allowance.spend(ref.connectionId))
      }
    }
  }

  return {
    keys (ref, metadata) {
      const { held, renewed } = source(ref, metadata)
      return async function findKey (header, unfit) {
        let set = await held()
        let key = await selectKeys(set, header)
        // The same key id may have got other key material: a signature that does not fit is a reason to look again, once.
        if (key !== null && key !== unfit) return key
        try {
          // An edge of the provider may lag behind the one that signed.
          for (const waitSeconds of [0, lagSeconds]) {
            if (waitSeconds > 0) await delay(waitSeconds)
            const next = await renewed(set)
            if (next === null) break
            set = next
            key = await selectKeys(set, header)
            if (key !== null) return key
          }
        } catch (error) {
          // A provider that is down must not turn a forged signature into an outage.
          if (key === null) throw error
        }
        if (key === null) throw new OidcRefusal('id-token-key-unknown')
        return key
      }
    },
    warm (ref, metadata) {
      source(ref, metadata).held().catch((error: unknown) => onTrouble?.({ key: ref.connectionId, error }))
    },
    forget: connectionId => sets.forget(key => key.startsWith(cacheKey(connectionId, ''))),
    stats: () => sets.stats()
  }
}

interface KeySource {
  held: () => Promise<KeySet>
  /** A set newer than the known one; null when no further request is allowed now. */
  renewed: (known: KeySet) => Promise<KeySet | null>
}

// Whose credential is this? The operator's token of the environment, or an API key: asked here, whichever door it comes to.
import { hashOf, sameHash, sameText } from '../oidc/hash.ts'
import type { Secret } from '../secret.ts'
import { type ApiKey, BOOTSTRAP, type Operator, operatorBy, readApiKeyId } from '../tenant/api-key.ts'
import type { ApiKeyId } from '../tenant/id.ts'

/** @returns null for whatever opens nothing, and never why: what is expired, revoked or made up looks the same. */
export type FindOperator = (credential: string) => Promise<Operator | null>

export interface OperatorCredentialsNeeds {
  /** Null where none is set: then only keys open anything. */
  readonly operatorToken: Secret | null
  readonly apiKeys: {
    find (id: ApiKeyId): Promise<{ readonly apiKey: ApiKey, readonly keyHash: string } | null>
    touch (id: ApiKeyId, now: Date): Promise<void>
  }
  readonly now: () => Date
}

const MINUTE_MS = 60_000

export function findOperator ({ operatorToken, apiKeys, now }: OperatorCredentialsNeeds): FindOperator {
  return async function (credential) {
    if (operatorToken !== null && sameText(credential, operatorToken.reveal())) return BOOTSTRAP
    const id = readApiKeyId(credential)
    const found = id === null ? null : await apiKeys.find(id)
    // Found by its id, which is no secret; what is secret is compared in constant time.
    if (found === null || !sameHash(hashOf(credential), found.keyHash)) return null
    const { apiKey } = found
    const at = now()
    const operator = operatorBy(apiKey, at)
    if (operator === null) return null
    if (apiKey.lastUsedAt === null || at.getTime() - apiKey.lastUsedAt.getTime() >= MINUTE_MS) await apiKeys.touch(apiKey.id, at)
    return operator
  }
}

// How is an authorization code redeemed? By one request that is never sent again, whatever becomes of it (RFC 6749 §4.1.2).
import type { Send } from './send.ts'
import type { Answer, OutgoingRequest } from '../oidc/answer.ts'

export interface Redemption { redeem (request: OutgoingRequest): Promise<Answer> }

/**
 * No retry, not even after a reset: the provider may have taken the code before the line broke, and a code that comes twice makes it
 * revoke the tokens of the first (RFC 6749 §10.5). The person starts again instead, with a fresh code.
 */
export function createRedemption (send: Send): Redemption {
  return { redeem: request => send(request, { maxBytes: 64 * 1024 }) }
}

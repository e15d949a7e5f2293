// How long is an answer fresh? As long as its Cache-Control says, within our own bounds (RFC 9111 §5.2.2.1).
import type { Answer } from '../oidc/answer.ts'

/**
 * Takes the answer and the bounds in seconds. The provider's word counts between them only: Okta's key sets say 44 days, and a
 * hostile or misconfigured one would say zero and make every login a request.
 */
export function freshSeconds (answer: Answer, bounds: { least: number, most: number }): number {
  const directives = answer.headers['cache-control'] ?? ''
  if (/(^|[\s,])no-(store|cache)\b/i.test(directives)) return bounds.least
  const maxAge = /(?:^|[\s,])max-age="?(\d{1,12})(?!\d)/i.exec(directives)?.[1]
  return maxAge === undefined ? bounds.most : Math.min(Math.max(Number(maxAge), bounds.least), bounds.most)
}

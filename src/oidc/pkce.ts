// Which challenge goes with a verifier? RFC 7636 §4.2, S256 only: `plain` would put the verifier into the address bar.
import { hashOf } from './hash.ts'

/** Takes a code verifier; returns its S256 challenge, base64url. */
export function challengeOf (verifier: string): string {
  return hashOf(verifier)
}

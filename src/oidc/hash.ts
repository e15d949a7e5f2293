// How is a secret kept and compared without keeping it? As its SHA-256, compared in constant time.
import { hash, timingSafeEqual } from 'node:crypto'

/**
 * The SHA-256 of a text, base64url. What is stored of states, nonces, tickets and session ids: whoever reads the
 * database can redeem none of them.
 */
export function hashOf (text: string): string {
  return hash('sha256', text, 'base64url')
}

/** Whether two hashes are the same, in a time that tells nothing about where they differ. Their length is no secret. */
export function sameHash (left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** Whether two texts are the same, in a time that tells nothing about where they differ. */
export function sameText (left: string, right: string): boolean {
  // Hashing first gives equal lengths, which timingSafeEqual demands and which hides the length too.
  const digest = (text: string): Buffer => hash('sha256', text, 'buffer')
  return timingSafeEqual(digest(left), digest(right))
}

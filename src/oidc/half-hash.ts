// Does this token or code belong to that ID token? OpenID Connect Core §3.1.3.6: the left half of its hash.
import { hash } from 'node:crypto'

/**
 * Takes a claim (`at_hash`, `c_hash`) of unknown type, what it should be the hash of, and the ID token's algorithm;
 * returns whether it fits. The hash is the one of the algorithm (RS256 → SHA-256); an algorithm without one never fits.
 */
export function halfHashFits (claim: unknown, text: string, algorithm: string): boolean {
  const bits = /(256|384|512)$/.exec(algorithm)?.[1]
  if (bits === undefined) return false
  const digest = hash(`sha${bits}`, text, 'buffer')
  return claim === digest.subarray(0, digest.length / 2).toString('base64url')
}

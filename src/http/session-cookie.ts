// Which session does a cookie name? The signer of @fastify/cookie reads it; everything else in the house sees only the hash of the id.
import { Signer } from '@fastify/cookie'
import { hashOf } from '../oidc/hash.ts'
import type { Secret } from '../secret.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import { findCookie } from './cookie-header.ts'

export interface SessionCookies {
  readonly signer: Signer
  /** Hash of the session id that a signed cookie value holds, or null when the signature is not ours. */
  readHash (value: string | undefined): string | null
  /** The same, of the session cookie in a `Cookie` header. Whether such a session exists is another question. */
  findHash (header: string | undefined): string | null
  hash (sessionId: string): string
}

const MOST_KEPT = 10_000

/** @param secrets the first signs, all verify. */
export function sessionCookies (secrets: readonly Secret[], { sessionName }: CookieScheme): SessionCookies {
  const signer = new Signer(secrets.map(secret => secret.reveal()), 'sha256')
  // A proxy brings the same cookie with every request of a page. Only genuine ones are kept: a flood of forgeries pushes nobody out.
  const genuine = new Map<string, string>()
  const readHash = (value: string | undefined): string | null => {
    // Longer than any that we make: not worth a signature check.
    if (value === undefined || value.length > 200) return null
    const known = genuine.get(value)
    if (known !== undefined) return known
    const { valid, value: sessionId } = signer.unsign(value)
    if (!valid || sessionId === null || sessionId === '') return null
    const hash = hashOf(sessionId)
    if (genuine.size >= MOST_KEPT) genuine.clear()
    genuine.set(value, hash)
    return hash
  }
  return { signer, hash: hashOf, readHash, findHash: header => readHash(findCookie(header, sessionName)) }
}

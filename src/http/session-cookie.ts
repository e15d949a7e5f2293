// Which session does a cookie name? The signer of @fastify/cookie reads it; everything else in the house sees only the hash of the id.
import { Signer } from '@fastify/cookie'
import { hashOf } from '../oidc/hash.ts'
import type { Secret } from '../secret.ts'
import type { SessionKey } from '../tenant/sign-in.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import { decodeCookie, findRawCookie } from './cookie-header.ts'
import { rememberCookies } from './remembered-cookies.ts'

export interface SessionCookies {
  readonly signer: Signer
  /** Hash of the session id in a cookie value, as it stands in the header; null when the signature is not ours. */
  readHash (raw: string | undefined): string | null
  /** The same, of the session cookie in a `Cookie` header. Whether such a session exists is another question. */
  findHash (header: string | undefined): string | null
  /** The same as a key: one and the same for a cookie that is remembered. */
  findKey (header: string | undefined): SessionKey | null
  hash (sessionId: string): string
}

// As many as there are sessions in memory: a crowd that just does not fit would be verified, or moved on, with every request.
const GENERATION = 200_000

// As those that we make look, whoever has signed them.
const complete = /^[\w-]{32}\.[A-Za-z0-9+/]{43}$/

/**
 * @param secrets the first signs, all verify.
 * @param onForeign told once of the first cookie that looks like ours and was signed with none of them. Strangers can make some up too.
 */
export function sessionCookies (secrets: readonly Secret[], { sessionName }: CookieScheme, onForeign: () => void = () => {}): SessionCookies {
  const signer = new Signer(secrets.map(secret => secret.reveal()), 'sha256')
  let told = false
  const unsign = signer.unsign.bind(signer)
  // The session plugin reads by this as well.
  signer.unsign = value => {
    const read = unsign(value)
    if (!told && !read.valid && complete.test(value)) {
      told = true
      onForeign()
    }
    return read
  }
  const genuine = rememberCookies(GENERATION)
  const readKey = (raw: string | undefined): SessionKey | null => {
    // Longer than any that we make: not worth a signature check.
    if (raw === undefined || raw.length > 200) return null
    const known = genuine.find(raw)
    if (known !== undefined) return known
    const value = decodeCookie(raw)
    const { valid, value: sessionId } = signer.unsign(value)
    if (!valid || sessionId === null || sessionId === '') return null
    const idHash = hashOf(sessionId)
    // Only as it is written, bare (all of its characters may stand in a cookie, RFC 6265 section 4.1.1) or with the few escaped that careful libraries escape.
    // In a thousand other spellings one genuine cookie could push everybody else's out.
    return raw === value || raw === encodeURIComponent(value) ? genuine.keep(raw, idHash) : { idHash, left: null }
  }
  const findKey = (header: string | undefined) => readKey(findRawCookie(header, sessionName))
  return { signer, hash: hashOf, readHash: raw => readKey(raw)?.idHash ?? null, findHash: header => findKey(header)?.idHash ?? null, findKey }
}

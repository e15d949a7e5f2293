// What does an API make of our tokens that verifies them as jose's documentation says, with all its defaults?
import { createRemoteJWKSet, customFetch, decodeJwt, type FetchImplementation, jwksCache, type JWKSCacheInput, jwtVerify } from 'jose'
import { request } from 'undici'
import type { Cluster } from './cluster.ts'

export interface Verifier {
  verify (token: string): Promise<void>
  /** The ids of the keys that tokens named which were found good. */
  readonly kids: ReadonlySet<string>
  /** What was found bad, by jose's codes. */
  readonly failures: readonly string[]
  /** The same API, so many seconds later: its keys are that much older. */
  later (seconds: number): Verifier
}

const AUDIENCE = 'https://api.northwind.test'

export function createVerifier (cluster: Pick<Cluster, 'login'>, cache: JWKSCacheInput = {}): Verifier {
  const kids = new Set<string>()
  const failures: string[] = []
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', cluster.login), { [customFetch]: fetchHere, [jwksCache]: cache })
  return {
    kids,
    failures,
    async verify (token) {
      try {
        const { protectedHeader } = await jwtVerify(token, keys, { issuer: cluster.login, audience: AUDIENCE, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'sub', 'tenant_id'] })
        kids.add(protectedHeader.kid ?? '')
      } catch (error) {
        failures.push(error instanceof Error ? String(Reflect.get(error, 'code') ?? error.message) : String(error))
      }
    },
    later: seconds => createVerifier(cluster, 'jwks' in cache ? { jwks: cache.jwks, uat: cache.uat - seconds * 1000 } : {})
  }
}

/** The sign-in that a token speaks of. */
export function signInOf (token: string): string {
  return String(decodeJwt(token)['sid'])
}

// As browsers have it, and not every resolver: whatever ends in `.localhost` is this machine.
const fetchHere: FetchImplementation = async (url, { headers, signal }) => {
  const { host, port, pathname } = new URL(url)
  const answer = await request(`http://127.0.0.1:${port}${pathname}`, { headers: { ...Object.fromEntries(headers), host }, signal })
  return new Response(await answer.body.text(), { status: answer.statusCode })
}

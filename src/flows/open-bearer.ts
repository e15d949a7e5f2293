// May whoever holds one of our own access tokens pass? Only for the token's own app, and only while the sign-in behind it lives.
import type { Secret } from '../secret.ts'
import { checkSession } from '../tenant/access.ts'
import type { App } from '../tenant/app.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { LiveSession } from '../tenant/sign-in.ts'
import type { AccessTokenClaims } from '../token/claims.ts'
import { type KeyPolicy, type SigningKey, verificationKeys } from '../token/key-ring.ts'
import { buildJwks } from '../token/published.ts'
import { TokenRefusal } from '../token/refusal.ts'
import { verifyAccessToken } from '../token/verification.ts'
import type { Opened } from './check-access.ts'

type Published = ReturnType<typeof buildJwks>
interface Ring { readonly keys: readonly SigningKey[] }

export interface OpenBearerNeeds {
  readonly sessions: {
    /** The latest session of a sign-in, from memory where possible. */
    findBySignIn (signInId: string): LiveSession | null | Promise<LiveSession | null>
    /** The same, past any memory. */
    reloadBySignIn (signInId: string): Promise<LiveSession | null>
  }
  readonly ring: () => Ring | Promise<Ring>
  readonly issuer: string
  readonly policy: KeyPolicy
  readonly now: () => Date
}

const notSignedIn: Opened = { kind: 'closed', code: 'not-signed-in' }

export function openBearer (needs: OpenBearerNeeds) {
  const keysOf = rememberKeys(needs.policy)

  const judge = (session: LiveSession | null, claims: AccessTokenClaims): Opened => {
    // The token says who; only the session says whether that is still so.
    if (session === null || session.member.id !== claims.sub || session.tenant.id !== claims.tenant_id) return notSignedIn
    try {
      checkSession(session, needs.now())
    } catch (error) {
      if (error instanceof TenantRefusal) return { kind: 'closed', code: error.code }
      throw error
    }
    return { kind: 'open', session }
  }

  /** Of a token that is not ours, not this app's, or worn out, nothing is told but that nobody is signed in. */
  return async function (token: Secret, app: App): Promise<Opened> {
    const now = needs.now()
    const keys = keysOf((await needs.ring()).keys, now)
    let claims: AccessTokenClaims
    try {
      claims = await verifyAccessToken(token.reveal(), { issuer: needs.issuer, audience: app.audience, keys, now })
    } catch (error) {
      if (error instanceof TokenRefusal) return notSignedIn
      throw error
    }
    const opened = judge(await needs.sessions.findBySignIn(claims.sid), claims)
    // The browser may have been busy a moment ago, on another replica or in another of the sign-in's sessions.
    if (opened.kind === 'open' || opened.code !== 'session-expired') return opened
    return judge(await needs.sessions.reloadBySignIn(claims.sid), claims)
  }
}

export type OpenBearer = ReturnType<typeof openBearer>

// jose keeps imported keys by the object that they came in: the same keys are the same object.
function rememberKeys (policy: KeyPolicy): (keys: readonly SigningKey[], now: Date) => Published {
  let kept: { readonly names: string, readonly set: Published } = { names: '', set: { keys: [] } }
  return (keys, now) => {
    const believed = verificationKeys(keys, now, policy)
    const names = believed.map(({ kid }) => kid).join(' ')
    if (kept.names !== names) kept = { names, set: buildJwks(believed) }
    return kept.set
  }
}

// Which token does a session get for an app? Minted once, used again until little of it is left.
import type { App } from '../tenant/app.ts'
import { buildId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { LiveSession } from '../tenant/sign-in.ts'
import { type AccessTokenClaims, type AccessTokenInput, buildAccessTokenClaims } from '../token/claims.ts'
import { type KeyPolicy, type SigningKey, signingKey, verificationKeys } from '../token/key-ring.ts'
import { IssuedToken } from '../token/issued-token.ts'
import { TokenRefusal } from '../token/refusal.ts'
import type { Signer } from '../token/signing.ts'

export interface SigningRing {
  readonly keys: readonly SigningKey[]
  signer (kid: string): Promise<Signer>
}

export interface IssueTokenNeeds {
  readonly ring: () => SigningRing | Promise<SigningRing>
  /** The same where it need not be read. */
  readonly ringAtHand: () => SigningRing | null
  readonly issuer: string
  readonly lifetimeSeconds: number
  readonly policy: KeyPolicy
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
  /** Told of each token that was signed. */
  readonly onMinted?: (app: App) => void
}

export type IssueToken = (session: LiveSession, app: App) => IssuedToken | Promise<IssuedToken>

export interface TokenIssuer extends IssueToken {
  /** The token that was issued before, where that is still good; otherwise null, and nothing is begun. */
  atHand (session: LiveSession, app: App): IssuedToken | null
}

/**
 * Tokens hang on the session object: a change of roles, status or policy makes a new one, and with it new tokens.
 * The answer is at hand, not promised, whenever the last token is still good; a check depends on that for its speed.
 */
export function issueToken (needs: IssueTokenNeeds): TokenIssuer {
  const minting = new WeakMap<LiveSession, Map<string, Promise<IssuedToken>>>()

  // A page's first requests come all at once; one of them mints and the others wait for it.
  const mint = (session: LiveSession, app: App): Promise<IssuedToken> => {
    const key = keyOf(app)
    const ofSession = minting.get(session) ?? new Map<string, Promise<IssuedToken>>()
    minting.set(session, ofSession)
    const running = ofSession.get(key)
    if (running !== undefined) return running
    const mine = mintOne(session, app).finally(() => {
      ofSession.delete(key)
      // A hundred thousand sessions would keep as many empty lists.
      if (ofSession.size === 0) minting.delete(session)
    })
    ofSession.set(key, mine)
    return mine
  }

  const mintOne = async (session: LiveSession, app: App): Promise<IssuedToken> => {
    const ring = await needs.ring()
    const now = needs.now()
    const key = signingKey(ring.keys, now)
    if (key === null) throw new Error('There is no signing key. One is made at start; has somebody emptied the table?')
    const lifetimeSeconds = app.tokenLifetimeSeconds ?? needs.lifetimeSeconds
    const { member, tenant, signIn } = session
    const claims = claimsOf({
      issuer: needs.issuer,
      app,
      subject: { member, tenant, signInId: signIn.id, authTime: signIn.authTime, amr: signIn.amr, ...(signIn.acr === null ? {} : { acr: signIn.acr }) },
      now,
      lifetimeSeconds,
      tokenId: buildId('evt', needs.random(20)).slice(4),
      sessionExpiresAt: signIn.expiresAt
    })
    const token = await (await ring.signer(key.kid)).sign(claims)
    needs.onMinted?.(app)
    // What is renewed replaces what it renews.
    const one = new IssuedToken(token, { app, claims, kid: key.kid, ring })
    const others = issuedFor(session).filter(other => !other.isFor(app))
    session.issued = others.length === 0 ? one : [...others, one]
    return one
  }

  const isGood = (one: IssuedToken, ring: SigningRing, now: Date): boolean =>
    now.getTime() < one.renewAt * 1000 && (one.ring === ring || verificationKeys(ring.keys, now, needs.policy).some(key => key.kid === one.kid))

  // With the audience: a token for the old one is none for an app whose audience has been changed.
  const find = (session: LiveSession, app: App): IssuedToken | undefined => {
    const kept = session.issued
    return kept instanceof IssuedToken ? (kept.isFor(app) ? kept : undefined) : issuedFor(session).find(other => other.isFor(app))
  }

  const atHand = (session: LiveSession, app: App): IssuedToken | null => {
    const one = find(session, app)
    const ring = needs.ringAtHand()
    return one !== undefined && ring !== null && isGood(one, ring, needs.now()) ? one : null
  }

  const issue = (session: LiveSession, app: App): IssuedToken | Promise<IssuedToken> => {
    const one = find(session, app)
    if (one === undefined) return mint(session, app)
    const ring = needs.ring()
    if (ring instanceof Promise) return ring.then(async found => isGood(one, found, needs.now()) ? one : await mint(session, app))
    return isGood(one, ring, needs.now()) ? one : mint(session, app)
  }
  return Object.assign(issue, { atHand })
}

// Most sessions are of one app, and a hundred thousand lists of one are a lot of lists.
function issuedFor ({ issued }: LiveSession): readonly IssuedToken[] {
  return [issued].flat().filter(one => one instanceof IssuedToken)
}

function keyOf (app: App): string {
  return `${app.id} ${app.audience}`
}

// In its last second a session lives and no token can: to whoever knocks that is the end of the session, and the way to a new one.
function claimsOf (input: AccessTokenInput): AccessTokenClaims {
  try {
    return buildAccessTokenClaims(input)
  } catch (error) {
    if (error instanceof TokenRefusal && error.code === 'access-token-expired') throw new TenantRefusal('session-expired', undefined, { cause: error })
    throw error
  }
}

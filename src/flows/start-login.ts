// How does a login begin? One way for every door: the login page, a link with a hint, a tile.
import { buildAuthorizationRequest } from '../oidc/authorization-request.ts'
import type { Issuer, ProviderMetadata } from '../oidc/discovery.ts'
import { hashOf } from '../oidc/hash.ts'
import { challengeOf } from '../oidc/pkce.ts'
import { ATTEMPT_SECONDS, type Door, type FailedStart, type NewAttempt, type Purpose } from '../tenant/attempt.ts'
import type { Connection } from '../tenant/connection.ts'
import type { Hop } from '../tenant/hop.ts'
import type { ConnectionId } from '../tenant/id.ts'
import type { ReturnTo } from '../tenant/return-to.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkEntry } from '../tenant/roll-out.ts'
import { checkEntitled, type Tenant } from '../tenant/tenant.ts'
import { codeOf, type EndedLogin, failureStep, isExpected, outcomeOf } from './login-failure.ts'
import { type LoginStory, tellStory } from './login-story.ts'

export interface StartLoginNeeds {
  readonly idp: { metadata (provider: { connectionId: ConnectionId, issuer: Issuer, clientId: string }): Promise<ProviderMetadata> }
  readonly attempts: {
    save (attempt: NewAttempt): Promise<void>
    saveFailedStart (failure: FailedStart): Promise<void>
  }
  readonly publicUrl: string
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface LoginStart {
  readonly door: Door
  readonly tenant: Tenant
  readonly connection: Connection
  /** What the person typed or the tile said; null when nobody said anything. */
  readonly loginHint: string | null
  readonly returnTo: ReturnTo | null
  readonly purpose: Purpose
  /** Set when the login began on an app's own host. */
  readonly hop: Hop | null
  /** Whether a target was wanted that no app allows. */
  readonly returnToDropped: boolean
  readonly reference: string
}

/** Where the browser goes, and what it must bring back. */
export interface StartedLogin {
  readonly kind: 'started'
  readonly location: string
  readonly attempt: { readonly stateHash: string, readonly nonce: string, readonly verifier: string, readonly startedAt: Date }
}

/** The one redirect URI of a connection: the mix-up defence (RFC 9700 §4.4.2) where a provider sends no `iss`, as Okta does not. */
export function redirectUriOf (publicUrl: string, connectionId: ConnectionId): string {
  return `${publicUrl}/auth/callback/${connectionId}`
}

export function startLogin (needs: StartLoginNeeds) {
  return async function (start: LoginStart): Promise<StartedLogin | EndedLogin> {
    const story = tellStory(start.reference, needs.now)
    story.note('asked', { door: start.door, connection: start.connection.id })
    if (start.returnToDropped) story.note('return-to-dropped')
    try {
      checkEntitled(start.tenant)
      checkEntry(start.purpose, start.connection, start.loginHint)
      // A setup that is under way has the connection before the app exists in Okta.
      if (start.connection.clientId === '') throw new TenantRefusal('connection-incomplete')
      return await send(needs, start, story)
    } catch (error) {
      if (!isExpected(error)) throw error
      const at = needs.now()
      const { tenant, connection, reference, door, loginHint } = start
      await needs.attempts.saveFailedStart({
        tenantId: tenant.id,
        connectionId: connection.id,
        reference,
        door,
        loginHint,
        outcome: outcomeOf(error),
        code: codeOf(error),
        steps: [...story.steps, failureStep(error, at)],
        at
      })
      return { kind: 'ended', error, code: codeOf(error), reference, tenant, connection, purpose: start.purpose.kind }
    }
  }
}

async function send (needs: StartLoginNeeds, start: LoginStart, story: LoginStory): Promise<StartedLogin> {
  const { connection, tenant } = start
  const metadata = await story.waitFor('provider-known', async () =>
    await needs.idp.metadata({ connectionId: connection.id, issuer: connection.issuer, clientId: connection.clientId }),
  ({ issuer }) => ({ issuer }))

  const [state, nonce, verifier] = drawWords(needs)
  const redirectUri = redirectUriOf(needs.publicUrl, connection.id)
  const codeChallenge = challengeOf(verifier)
  const startedAt = needs.now()
  const location = buildAuthorizationRequest({
    metadata,
    clientId: connection.clientId,
    redirectUri,
    scopes: connection.scopes,
    state,
    nonce,
    codeChallenge,
    ...(start.loginHint === null ? {} : { loginHint: start.loginHint })
  })
  story.note('sent-to-okta', { host: new URL(location).host })
  const stateHash = hashOf(state)
  await needs.attempts.save({
    tenantId: tenant.id,
    stateHash,
    pending: {
      reference: start.reference,
      connectionId: connection.id,
      connectionVersion: connection.version,
      issuer: connection.issuer,
      redirectUri,
      nonceHash: hashOf(nonce),
      codeChallenge,
      returnTo: start.returnTo,
      purpose: start.purpose,
      hop: start.hop,
      startedAt,
      expiresAt: new Date(startedAt.getTime() + ATTEMPT_SECONDS * 1000)
    },
    door: start.door,
    loginHint: start.loginHint,
    steps: story.steps
  })
  return { kind: 'started', location, attempt: { stateHash, nonce, verifier, startedAt } }
}

// 256 bits each: state is the key of the attempt, nonce binds the ID token, verifier binds the code.
function drawWords (needs: StartLoginNeeds): [state: string, nonce: string, verifier: string] {
  const drawn = Buffer.from(needs.random(96))
  const word = (from: number) => drawn.toString('base64url', from, from + 32)
  return [word(0), word(32), word(64)]
}

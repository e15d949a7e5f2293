// How does a login end? The browser comes back with a code, and goes on as a member or learns why not.
import { type CallbackParameters, checkCallback, parseCallback } from '../oidc/authorization-response.ts'
import type { Issuer, ProviderMetadata } from '../oidc/discovery.ts'
import { hashOf } from '../oidc/hash.ts'
import { checkIdToken, type IdTokenClaims } from '../oidc/id-token.ts'
import { plainText } from '../oidc/plain-text.ts'
import { OidcRefusal } from '../oidc/refusal.ts'
import type { TokenResponse } from '../oidc/token-response.ts'
import type { VerificationKeys } from '../oidc/verified-jwt.ts'
import type { Conclusion, ConsumedAttempt, SpentAttempt, Step } from '../tenant/attempt.ts'
import type { Hop } from '../tenant/hop.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { buildId } from '../tenant/id.ts'
import type { Member } from '../tenant/member.ts'
import { checkEntry } from '../tenant/roll-out.ts'
import type { NewSignIn } from '../tenant/sign-in.ts'
import { checkEntitled, sessionLimits, type Tenant } from '../tenant/tenant.ts'
import { admitInvited, type AdmitInvitedNeeds } from './accept-invitation.ts'
import { admitPerson, type AdmitPersonNeeds } from './admit-person.ts'
import { codeOf, type EndedLogin, type ExpectedError, failureStep, isExpected, outcomeOf } from './login-failure.ts'
import { type LoginStory, tellStory } from './login-story.ts'
import { redeemCode, type RedeemCodeNeeds } from './redeem-code.ts'
import { rehearseLogin, type RehearseLoginNeeds, type TestedLogin } from './rehearse-login.ts'

export interface CompleteLoginNeeds extends AdmitPersonNeeds, AdmitInvitedNeeds, RedeemCodeNeeds {
  readonly idp: AdmitPersonNeeds['idp'] & RedeemCodeNeeds['idp'] & {
    metadata (provider: ProviderOf): Promise<ProviderMetadata>
    keys (provider: ProviderOf, metadata: ProviderMetadata): VerificationKeys
  }
  readonly attempts: {
    consume (stateHash: string): Promise<ConsumedAttempt | null>
    conclude (tenantId: TenantId, reference: string, conclusion: Conclusion): Promise<void>
    noteReturn (stateHash: string, step: Step): Promise<SpentAttempt | null>
  }
  readonly connections: RedeemCodeNeeds['connections'] & RehearseLoginNeeds['connections']
  /** Does what is waited for, and may note how long that took. */
  readonly measure?: <Value>(stage: 'verification' | 'admission', work: () => Promise<Value>) => Promise<Value>
  readonly sessionLimits: { readonly idleSeconds: number, readonly lifetimeSeconds: number }
}

interface ProviderOf { readonly connectionId: ConnectionId, readonly issuer: Issuer, readonly clientId: string }

export interface Callback {
  /** What the path of the redirect URI names. */
  readonly connectionId: string
  /** The raw query string. */
  readonly query: string
  /** Reads what this browser holds for the attempt with that state hash; null when it holds nothing. */
  readonly browserHolds: (stateHash: string) => { readonly nonce: string, readonly verifier: string } | null
  /** From where it comes. */
  readonly address: string
  /** For failures that belong to no attempt. */
  readonly reference: string
}

/** Everything that the new session is made of; nothing has been written of it yet. */
export interface SignedIn {
  readonly kind: 'signed-in'
  readonly newSignIn: NewSignIn
  readonly idleSeconds: number
  readonly stateHash: string
  readonly tenant: Tenant
  readonly member: Member
  readonly returnTo: string | null
  readonly hop: Hop | null
}

/** A callback that was answered before: the back button, a reload, a prefetch. Nothing is redeemed twice. */
export interface SpentLogin extends SpentAttempt {
  readonly kind: 'spent'
}

/** Only the first of these can become a session. */
export type CompletedLogin = SignedIn | TestedLogin | SpentLogin | EndedLogin

export function completeLogin (needs: CompleteLoginNeeds) {
  return async function (callback: Callback): Promise<CompletedLogin> {
    let parameters: CallbackParameters
    try {
      parameters = parseCallback(callback.query)
    } catch (error) {
      return endUnknown(error, callback.reference)
    }
    const stateHash = hashOf(parameters.state)
    const consumed = await needs.attempts.consume(stateHash)
    if (consumed === null) {
      const spent = await needs.attempts.noteReturn(stateHash, { at: needs.now(), name: 'came-back-again' })
      if (spent !== null && spent.connectionId === callback.connectionId) return { kind: 'spent', ...spent }
      return endUnknown(new OidcRefusal('attempt-unknown'), spent?.reference ?? callback.reference)
    }
    const story = tellStory(consumed.pending.reference, needs.now)
    story.note('came-back')
    try {
      return await finish(needs, callback, parameters, stateHash, consumed, story)
    } catch (error) {
      if (!isExpected(error)) throw error
      return await end(needs, consumed, story, error)
    }
  }
}

async function finish (needs: CompleteLoginNeeds, callback: Callback, parameters: CallbackParameters, stateHash: string, consumed: ConsumedAttempt, story: LoginStory): Promise<SignedIn | TestedLogin> {
  const { connection, tenant, pending } = consumed
  const { measure = async (_stage, work) => await work() } = needs
  // The attempt is spent, but nobody is asked anything on behalf of a state that is not this path's.
  if (pending.connectionId !== callback.connectionId) throw new OidcRefusal('attempt-other-connection')
  checkEntitled(tenant)
  checkEntry(pending.purpose, connection, null)
  const provider = { connectionId: connection.id, issuer: pending.issuer, clientId: connection.clientId }
  const metadata = await story.waitFor('provider-known', async () => await needs.idp.metadata(provider))
  const checked = checkCallback({ parameters, attempt: pending, browser: callback.browserHolds(stateHash), connection, metadata, now: needs.now() })
  story.note('callback-checked')

  const tokens = await redeemCode(needs)(checked, connection, metadata, story)
  const claims = await story.waitFor('id-token-verified', async () => await measure('verification', async () => await checkIdToken({
    tokens,
    callback: checked,
    clientId: connection.clientId,
    algorithms: metadata.algorithms,
    keys: needs.idp.keys(provider, metadata),
    now: needs.now()
  })), told)

  const person = { tenant, connection, metadata, tokens, claims, story }
  switch (pending.purpose.kind) {
    case 'sign-in': {
      const member = await measure('admission', async () => await admitPerson(needs)(person))
      story.note('signed-in')
      return build(needs, consumed, { stateHash, address: callback.address }, claims, tokens, member, story)
    }
    case 'invitation': {
      const { invitationId } = pending.purpose
      const member = await measure('admission', async () => await admitInvited(needs)({ ...person, invitationId }))
      story.note('signed-in')
      return build(needs, consumed, { stateHash, address: callback.address }, claims, tokens, member, story)
    }
    case 'test': return await rehearseLogin(needs)(person, { version: pending.connectionVersion, shadow: pending.purpose.shadow })
    // What a login is for is read from a table: a kind that nobody here knows signs nobody in.
    default: throw new OidcRefusal('attempt-unknown')
  }
}

// Which claims came, never what they hold; the kinds of proof are worth knowing whole. The names are the provider's to choose.
function told (claims: IdTokenClaims): Step['detail'] {
  return { claims: Object.keys(claims.raw).slice(0, 40).map(name => plainText(name, 64)), amr: claims.amr }
}

function build (needs: CompleteLoginNeeds, { tenant, connection, pending }: ConsumedAttempt, { stateHash, address }: { readonly stateHash: string, readonly address: string }, claims: IdTokenClaims, tokens: TokenResponse, member: Member, story: LoginStory): SignedIn {
  const createdAt = needs.now()
  const limits = sessionLimits(tenant, needs.sessionLimits)
  const wanted = createdAt.getTime() + limits.lifetimeSeconds * 1000
  const expiresAt = new Date(Math.min(wanted, claims.sessionExpiry?.getTime() ?? Infinity))
  return {
    kind: 'signed-in',
    stateHash,
    tenant,
    member,
    idleSeconds: limits.idleSeconds,
    returnTo: pending.returnTo,
    hop: pending.hop,
    newSignIn: {
      signIn: {
        id: buildId('sin', needs.random(20)),
        tenantId: tenant.id,
        connectionId: connection.id,
        memberId: member.id,
        authTime: claims.authTime ?? claims.issuedAt,
        amr: claims.amr,
        acr: claims.acr ?? null,
        expiresAt
      },
      issuer: claims.issuer,
      subject: claims.subject,
      providerSessionId: claims.sessionId ?? null,
      idToken: connection.endsOktaSession ? tokens.idToken : null,
      address,
      reference: story.reference,
      steps: story.steps,
      createdAt
    }
  }
}

async function end (needs: CompleteLoginNeeds, { tenant, connection, pending }: ConsumedAttempt, story: LoginStory, error: ExpectedError): Promise<EndedLogin> {
  const at = needs.now()
  const code = codeOf(error)
  await needs.attempts.conclude(tenant.id, pending.reference, { outcome: outcomeOf(error), code, steps: [...story.steps, failureStep(error, at)], at })
  return { kind: 'ended', error, code, reference: pending.reference, tenant, connection, purpose: pending.purpose.kind }
}

function endUnknown (error: unknown, reference: string): EndedLogin {
  if (!isExpected(error)) throw error
  return { kind: 'ended', error, code: codeOf(error), reference, tenant: null, connection: null }
}

// Does a provider take us for who we are, and would it send people back to us? Asked with requests that are bound to fail.
import type { Advertisement } from '../oidc/advertisement.ts'
import type { Answer } from '../oidc/answer.ts'
import type { AuthorizationRequest } from '../oidc/authorization-request.ts'
import type { ClientCredentials } from '../oidc/client-authentication.ts'
import type { ProviderMetadata } from '../oidc/discovery.ts'
import { parseCallbackError, parseProviderError } from '../oidc/provider-error.ts'
import { outageOf } from '../oidc/provider-outage.ts'
import { buildCredentialsRequest, buildPushedRequest, buildSilentRequest } from '../oidc/setup-requests.ts'
import { diagnose } from '../okta/diagnosis.ts'
import type { PreflightObservations } from '../okta/preflight-observations.ts'
import { Outage } from '../outage.ts'
import type { ConnectionWithProofs } from '../tenant/connection.ts'
import type { Ask } from './ask-organization.ts'
import { proveClient, type ProveClientNeeds } from './prove-client.ts'

type Authorization = PreflightObservations['authorization']

/** A provider whose metadata may be believed. */
export interface Found { readonly metadata: ProviderMetadata, readonly advertisement: Advertisement }

/** With each of our credentials, a code that nobody gave out. @returns what the token endpoint said to each. */
export async function probeCredentials (needs: ProveClientNeeds, ask: Ask, connection: ConnectionWithProofs, { tokenEndpoint }: ProviderMetadata, redirectUri: string): Promise<PreflightObservations['credentials']> {
  const seen: Array<PreflightObservations['credentials'][number]> = []
  for (const credentials of await credentialsFor(needs, connection, tokenEndpoint)) {
    try {
      const answer = await ask(buildCredentialsRequest({ tokenEndpoint, credentials, redirectUri, code: word(needs), verifier: word(needs) }))
      const outage = outageOf(answer, needs.now())
      seen.push(outage === null ? { kind: 'said', error: parseProviderError('token', answer) } : { kind: 'outage', code: outage.code })
    } catch (error) {
      seen.push(outageOrThrow(error))
    }
  }
  return seen
}

// A secret that was never entered proves nothing, and asking with an empty one would only count as a failure over there.
async function credentialsFor (needs: ProveClientNeeds, connection: ConnectionWithProofs, audience: string): Promise<readonly ClientCredentials[]> {
  const { clientAuthentication, proofs } = connection
  if (clientAuthentication !== 'private_key_jwt' && proofs.clientSecret === null) return []
  if (clientAuthentication === 'private_key_jwt' && proofs.clientKey === null) return []
  return await proveClient(needs, connection, proofs, audience)
}

/** A request that nobody can answer, pushed where that is offered and else visited. @returns whether it came back, and with what. */
export async function probeAuthorization (needs: ProveClientNeeds, ask: Ask, connection: ConnectionWithProofs, found: Found, redirectUri: string): Promise<Authorization> {
  const { clientId, scopes } = connection
  const request: AuthorizationRequest = { metadata: found.metadata, clientId, redirectUri, scopes, state: word(needs), nonce: word(needs), codeChallenge: word(needs) }
  try {
    const pushed = await push(needs, ask, connection, found, request)
    return pushed ?? readVisit(await ask(buildSilentRequest(request)), redirectUri)
  } catch (error) {
    return outageOrThrow(error)
  }
}

// Only a clear word counts: where pushing is not licensed, or the credentials are wrong, the silent visit tells as well.
async function push (needs: ProveClientNeeds, ask: Ask, connection: ConnectionWithProofs, { advertisement: { pushedRequestEndpoint: endpoint } }: Found, request: AuthorizationRequest): Promise<Authorization | null> {
  const [credentials] = endpoint === null ? [] : await credentialsFor(needs, connection, endpoint)
  if (endpoint === null || credentials === undefined) return null
  const answer = await ask(buildPushedRequest({ endpoint, credentials, request }))
  if (answer.status === 201) return { kind: 'sent-back', error: null }
  const error = parseProviderError('token', answer)
  return diagnose(error, { vendorName: '', issuer: '' }).code === 'redirect-uri-unregistered' ? { kind: 'stopped', error } : null
}

function readVisit (answer: Answer, redirectUri: string): Authorization {
  const target = answer.status >= 300 && answer.status < 400 ? URL.parse(answer.headers.location ?? '') : null
  if (target !== null && target.origin + target.pathname === redirectUri) {
    const error = target.searchParams.get('error')
    return { kind: 'sent-back', error: error === null ? null : parseCallbackError(error, target.searchParams.get('error_description') ?? undefined) }
  }
  if (answer.status !== 400) return { kind: 'unclear' }
  const said = parseProviderError('callback', answer)
  // A page in whatever language: the client is known by now, so of what keeps Okta from sending people back only the address is left.
  return { kind: 'stopped', error: said.error === 'http-400' ? { ...said, error: 'invalid_redirect_uri' } : said }
}

/** An outage as an observation; our own faults are thrown. */
export function outageOrThrow (error: unknown): { kind: 'outage', code: Outage['code'] } {
  if (error instanceof Outage) return { kind: 'outage', code: error.code }
  throw error
}

// 256 bits, as long as what a login sends; none of it is ever used again.
function word ({ random }: ProveClientNeeds): string {
  return Buffer.from(random(32)).toString('base64url')
}

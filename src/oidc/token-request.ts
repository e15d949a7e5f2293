// What is sent to redeem a code? OpenID Connect Core §3.1.3.1, RFC 7636 §4.5.
import type { OutgoingRequest } from './answer.ts'
import type { CheckedCallback } from './authorization-response.ts'
import { buildClientAuthentication } from './client-authentication.ts'
import type { ClientCredentials } from './client-authentication.ts'
import type { ProviderMetadata } from './discovery.ts'
import { OidcRefusal } from './refusal.ts'

/**
 * Takes a checked callback, the metadata of its provider and our credentials there; returns the request. It names no
 * Origin, with which Okta takes us for a browser. Refuses metadata of another issuer (`callback-issuer-mismatch`).
 */
export function buildTokenRequest (callback: CheckedCallback, input: { metadata: Pick<ProviderMetadata, 'issuer' | 'tokenEndpoint'>, credentials: ClientCredentials }): OutgoingRequest {
  // Mix-up (RFC 9700 §4.4): a code is worth something only at the provider that gave it, and goes to no other.
  if (input.metadata.issuer !== callback.issuer) throw new OidcRefusal('callback-issuer-mismatch', { detail: 'the code belongs to another provider' })
  const authentication = buildClientAuthentication(input.credentials)
  const form = new URLSearchParams({
    grant_type: 'authorization_code',
    code: callback.code.reveal(),
    redirect_uri: callback.redirectUri,
    code_verifier: callback.verifier.reveal(),
    ...authentication.parameters
  })
  return {
    method: 'POST',
    url: input.metadata.tokenEndpoint,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...authentication.headers },
    body: form.toString()
  }
}

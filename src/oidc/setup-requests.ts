// What is sent to see whether a provider knows us, before anybody signs in? RFC 6749 §5.2, RFC 9126 §2.1.
import type { OutgoingRequest } from './answer.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import { buildAuthorizationRequest } from './authorization-request.ts'
import { buildClientAuthentication } from './client-authentication.ts'
import type { ClientCredentials } from './client-authentication.ts'

/**
 * Takes our credentials and a code that nobody has given out. @returns a token request that is bound to fail: `invalid_client`
 * says that the credentials are not taken, `invalid_grant` that they are, because whose request it is is looked at before the code.
 */
export function buildCredentialsRequest (input: { tokenEndpoint: string, credentials: ClientCredentials, redirectUri: string, code: string, verifier: string }): OutgoingRequest {
  return buildForm(input.tokenEndpoint, input.credentials, { grant_type: 'authorization_code', code: input.code, redirect_uri: input.redirectUri, code_verifier: input.verifier })
}

/** Takes an authorization request; returns it as one that is pushed. Nobody is ever sent to the address that it yields. */
export function buildPushedRequest (input: { endpoint: string, credentials: ClientCredentials, request: AuthorizationRequest }): OutgoingRequest {
  return buildForm(input.endpoint, input.credentials, Object.fromEntries(new URL(buildAuthorizationRequest(input.request)).searchParams))
}

/** Takes an authorization request; returns it as a visit without a session: with `prompt=none` the answer is an error, and where it goes tells. */
export function buildSilentRequest (request: AuthorizationRequest): OutgoingRequest {
  return { method: 'GET', url: buildAuthorizationRequest({ ...request, prompt: 'none' }), headers: { accept: 'text/html' } }
}

function buildForm (url: string, credentials: ClientCredentials, parameters: Record<string, string>): OutgoingRequest {
  const authentication = buildClientAuthentication(credentials)
  return {
    method: 'POST',
    url,
    headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...authentication.headers },
    body: new URLSearchParams({ ...parameters, ...authentication.parameters }).toString()
  }
}

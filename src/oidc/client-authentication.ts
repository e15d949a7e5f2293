// How does the gateway prove to the token endpoint who it is? RFC 6749 §2.3.1, OpenID Connect Core §9.
import type { Secret } from '../secret.ts'
import { ASSERTION_TYPE } from './client-assertion.ts'

export type ClientCredentials =
  | { readonly method: 'client_secret_basic' | 'client_secret_post', readonly clientId: string, readonly clientSecret: Secret }
  | { readonly method: 'private_key_jwt', readonly clientId: string, readonly clientAssertion: Secret }

/**
 * Takes the credentials of a connection; returns the headers and form parameters to add. Never two kinds at once:
 * Okta refuses a request with two sets of credentials.
 */
export function buildClientAuthentication (credentials: ClientCredentials): { headers: Record<string, string>, parameters: Record<string, string> } {
  const { clientId } = credentials
  if (credentials.method === 'private_key_jwt') {
    return { headers: {}, parameters: { client_id: clientId, client_assertion_type: ASSERTION_TYPE, client_assertion: credentials.clientAssertion.reveal() } }
  }
  const { method, clientSecret } = credentials
  if (method === 'client_secret_post') {
    return { headers: {}, parameters: { client_id: clientId, client_secret: clientSecret.reveal() } }
  }
  // Form-encoded inside the Base64, as §2.3.1 says. Okta documents plain Base64, and for the secrets it generates
  // (letters, digits, `-`, `_`) the two are the same bytes. They differ for secrets that a customer chose with other
  // characters; then the rule every other server goes by is the better guess, and client_secret_post has no such doubt.
  const pair = Buffer.from(`${formEncode(clientId)}:${formEncode(clientSecret.reveal())}`).toString('base64')
  return { headers: { authorization: `Basic ${pair}` }, parameters: {} }
}

function formEncode (text: string): string {
  // As it is for what Okta makes.
  if (/^[\w.*-]*$/.test(text)) return text
  return new URLSearchParams({ '': text }).toString().slice(1)
}

// Is this the client it says it is? Okta's answers to the ways of getting that wrong.
import type { House } from './house.ts'
import { oauthError, oktaError } from './reply.ts'
import type { Reply, Visit } from './reply.ts'

/** Returns the refusal, or null for the right client, authenticated as it is registered. */
export function checkClient (house: House, visit: Visit): Reply | null {
  if (visit.headers.origin !== undefined) return oauthError(401, 'invalid_client', 'Browser requests to the token endpoint must use Proof Key for Code Exchange.')
  const basic = /^Basic (.+)$/i.exec(visit.headers.authorization ?? '')?.[1]
  const posted = visit.form.get('client_secret')
  if (basic !== undefined && posted !== null) {
    return oauthError(400, 'invalid_request', "Can't supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a `client_assertion` in the post body.")
  }
  // Plain, not form-encoded: that is how Okta documents it.
  const pair = Buffer.from(basic ?? '', 'base64').toString()
  const clientId = basic === undefined ? visit.form.get('client_id') : pair.slice(0, pair.indexOf(':'))
  const secret = basic === undefined ? posted : pair.slice(pair.indexOf(':') + 1)
  if (clientId !== house.clientId) return oktaError(401, 'invalid_client', "Invalid value for 'client_id' parameter.")
  const method = basic === undefined ? 'client_secret_post' : 'client_secret_basic'
  if (secret === null || (house.clientAuthentication !== 'any' && house.clientAuthentication !== method)) {
    return oauthError(401, 'invalid_client', 'Client authentication failed. Either the client or the client credentials are invalid.')
  }
  if (secret !== house.clientSecret) return oauthError(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.')
  return null
}

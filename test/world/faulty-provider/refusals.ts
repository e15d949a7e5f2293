// In which words does Okta refuse? The bodies as it sends them.
import { json, oauthError, oktaError } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Refusal } from './faults.ts'

/** Takes the name of a refusal and the current time, which a 429 needs. */
export function buildRefusal (refusal: Refusal, now: Date): Reply {
  switch (refusal) {
    case 'invalid-client': return oauthError(401, 'invalid_client', 'The client secret supplied for a confidential client is invalid.')
    case 'invalid-client-envelope': return oktaError(401, 'invalid_client', "Invalid value for 'client_id' parameter.")
    case 'invalid-grant': return oauthError(400, 'invalid_grant', 'The authorization code is invalid or has expired.')
    case 'network-zone': return oauthError(403, 'access_denied', "The request is made from outside the client's permitted network zones.")
    case 'busy': return oktaError(429, 'E0000047', 'You exceeded the maximum number of requests. Try again in a while.', {
      'x-rate-limit-limit': '60', 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': String(Math.floor(now.getTime() / 1000) + 5)
    })
    case 'unavailable': return { status: 503, headers: { 'content-type': 'text/html' }, body: '<html><body>Service Unavailable</body></html>' }
    case 'invalid-token': return json(401, {}, { 'www-authenticate': 'Bearer error="invalid_token", error_description="The access token is invalid"' })
    case 'insufficient-scope': return json(403, {}, { 'www-authenticate': 'Bearer error="insufficient_scope", error_description="The access token must provide access to at least one of these scopes - profile, email, address or phone"' })
    case 'broken': return oktaError(500, 'E0000009', 'Internal Server Error')
  }
}

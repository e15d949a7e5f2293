// How does Okta put it? The sentences its admins know, in place of the ones of the library underneath.
import { errors } from './library.ts'

export const NOT_ASSIGNED = 'User is not assigned to the client application.'
export const BAD_REDIRECT_URI = "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings."
export const BAD_LOGOUT_URI = "The 'post_logout_redirect_uri' parameter must be a Logout redirect URI in the client app settings."
export const BAD_CLIENT = "Invalid value for 'client_id' parameter."
export const BAD_HINT = "The 'id_token_hint' parameter is invalid."
export const NOT_SIGNED_IN = 'The client specified not to prompt, but the user is not logged in.'
export const BAD_STATE = "The authentication request has an invalid 'state' parameter."
export const CUSTOM_SCOPE = 'Custom scopes are not allowed for this request'

function detailOf (error: Error): string {
  return 'error_detail' in error && typeof error.error_detail === 'string' ? error.error_detail : ''
}

/** The page somebody sees whom Okta cannot send back. */
export function explainOnPage (error: Error): string {
  if (error instanceof errors.InvalidRedirectUri) return BAD_REDIRECT_URI
  if (error instanceof errors.InvalidClient) return BAD_CLIENT
  return 'error_description' in error && typeof error.error_description === 'string' ? error.error_description : 'Something went wrong.'
}

/** `error_description` of the token endpoint, or undefined where the library's own will do. */
export function explainAtToken (error: Error): string | undefined {
  const detail = detailOf(error)
  if (error instanceof errors.InvalidClientAuth) return 'The client secret supplied for a confidential client is invalid.'
  if (error instanceof errors.InvalidGrant) {
    if (/code_verifier|code_challenge/.test(detail)) return 'PKCE verification failed.'
    if (/client mismatch/.test(detail)) return 'The grant was issued to another client. Ensure that the `client_id` matches the one used at the authorize request.'
    return 'The authorization code is invalid or has expired.'
  }
  return undefined
}

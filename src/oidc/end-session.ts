// How does the browser end its session at the provider too? OpenID Connect RP-Initiated Logout §2.
import type { Secret } from '../secret.ts'

export interface EndSessionRequest {
  readonly endSessionEndpoint: string
  readonly idToken: Secret
  /** Must be registered at the provider, which shows an error page otherwise. */
  readonly postLogoutRedirectUri?: string
  readonly state?: string
}

/**
 * Takes the endpoint and the session's last ID token, expired or not; returns the form that the browser is to POST. Not a
 * redirect: an ID token in a URL ends up in histories and logs. Not from the server: that leaves Okta's own session alive.
 */
export function buildEndSession (input: EndSessionRequest): { url: string, fields: Record<string, Secret | string> } {
  const { endSessionEndpoint, idToken, postLogoutRedirectUri, state } = input
  return {
    url: endSessionEndpoint,
    fields: {
      id_token_hint: idToken,
      ...(postLogoutRedirectUri === undefined ? {} : { post_logout_redirect_uri: postLogoutRedirectUri }),
      ...(state === undefined ? {} : { state })
    }
  }
}

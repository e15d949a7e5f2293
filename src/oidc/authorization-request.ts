// Where is the browser sent to sign in? OpenID Connect Core §3.1.2.1, code flow with PKCE and nothing else.
import type { ProviderMetadata } from './discovery.ts'

export interface AuthorizationRequest {
  readonly metadata: Pick<ProviderMetadata, 'authorizationEndpoint'>
  readonly clientId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string
  readonly nonce: string
  readonly codeChallenge: string
  readonly loginHint?: string | undefined
  readonly prompt?: 'login' | 'none' | undefined
  readonly maxAgeSeconds?: number | undefined
}

/** Takes what identifies this one attempt; returns the URL for the browser. Parameters the endpoint brings along are kept. */
export function buildAuthorizationRequest (input: AuthorizationRequest): string {
  const url = new URL(input.metadata.authorizationEndpoint)
  const parameters: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: input.clientId,
    redirect_uri: input.redirectUri,
    scope: [...new Set(['openid', ...input.scopes])].join(' '),
    state: input.state,
    nonce: input.nonce,
    // Always, whatever the metadata says of PKCE: a provider that ignores it costs nothing, a downgrade would.
    code_challenge: input.codeChallenge,
    code_challenge_method: 'S256',
    login_hint: input.loginHint,
    prompt: input.prompt,
    max_age: input.maxAgeSeconds?.toFixed(0)
  }
  // Not in the URL itself, which would be put together anew with each of them.
  const query = new URLSearchParams(url.search)
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) query.set(name, value)
  url.search = query.toString()
  return url.href
}

// Why was a message of the protocol refused? One closed list of codes.

export type OidcRefusalCode =
  // the provider's metadata (OpenID Connect Discovery §4.3)
  | 'issuer-malformed'
  | 'discovery-malformed'
  | 'discovery-issuer-mismatch'
  | 'discovery-endpoint-foreign'
  | 'discovery-unsupported'
  | 'discovery-client-unknown' // Okta's 400 invalid_client to discovery?client_id=
  // the way back through the browser (OAuth 2.0 §4.1.2, RFC 9207)
  | 'callback-malformed'
  | 'callback-duplicate-parameter'
  | 'callback-unsolicited-token'
  | 'callback-issuer-mismatch'
  | 'callback-issuer-missing'
  | 'callback-error' // the provider said no; `provider` tells how
  | 'attempt-unknown' // no such state, spent, or never ours
  | 'attempt-expired'
  | 'attempt-other-browser'
  | 'attempt-other-connection'
  | 'attempt-connection-changed'
  // the token endpoint
  | 'token-refused' // an error answer of the provider; `provider` tells how
  | 'token-malformed'
  | 'id-token-missing'
  // the ID token (OIDC Core §3.1.3.7)
  | 'id-token-encrypted'
  | 'id-token-malformed'
  | 'id-token-type'
  | 'id-token-algorithm'
  | 'id-token-key-unknown'
  | 'id-token-signature'
  | 'id-token-issuer'
  | 'id-token-audience'
  | 'id-token-authorized-party'
  | 'id-token-expired'
  | 'id-token-issued-at'
  | 'id-token-subject'
  | 'id-token-nonce'
  | 'id-token-access-token-hash'
  | 'id-token-authentication-time'
  | 'id-token-claims' // a required claim is missing or of the wrong type
  // userinfo (OIDC Core §5.3)
  | 'userinfo-refused'
  | 'userinfo-malformed'
  | 'userinfo-subject-mismatch'
  // login initiation (OIDC Core §4)
  | 'initiation-malformed'
  | 'initiation-issuer-mismatch'
  | 'initiation-id-token'
  | 'initiation-ambiguous'
  | 'initiation-loop'

/** What the provider itself said, capped and stripped of control characters. For diagnosis and the attempt's story. */
export interface ProviderError {
  readonly where: 'discovery' | 'callback' | 'token' | 'userinfo' | 'keys'
  readonly status?: number
  readonly error: string
  readonly description?: string
  readonly requestId?: string
}

/** The provider's message, or the browser's, breaks a rule of the protocol. Answered 4xx, logged as information. */
export class OidcRefusal extends Error {
  readonly code: OidcRefusalCode
  readonly provider: ProviderError | undefined
  /** One sentence for the operator: what was expected and what came. Never a token, code, secret or cookie. */
  readonly detail: string | undefined

  constructor (code: OidcRefusalCode, options: { cause?: unknown, provider?: ProviderError, detail?: string } = {}) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'OidcRefusal'
    this.code = code
    this.provider = options.provider
    this.detail = options.detail
  }
}

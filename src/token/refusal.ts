// Why is an access token not issued or not believed? One closed list of codes.

export type TokenRefusalCode =
  | 'access-token-malformed' // not a compact JWS with a JSON payload
  | 'access-token-algorithm'
  | 'access-token-type' // another kind of JWT: an ID token, a logout token, a client assertion
  | 'access-token-key-unknown'
  | 'access-token-signature'
  | 'access-token-issuer'
  | 'access-token-audience'
  | 'access-token-expired'
  | 'access-token-issued-at' // issued in the future
  | 'access-token-claims' // a required claim is missing or of the wrong type
  | 'access-token-too-large' // no server would take it in a header

/** The access token breaks a rule. Answered 401 where one was brought, 403 where one was wanted. */
export class TokenRefusal extends Error {
  readonly code: TokenRefusalCode
  /** One sentence for the operator. Never the token, nor any part of it. */
  readonly detail: string | undefined

  constructor (code: TokenRefusalCode, options: { cause?: unknown, detail?: string } = {}) {
    super(options.detail === undefined ? code : `${code}: ${options.detail}`, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TokenRefusal'
    this.code = code
    this.detail = options.detail
  }
}

// What did the provider answer? An HTTP response as data, so that the rules about it can be tried without a network.

export interface Answer {
  readonly status: number
  /** Lower-case media type without parameters, `''` when there was none. */
  readonly contentType: string
  /** Header names in lower case; only the ones that rules look at (cache-control, retry-after, www-authenticate, x-rate-limit-reset, x-okta-request-id, location, date, age). */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is to be sent to the provider: built by the core, sent by the `idp` room. */
export interface OutgoingRequest {
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

// Who else is not there? An outage says that the request was fine and somebody it depends on was not.

export type OutageCode =
  | 'provider-unreachable' // DNS, refused, reset, TLS: no HTTP answer at all
  | 'provider-timeout' // no complete answer in time
  | 'provider-error' // 5xx, HTML where JSON belongs, a body over the cap
  | 'provider-busy' // 429
  | 'database-unavailable'
  | 'upstream-unreachable' // an app that is served through the gateway: refused, reset, TLS, no HTTP
  | 'upstream-timeout'

/** Someone else is not there. Answered 502, 503 or 504 and logged as an error with its cause. */
export class Outage extends Error {
  readonly code: OutageCode
  /** When the other side said so: how long to wait, in seconds. */
  readonly retryAfterSeconds: number | undefined
  /** The provider's own id of the request that failed; its support asks for it. */
  readonly providerRequestId: string | undefined

  constructor (code: OutageCode, options: { cause?: unknown, retryAfterSeconds?: number | undefined, providerRequestId?: string | undefined } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'Outage'
    this.code = code
    this.retryAfterSeconds = options.retryAfterSeconds
    this.providerRequestId = options.providerRequestId
  }
}

// Why was there no usable answer? What undici, TLS and DNS report, reduced to a closed list that may be shown to an admin.
import { errors } from 'undici'
import { BlockedAddress } from './public-address.ts'
import { Outage } from '../outage.ts'
import type { OutageCode } from '../outage.ts'

export type FailureReason =
  | 'blocked-address'
  | 'name-unknown'
  | 'refused'
  | 'reset'
  | 'tls'
  | 'timeout'
  | 'crowded' // our own slots for this origin are all waiting for it
  | 'not-http'
  | 'too-large'
  | 'encoded' // compressed although we asked for plain bytes

const outageCodes: Readonly<Record<FailureReason, OutageCode>> = {
  'blocked-address': 'provider-unreachable',
  'name-unknown': 'provider-unreachable',
  refused: 'provider-unreachable',
  reset: 'provider-unreachable',
  tls: 'provider-unreachable',
  timeout: 'provider-timeout',
  crowded: 'provider-timeout',
  'not-http': 'provider-error',
  'too-large': 'provider-error',
  encoded: 'provider-error'
}

/** The cause of an outage. Carries a system error code such as ECONNREFUSED, and never a byte of what the other side sent. */
export class FailedExchange extends Error {
  readonly reason: FailureReason
  readonly errorCode: string | undefined

  constructor (reason: FailureReason, errorCode?: string) {
    super(errorCode === undefined ? reason : `${reason} (${errorCode})`)
    this.name = 'FailedExchange'
    this.reason = reason
    this.errorCode = errorCode
  }
}

const reasonsByCode: ReadonlyArray<readonly [pattern: RegExp, reason: FailureReason]> = [
  [/^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT)$/, 'timeout'],
  [/^(ENOTFOUND|EAI_\w+|ENODATA)$/, 'name-unknown'],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'refused'],
  [/^UND_ERR_(HEADERS_OVERFLOW|RES_\w+)$/, 'not-http'],
  [/^(EPROTO|ERR_(TLS|SSL)_\w+|(CERT|CRL|UNABLE|SELF_SIGNED|DEPTH_ZERO|INVALID|HOSTNAME)_\w+)$/, 'tls'],
  [/^(ECONNRESET|ECONNABORTED|EPIPE|UND_ERR_\w+)$/, 'reset']
]

/** Takes whatever a request threw. Returns an Outage; throws what is our own mistake again, unchanged. */
export function buildOutage (error: unknown): Outage {
  if (error instanceof BlockedAddress) return new Outage(outageCodes['blocked-address'], { cause: error })
  if (error instanceof FailedExchange) return new Outage(outageCodes[error.reason], { cause: error })
  // The one undici error without a reliable code; it holds the bytes that it choked on.
  if (error instanceof errors.HTTPParserError) return buildOutage(new FailedExchange('not-http'))
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  const reason = reasonsByCode.find(([pattern]) => pattern.test(code))?.[1]
  if (reason === undefined || code === 'UND_ERR_INVALID_ARG') throw error
  // Not `cause: error`: what undici puts into its errors is not ours to vouch for.
  return buildOutage(new FailedExchange(reason, code))
}

/** Takes anything thrown. Returns why the exchange failed where it was an outage of the network, else undefined. */
export function failureReason (error: unknown): FailureReason | undefined {
  if (!(error instanceof Outage)) return undefined
  if (error.cause instanceof BlockedAddress) return 'blocked-address'
  return error.cause instanceof FailedExchange ? error.cause.reason : undefined
}

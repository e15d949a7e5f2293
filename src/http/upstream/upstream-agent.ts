// How are the servers of apps reached? With short patience until they begin to answer, and with none but the browser's own after that.
import { Agent, buildConnector } from 'undici'
import { Outage } from '../../outage.ts'

export interface Patience {
  readonly connectSeconds: number
  readonly headersSeconds: number
}

/**
 * A pool for each origin. An upstream is the operator's word and may be a private address; a redirect is the browser's to follow, and is never
 * followed here.
 */
export function createUpstreamAgent ({ connectSeconds, headersSeconds }: Patience = { connectSeconds: 2, headersSeconds: 30 }): Agent {
  // `rejectUnauthorized` is said aloud because NODE_TLS_REJECT_UNAUTHORIZED would otherwise turn it off for everyone.
  const open = buildConnector({ allowH2: false, timeout: connectSeconds * 1000, minVersion: 'TLSv1.2', rejectUnauthorized: true })
  return new Agent({
    // The certificate is that of the server which is called, whatever host the request inside is for.
    connect: ({ servername: _host, ...target }, callback) => { open(target, callback) },
    allowH2: false,
    pipelining: 1,
    headersTimeout: headersSeconds * 1000,
    // An event stream may be silent for hours. Unlimited connections for the same reason: each stream holds one.
    bodyTimeout: 0
  })
}

const late = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT'])

/** Whatever went wrong on the way to an app: not there, or too late. What it said is never repeated. */
export function toOutage (error: unknown): Outage {
  if (error instanceof Outage) return error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return new Outage(late.has(code) ? 'upstream-timeout' : 'upstream-unreachable', { cause: error })
}

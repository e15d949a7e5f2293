// Thousands of checks a second are a yes out of memory. They are answered before the framework makes a request and a reply of them, which costs more than the look.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { PassAtOnce, Passed } from '../flows/pass-at-once.ts'
import type { App } from '../tenant/app.ts'
import { findQuestion, type KnownQueries } from './check-question.ts'
import { buildIdentityHeaders } from './identity-headers.ts'
import type { RequestCounts } from './request-log.ts'
import { saidHost } from './said-host.ts'
import type { SessionCookies } from './session-cookie.ts'

export interface CheckAtOnceNeeds {
  readonly queries: KnownQueries
  /** Null while they have to be read. */
  readonly appsAtHand: () => readonly App[] | null
  readonly cookies: SessionCookies
  readonly loginHost: string
  readonly isTrusted: (address: string) => boolean
  readonly passAtOnce: PassAtOnce
  readonly counts: RequestCounts
  /** Whoever traces a request is told of its check too, by the route. */
  readonly isTraced: boolean
}

/**
 * Answers a check with its 200, to the byte as the route would, and nothing else.
 * @returns false where it is no check, or a look into memory does not say yes: then nothing has been answered, and the route has the word.
 */
export function checkAtOnce ({ queries, appsAtHand, cookies, loginHost, isTrusted, passAtOnce, counts, isTraced }: CheckAtOnceNeeds) {
  const pass = (raw: IncomingMessage): Passed | null => {
    const query = queries.find(raw.url ?? '')
    if (query === undefined || raw.method !== 'GET') return null
    const { headers } = raw
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return null
    if (isTraced && headers.traceparent !== undefined) return null
    const key = cookies.findKey(headers.cookie)
    const apps = key === null ? null : appsAtHand()
    const question = apps === null ? null : findQuestion(raw, saidHost(raw, isTrusted), query.app, apps, loginHost)
    return question === null ? null : passAtOnce({ key, host: question.host, touch: true, app: question.app, constraints: query })
  }

  return function (raw: IncomingMessage, response: ServerResponse): boolean {
    try {
      const passed = pass(raw)
      if (passed === null) return false
      response.writeHead(200, { 'cache-control': 'no-store', ...buildIdentityHeaders(passed.issued), 'content-length': '0' })
    } catch {
      // The route meets it again, and can say what it is.
      return false
    }
    counts.routineChecks++
    response.end()
    return true
  }
}

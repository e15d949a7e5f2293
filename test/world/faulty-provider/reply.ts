// What does an endpoint answer? A reply as data; `deliver.ts` puts it on the wire, spoilt or not.

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What an endpoint gets to see of a request. */
export interface Visit {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly form: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
}

export function json (status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  return { status, headers: { 'content-type': 'application/json', 'cache-control': 'no-cache, no-store', ...headers }, body: JSON.stringify(body) }
}

/** An error in the OAuth envelope. */
export function oauthError (status: number, error: string, description: string, headers: Record<string, string> = {}): Reply {
  return json(status, { error, error_description: description }, headers)
}

/** An error in Okta's own envelope. */
export function oktaError (status: number, code: string, summary: string, headers: Record<string, string> = {}): Reply {
  return json(status, { errorCode: code, errorSummary: summary, errorLink: code, errorId: 'oaeFaultyProvider', errorCauses: [] }, headers)
}

export function page (status: number, sentence: string): Reply {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body: `<!doctype html><title>Sign in</title><p>${sentence.replaceAll('<', '&lt;')}</p>` }
}

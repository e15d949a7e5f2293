// What did the provider say went wrong? RFC 6749 §5.2, Okta's own envelope, RFC 6750 §3, or only a status.
import type { Answer } from './answer.ts'
import { parseJsonObject } from './json-object.ts'
import { plainText } from './plain-text.ts'
import type { ProviderError } from './refusal.ts'

const longestError = 64
const longestDescription = 500

/**
 * Takes an error answer of any shape; returns the provider's code and text, capped and printable. Okta answers in two
 * envelopes on the same endpoint, so both are read everywhere; HTML and junk become `http-<status>`. Refuses nothing.
 */
export function parseProviderError (where: ProviderError['where'], answer: Answer): ProviderError {
  const body = parseJsonObject(answer.body) ?? {}
  const said = firstError(
    [body.error, body.error_description],
    [body.errorCode, body.errorSummary],
    bearerChallenge(answer.headers['www-authenticate'])
  )
  const requestId = requestIdOf(answer)
  return {
    where,
    status: answer.status,
    ...(said ?? { error: `http-${answer.status}` }),
    ...(requestId === undefined ? {} : { requestId })
  }
}

/** Takes the `error` and `error_description` of an authorization response; returns them capped and printable. */
export function parseCallbackError (error: string, description: string | undefined): ProviderError {
  return { where: 'callback', ...(firstError([error, description]) ?? { error: 'unreadable' }) }
}

/** The provider's own id of the request, which its support asks for. */
export function requestIdOf (answer: Answer): string | undefined {
  const id = plainText(answer.headers['x-okta-request-id'] ?? '', longestError)
  return id === '' ? undefined : id
}

function firstError (...pairs: ReadonlyArray<readonly [unknown, unknown]>): { error: string, description?: string } | null {
  for (const [code, text] of pairs) {
    const error = typeof code === 'string' ? plainText(code, longestError) : ''
    if (error === '') continue
    const description = typeof text === 'string' ? plainText(text, longestDescription) : ''
    return description === '' ? { error } : { error, description }
  }
  return null
}

function bearerChallenge (header: string | undefined): readonly [unknown, unknown] {
  if (header === undefined || !/^bearer\s/i.test(header)) return [undefined, undefined]
  const challenge = header.slice(0, 2048)
  return [/[\s,]error="([^"]*)"/.exec(challenge)?.[1], /[\s,]error_description="([^"]*)"/.exec(challenge)?.[1]]
}

// What did the browser bring in this query? Each known parameter once, or a refusal.

export type ParameterFault = 'too-long' | 'duplicate'

/**
 * Takes a raw query string, with or without `?`, and the parameters that matter; returns their values, or what is wrong.
 * Parameters without a value count as absent (RFC 6749 §3.1); unknown ones are ignored; a known one twice is a fault,
 * because two readers of the same URL would see two different requests.
 */
export function parseParameters<Name extends string> (query: string, known: readonly Name[], maxLength: number): Partial<Record<Name, string>> | ParameterFault {
  if (query.length > maxLength) return 'too-long'
  const received = new URLSearchParams(query)
  const values: Partial<Record<Name, string>> = {}
  for (const name of known) {
    const [value, ...more] = received.getAll(name)
    if (more.length > 0) return 'duplicate'
    if (value !== undefined && value !== '') values[name] = value
  }
  return values
}

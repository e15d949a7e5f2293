// Which value does a Cookie header hold for one name? Read without making an object of all the others.

/**
 * @returns the decoded value of the cookie of that name, or undefined: also where two of that name differ. One of them was planted by a sibling
 * host, and their order tells which path is longer and not which is ours. A header with one is read as @fastify/cookie reads it.
 */
export function findCookie (header: string | undefined, name: string): string | undefined {
  const found = findRawCookie(header, name)
  return found === undefined ? undefined : decodeCookie(found)
}

/** The same as it stands in the header, not decoded. */
export function findRawCookie (header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let found: string | undefined
  let from = 0
  while (from < header.length) {
    let end = header.indexOf(';', from)
    if (end < 0) end = header.length
    const start = skipSpace(header, from, end)
    if (header.startsWith(name, start)) {
      const equals = skipSpace(header, start + name.length, end)
      if (equals < end && header.charCodeAt(equals) === 61) {
        const value = header.slice(skipSpace(header, equals + 1, end), skipSpaceBack(header, equals + 1, end))
        if (found !== undefined && found !== value) return undefined
        found = value
      }
    }
    from = end + 1
  }
  return found
}

function skipSpace (header: string, from: number, end: number): number {
  let at = from
  while (at < end && (header.charCodeAt(at) === 32 || header.charCodeAt(at) === 9)) at++
  return at
}

function skipSpaceBack (header: string, from: number, end: number): number {
  let at = end
  while (at > from && (header.charCodeAt(at - 1) === 32 || header.charCodeAt(at - 1) === 9)) at--
  return at
}

export function decodeCookie (value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

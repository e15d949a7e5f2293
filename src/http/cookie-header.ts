// Which value does a Cookie header hold for one name? Read without making an object of all the others.

/**
 * @returns the decoded value of the first cookie of that name, or undefined. The first is what browsers and @fastify/cookie go by: a second
 * one of the same name was planted by a sibling host. For every header the answer is that of @fastify/cookie: two readers of one cookie
 * who disagree would be two opinions on who is signed in.
 */
export function findCookie (header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let from = 0
  while (from < header.length) {
    let end = header.indexOf(';', from)
    if (end < 0) end = header.length
    const start = skipSpace(header, from, end)
    if (header.startsWith(name, start)) {
      const equals = skipSpace(header, start + name.length, end)
      if (equals < end && header.charCodeAt(equals) === 61) return decode(header.slice(equals + 1, end).replace(/^[ \t]+|[ \t]+$/g, ''))
    }
    from = end + 1
  }
  return undefined
}

function skipSpace (header: string, from: number, end: number): number {
  let at = from
  while (at < end && (header.charCodeAt(at) === 32 || header.charCodeAt(at) === 9)) at++
  return at
}

function decode (value: string): string {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

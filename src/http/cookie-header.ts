// Which value does a Cookie header hold for one name? Read without making an object of all the others.

/**
 * @returns the decoded value of the first cookie of that name, or undefined. The first is what browsers and @fastify/cookie go by: a second
 * one of the same name was planted by a sibling host.
 */
export function findCookie (header: string | undefined, name: string): string | undefined {
  if (header === undefined) return undefined
  let from = 0
  while (from < header.length) {
    let end = header.indexOf(';', from)
    if (end < 0) end = header.length
    while (header.charCodeAt(from) === 32) from++
    if (header.startsWith(name, from) && header.charCodeAt(from + name.length) === 61) return decode(header.slice(from + name.length + 1, end).trim())
    from = end + 1
  }
  return undefined
}

function decode (value: string): string | undefined {
  if (!value.includes('%')) return value
  try {
    return decodeURIComponent(value)
  } catch {
    return undefined
  }
}

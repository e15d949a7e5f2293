// Does this path mean the same to everybody who reads it? What some server behind us decodes twice, or cuts at a `;`, is never a way out.

// Nobody encodes deeper than this who does not want to hide something.
const MAX_ENCODINGS = 5

// `//x` is a host to whoever drops our origin; `..` climbs, also as `..;x` where a server takes `;` for the start of parameters.
const ambiguous = /[\\\p{Cc}]|^\/\/|(?:^|\/)\.{1,2}(?:;[^/]*)?(?:\/|$)/u

/**
 * Splits a path into its segments, each decoded once, so that an encoded slash is no boundary.
 * @param pathname as the platform's `URL` serializes it.
 * @returns null for a path that holds, at any depth of encoding, a dot segment, a backslash, a control character or a leading `//`, or that is no UTF-8.
 */
export function findSegments (pathname: string): readonly string[] | null {
  if (!isPlain(pathname)) return null
  const segments: string[] = []
  for (const part of pathname.split('/')) {
    const segment = decode(part)
    if (segment === null || /\p{Cc}/u.test(segment)) return null
    segments.push(segment)
  }
  return segments
}

function isPlain (pathname: string): boolean {
  let text = pathname
  for (let depth = 0; depth <= MAX_ENCODINGS; depth++) {
    if (ambiguous.test(text)) return false
    // Escape by escape and ASCII alone: one broken escape must not hide the others, and every character that we fear is ASCII.
    const next = text.replace(/%([0-7][0-9a-f])/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    if (next === text) return true
    text = next
  }
  return false
}

function decode (text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}

// Which cookies are the gateway's alone? No app reads them, none sets them: whoever holds one is signed in.

// With the prefix where people come by https, without it on a developer's machine.
const ours = /^(?:__host-)?gatehouse/i

/** A `Cookie` header without ours; undefined when nothing is left. */
export function withoutGatewayCookies (header: string): string | undefined {
  const others = header.split(';').map(part => part.trim()).filter(part => part !== '' && !ours.test(nameOf(part)))
  return others.length === 0 ? undefined : others.join('; ')
}

/** Whether a `Set-Cookie` of an app would be read as one of ours. */
export function setsGatewayCookie (header: string): boolean {
  return ours.test(nameOf(header))
}

// A cookie without a name (`=gatehouse=x`) is sent back as `gatehouse=x`, and one without a value as its name alone.
function nameOf (text: string): string {
  return (text.split(';', 1)[0] ?? '').replace(/^[\s=]+/, '').split('=', 1)[0]?.trim() ?? ''
}

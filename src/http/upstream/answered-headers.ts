// What does a browser get to see of the headers of an app's answer? All of it, but for our own cookies and the address of the app's server.
import { setsGatewayCookie } from './gateway-cookies.ts'
import { isHopByHop, listedIn } from './hop-by-hop.ts'
import { basePath } from './request-target.ts'

export type AnsweredHeaders = Readonly<Record<string, string | string[] | undefined>>

/** @param origin under which people see the app. */
export function buildAnsweredHeaders (headers: AnsweredHeaders, upstream: URL, origin: string): Record<string, string | string[]> {
  const listed = listedIn(headers['connection'])
  const answered: Record<string, string | string[]> = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (value === undefined || isHopByHop(name) || listed.has(name)) continue
    if (name === 'set-cookie') answered[name] = [value].flat().filter(one => !setsGatewayCookie(one))
    else if (name === 'location' || name === 'content-location') answered[name] = seenFromOutside([value].flat()[0] ?? '', upstream, origin)
    else answered[name] = value
  }
  return answered
}

// A server that calls itself by the address under which we reach it sends people to where they cannot go.
function seenFromOutside (location: string, upstream: URL, origin: string): string {
  const base = basePath(upstream)
  const absolute = /^(?:https?:)?\/\//i.test(location)
  const rooted = location.startsWith('/') && !absolute
  const target = absolute ? URL.parse(location, upstream) : rooted ? URL.parse(upstream.origin + location) : null
  if (target === null || target.origin !== upstream.origin) return location
  const path = target.pathname + target.search + target.hash
  const outside = path === base ? '/' : path.startsWith(`${base}/`) ? path.slice(base.length) : path
  // Without the base, what was a path could begin like a host.
  return absolute || outside.startsWith('//') ? origin + outside : base === '' ? location : outside
}

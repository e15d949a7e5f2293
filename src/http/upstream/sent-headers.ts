// What does an app's server get to see of a request's headers? What the browser said, without what it could have made up; who it is, last.
import type { IncomingHttpHeaders } from 'node:http'
import { withoutGatewayCookies } from './gateway-cookies.ts'
import { isHopByHop, listedIn } from './hop-by-hop.ts'

export interface Sender {
  /** Of the browser, as far as trusted proxies tell. */
  readonly address: string
  /** As in the address bar. */
  readonly host: string
  readonly scheme: 'http' | 'https'
  readonly identity: Readonly<Record<string, string>>
  /** Where the request is traced: takes the place of what the browser said of traces. */
  readonly traceparent?: string | undefined
}

// What servers and frameworks behind us believe without asking who said it. `_` and `-` are one to CGI, WSGI, PHP and their kin.
const made = /^(?:authorization|x-auth-request-.*|x-forwarded(?:-.*)?|forwarded(?:-.*)?|x-real-ip|(?:(?:x|true|fastly|x-cluster)-)?client-ip|cf-connecting-ip(?:v6)?|(?:x-)?remote-(?:user|groups?|name|email)|x-webauth-.*|x-original-(?:url|uri|host|path|method|forwarded-.*)|x-rewrite-url|proxy|host|expect)$/

type Fate = 'dropped' | 'cookie' | 'passed'

// Browsers send the same two dozen names all day. Names that somebody makes up push nobody out.
const fates = new Map<string, Fate>()
const MOST_FATES = 500

function fateOf (name: string): Fate {
  const known = fates.get(name)
  if (known !== undefined) return known
  const spelled = name.toLowerCase().replace(/[^a-z0-9]/g, '-')
  const fate = isHopByHop(spelled) || made.test(spelled) ? 'dropped' : spelled === 'cookie' ? 'cookie' : 'passed'
  if (fates.size < MOST_FATES) fates.set(name, fate)
  return fate
}

/** The headers of a request as they are passed on. */
export function buildSentHeaders (headers: IncomingHttpHeaders, sender: Sender): Record<string, string | string[]> {
  const listed = listedIn(headers.connection)
  const sent: Record<string, string | string[]> = {}
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    const fate = fateOf(name)
    if (value === undefined || fate === 'dropped' || listed.has(name)) continue
    const kept = fate === 'cookie' ? withoutGatewayCookies(typeof value === 'string' ? value : value.join('; ')) : value
    if (kept !== undefined) sent[name] = kept
  }
  // As in the address bar: an app compares it with the Origin of its own pages.
  sent['host'] = sent['x-forwarded-host'] = sender.host
  sent['x-forwarded-for'] = sender.address
  sent['x-forwarded-proto'] = sender.scheme
  if (sender.traceparent !== undefined) {
    sent['traceparent'] = sender.traceparent
    delete sent['tracestate']
  }
  return Object.assign(sent, sender.identity)
}

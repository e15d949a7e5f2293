// Which headers are about one connection, and nobody's business behind it? RFC 9110 §7.6.1 lists them:

const names = new Set(['connection', 'keep-alive', 'proxy-connection', 'proxy-authenticate', 'proxy-authorization', 'proxy-authentication-info', 'te', 'trailer', 'trailers', 'transfer-encoding', 'upgrade', 'http2-settings'])

/** @param name in lower case. */
export function isHopByHop (name: string): boolean {
  return names.has(name)
}

const none: ReadonlySet<string> = new Set()

/** Headers that a `Connection` header declares to be of this kind too, in lower case. */
export function listedIn (connection: string | readonly string[] | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive') return none
  const said = [connection].flat().join(',').toLowerCase().split(',')
  // Nobody needs to be rid of these, and the length and kind of a body are never a matter of one connection.
  return new Set(said.map(name => name.trim()).filter(name => name !== '' && !['host', 'content-length', 'content-type'].includes(name)))
}

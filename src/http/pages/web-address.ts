// May this address stand behind a link or a form? Escaping does not stop `javascript:`, so the scheme is looked at too.

/** Takes an address; returns it when it is http(s) or a path of this host (`/…`), else null: the page leaves the link out. */
export function webAddress (address: string | null | undefined): string | null {
  if (typeof address !== 'string') return null
  // `//host` and `/\host` look like paths and leave the host.
  if (/^\/(?![/\\])/.test(address)) return /[\t\n\r]/.test(address) ? null : address
  if (!/^https?:\/\//i.test(address)) return null
  return URL.canParse(address) ? address : null
}

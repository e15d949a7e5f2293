// How has anybody ever hidden another site in an address to return to? Every way of writing the place, with every way of leading up to it.

/** Ways to name a place that is not `own`, a host of ours. */
export const authorities = (own: string): readonly string[] => [
  'evil.test', 'evil.test:443', `${own}.evil.test`, `evil${own}`, `${own}@evil.test`, `user:${own}@evil.test`, `evil.test#${own}`, `evil.test?${own}`, `evil.test/${own}`, `evil.test\\@${own}`, `${own}%2eevil.test`, `${own}\t.evil.test`,
  `${own}\\.evil.test`, `evil.test%00.${own}`, `evil.test%23@${own}`, '[::ffff:203.0.113.7]', '3405803783', '0xcb.0.0x71.7', '\u24d4vil.test', 'evil\u3002test', 'evil.test\u2044', `evil.test\uff0f${own}`, `${own}\u2028.evil.test`, `${own.replace(':', ':0@evil.test:')}`
]

/** What has been put before it. */
export const approaches = (own: string): readonly string[] => [
  'https://', 'http://', 'HTTP://', 'http:', 'http:/', 'http:///', 'http:\\\\', 'http:/\\', 'https:%2f%2f', 'http;//', '//', '///', '////', '/\\', '\\/', '\\\\', '\\', '/\\/', '/%5c', '/%2f', '%2f%2f', '/%252f', '/%09/', '/\t/', '/\n/', '/\r/', '/%0a/', '/%0d/', '/%0b/', '/\u000b/', '/ /', ' //', '\t//', '\u0000//', '\u00a0//', '\u3000//', '\ufeff//',
  '/.//', '/..//', '/./\\', '/../\\', '/%2e%2e//', '/;//', '/x/..//', '/auth/..//', '/?//', '/#//', '/@', '@', ':', '.', ';@', '/.', '/:', '//;@', '//%0d%0a', '/%0d%0aLocation:%20//', '/\r\nLocation: //',
  'javascript://', 'JavaScript:alert(1)//', 'java\tscript://', 'data:text/html,//', 'vbscript://', 'blob:http://', 'file://', 'ftp://', 'ws://', 'view-source:http://', 'about:blank#', 'intent://', `http://${own}@`, `http://${own}\\@`, `http://${own}:x@`, `http://${own}%40`, `http://${own}//`, `http://${own}\\\\`
]

/** Hundreds of targets that no app allows or that stay on its own host, some of them encoded once more. */
export function returnCorpus (own: string): readonly string[] {
  // Every other pair of them: each way meets half of the places, and each place half of the ways.
  const written = approaches(own).flatMap((approach, row) => authorities(own).filter((_, column) => (row + column) % 2 === 0).map(authority => approach + authority))
  return [...new Set(written.flatMap((wanted, index) => index % 4 === 0 ? [wanted, encodeURIComponent(wanted)] : [wanted]))]
}

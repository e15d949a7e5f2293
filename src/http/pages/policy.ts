// What may a page of ours load and where may its forms lead? One Content-Security-Policy, without any exception for inline scripts or styles.

/**
 * Takes the sources that forms of this page may lead to besides this host, and whether it has a script of ours; returns the header's value. Refuses, with an Error, what is
 * neither a scheme (`https:`) nor a bare origin.
 *
 * Browsers apply form-action to every redirect that follows a submission, too. The sign-in form cannot know the customer's Okta
 * beforehand, and an org may send people on to its own identity provider: sign-in and signed-out pages need `https:`, all others nothing.
 */
export function pagePolicy (formTargets: readonly string[] = [], { script = false } = {}): string {
  for (const target of formTargets) {
    if (target !== 'https:' && !isOrigin(target)) throw new Error('a form target is a scheme or an origin')
  }
  return [
    "default-src 'none'",
    ...(script ? ["script-src 'self'"] : []),
    "style-src 'self'",
    "img-src 'self'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
    "frame-ancestors 'none'",
    "base-uri 'none'"
  ].join('; ')
}

function isOrigin (target: string): boolean {
  return /^https?:$/.test(URL.parse(target)?.protocol ?? '') && URL.parse(target)?.origin === target
}

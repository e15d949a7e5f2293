// Who is it, as an app's server is told? The token that it verifies, and the same in words for those who only read.
import type { LiveSession } from '../tenant/sign-in.ts'

/** By these names and by no other spelling; whatever else comes under them was made up on the way. */
export function buildIdentityHeaders ({ member, tenant }: Pick<LiveSession, 'member' | 'tenant'>, token: string): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'x-auth-request-user': member.id,
    'x-auth-request-email': headerText(member.email),
    'x-auth-request-tenant': tenant.slug,
    'x-auth-request-roles': member.roles.join(',')
  }
}

const MOST_KEPT = 1_000

/**
 * The same, made once for a session and its token: a browser's requests come in swarms. A session that was read anew is another object, so
 * nobody's headers outlive what they say; the token is compared, because one session has one for each app.
 */
export function rememberIdentityHeaders (): (session: LiveSession, token: string) => Readonly<Record<string, string>> {
  let made = new WeakMap<LiveSession, { readonly token: string, readonly headers: Readonly<Record<string, string>> }>()
  let kept = 0
  return (session, token) => {
    const known = made.get(session)
    if (known !== undefined && known.token === token) return known.headers
    if (++kept > MOST_KEPT) {
      made = new WeakMap()
      kept = 1
    }
    const headers = buildIdentityHeaders(session, token)
    made.set(session, { token, headers })
    return headers
  }
}

/** Printable ASCII as it is; anything else percent-encoded UTF-8, for a header can hold nothing else. */
function headerText (text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[^\x20-\x7e]+/gu, part => encodeURIComponent(part))
}

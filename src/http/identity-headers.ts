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

/** Printable ASCII as it is; anything else percent-encoded UTF-8, for a header can hold nothing else. */
function headerText (text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[^\x20-\x7e]+/gu, part => encodeURIComponent(part))
}

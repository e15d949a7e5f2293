// Who is it, as an app's server is told? The token that it verifies, and the same in words for those who only read.
import type { IssuedToken } from '../token/issued-token.ts'

/** By these names and by no other spelling; whatever else comes under them was made up on the way. */
export function buildIdentityHeaders ({ token, sub, email, tenant, roles }: IssuedToken): Record<string, string> {
  return {
    authorization: `Bearer ${token}`,
    'x-auth-request-user': sub,
    'x-auth-request-email': headerText(email),
    'x-auth-request-tenant': tenant,
    'x-auth-request-roles': roles
  }
}

/** Printable ASCII as it is; anything else percent-encoded UTF-8, for a header can hold nothing else. */
function headerText (text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[^\x20-\x7e]+/gu, part => encodeURIComponent(part))
}

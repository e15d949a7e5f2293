// What does the browser get from the authorization endpoint? The way straight back, as if the person had signed in at once.
import { randomBytes } from 'node:crypto'
import type { Faults } from './faults.ts'
import type { House } from './house.ts'
import { page } from './reply.ts'
import type { Reply, Visit } from './reply.ts'

type Fault = NonNullable<Faults['authorize']>

/** Checks what Okta checks, remembers nonce and code challenge, and answers 303, or a form where the fault says so. */
export function answerAuthorize (house: House, visit: Visit, fault: Fault = {}): Reply {
  const asked = visit.method === 'POST' ? visit.form : visit.query
  const redirectUri = asked.get('redirect_uri') ?? ''
  if (asked.get('client_id') !== house.clientId) return page(400, "Invalid value for 'client_id' parameter.")
  const registered = house.redirectUris === undefined ? URL.canParse(redirectUri) : house.redirectUris.includes(redirectUri)
  // A wrong redirect URI is never redirected to: the gateway does not hear of it.
  if (!registered) return page(400, "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.")
  const back = new Map<string, string>()
  const state = asked.get('state')
  if (state !== null) back.set('state', state)
  if (house.issInResponse) back.set('iss', house.issuer)
  const objection = objectTo(asked)
  if (objection === null) back.set('code', saveGrant(house, asked, redirectUri))
  else for (const [name, value] of Object.entries(objection)) back.set(name, value)
  return sendBack(redirectUri, back, fault)
}

function objectTo (asked: URLSearchParams): { error: string, error_description: string } | null {
  if ((asked.get('state') ?? '') === '') return { error: 'invalid_request', error_description: "The 'state' parameter is missing." }
  if (asked.get('response_type') !== 'code') return { error: 'unsupported_response_type', error_description: 'The response type is not supported by the authorization server.' }
  if (!(asked.get('scope') ?? '').split(' ').includes('openid')) return { error: 'invalid_scope', error_description: 'One or more scopes are not configured for the authorization server resource.' }
  if (asked.get('code_challenge_method') !== 'S256' || !/^[\w-]{43}$/.test(asked.get('code_challenge') ?? '')) return { error: 'invalid_request', error_description: 'PKCE code challenge is required when the token endpoint authentication method is \'NONE\'.' }
  // Nobody has a session here.
  if (asked.get('prompt') === 'none') return { error: 'login_required', error_description: 'The client specified not to prompt, but the user is not logged in.' }
  return null
}

function saveGrant (house: House, asked: URLSearchParams, redirectUri: string): string {
  const code = randomBytes(32).toString('base64url')
  house.codes.set(code, {
    redirectUri,
    nonce: asked.get('nonce'),
    codeChallenge: asked.get('code_challenge') ?? '',
    grantedAt: house.now(),
    fresh: asked.get('prompt') === 'login' || asked.has('max_age')
  })
  return code
}

function sendBack (redirectUri: string, back: Map<string, string>, fault: Fault): Reply {
  for (const [name, value] of Object.entries(fault.parameters ?? {})) {
    if (value === null) back.delete(name)
    else back.set(name, value)
  }
  const pairs = [...back].flatMap(pair => fault.twice?.includes(pair[0]) === true ? [pair, pair] : [pair])
  if (fault.formPost === true) {
    const fields = pairs.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('')
    return { status: 200, headers: { 'content-type': 'text/html' }, body: `<!doctype html><form method="post" action="${escape(redirectUri)}">${fields}</form>` }
  }
  const url = new URL(redirectUri)
  for (const [name, value] of pairs) url.searchParams.append(name, value)
  return { status: 303, headers: { location: url.href, 'cache-control': 'no-cache, no-store' }, body: '' }
}

function escape (text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

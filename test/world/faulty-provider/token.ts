// What does the token endpoint answer? Tokens for a code that is good once, to the client that proves itself, with the right verifier.
import { createHash, randomBytes } from 'node:crypto'
import { checkClient } from './client-check.ts'
import { spoil } from './faults.ts'
import type { Faults } from './faults.ts'
import type { House } from './house.ts'
import { buildIdToken } from './id-token.ts'
import { json, oauthError } from './reply.ts'
import type { Reply, Visit } from './reply.ts'

const codeLifetimeSeconds = 300

/** Checks in the order that Okta seems to: client, code, PKCE. The code is spent by the first client that is who it says. */
export function answerToken (house: House, visit: Visit, fault: Faults['token'], idTokenFault: Faults['idToken']): Reply {
  const objection = checkClient(house, visit)
  if (objection !== null) return objection
  if (visit.form.get('grant_type') !== 'authorization_code') return oauthError(400, 'unsupported_grant_type', 'The authorization grant type is not supported by the authorization server.')
  const code = visit.form.get('code') ?? ''
  const grant = house.codes.get(code)
  house.codes.delete(code)
  const age = grant === undefined ? Infinity : (house.now().getTime() - grant.grantedAt.getTime()) / 1000
  if (grant === undefined || age > codeLifetimeSeconds) return oauthError(400, 'invalid_grant', 'The authorization code is invalid or has expired.')
  if (visit.form.get('redirect_uri') !== grant.redirectUri) return oauthError(400, 'invalid_grant', "The 'redirect_uri' does not match the redirection URI used in the authorization request.")
  const challenge = createHash('sha256').update(visit.form.get('code_verifier') ?? '').digest('base64url')
  if (challenge !== grant.codeChallenge) return oauthError(400, 'invalid_grant', 'PKCE verification failed.')
  const accessToken = randomBytes(48).toString('base64url')
  house.accessTokens.add(accessToken)
  return json(200, spoil({
    token_type: 'Bearer',
    expires_in: 3600,
    access_token: accessToken,
    scope: 'openid email profile',
    id_token: buildIdToken(house, grant, accessToken, idTokenFault)
  }, fault))
}

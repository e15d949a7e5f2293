// Who is the bearer of this access token?
import { sign } from 'node:crypto'
import { spoil } from './faults.ts'
import type { Faults } from './faults.ts'
import type { House } from './house.ts'
import { buildRefusal } from './refusals.ts'
import { json } from './reply.ts'
import type { Reply, Visit } from './reply.ts'

/** Takes the access token from the header only. Answers JSON, or a signed JWT where the fault says so. */
export function answerUserinfo (house: House, visit: Visit, fault: Faults['userinfo']): Reply {
  const bearer = /^Bearer (.+)$/i.exec(visit.headers.authorization ?? '')?.[1]
  if (bearer === undefined || !house.accessTokens.has(bearer)) return buildRefusal('invalid-token', house.now())
  const claims = spoil({ ...house.person, email_verified: true }, fault)
  if (fault?.signed !== true) return json(200, claims)
  const input = [{ alg: 'RS256', kid: house.signing.kid }, { ...claims, iss: house.issuer, aud: house.clientId }]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const jwt = `${input}.${sign('sha256', Buffer.from(input), house.signing.privateKey).toString('base64url')}`
  return { status: 200, headers: { 'content-type': 'application/jwt' }, body: jwt }
}

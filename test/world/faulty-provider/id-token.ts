// What does an ID token of this provider look like? Like Okta's, then spoilt; put together by hand, since no library signs such things.
import { constants, createHash, createHmac, randomBytes, sign } from 'node:crypto'
import { spoil } from './faults.ts'
import type { Faults } from './faults.ts'
import type { Grant, House } from './house.ts'

type Fault = NonNullable<Faults['idToken']>

const encode = (value: unknown): string => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

/** Builds the compact serialization for a grant. `house.idTokens` decides whether it names the person or leaves that to userinfo. */
export function buildIdToken (house: House, grant: Grant, accessToken: string, fault: Fault = {}): string {
  const issuedAt = Math.floor(house.now().getTime() / 1000)
  const { sub, ...profile } = house.person
  const claims = {
    sub,
    ver: 1,
    iss: house.issuer,
    aud: house.clientId,
    iat: issuedAt,
    exp: issuedAt + 3600,
    jti: `ID.${randomBytes(24).toString('base64url')}`,
    amr: ['mfa', 'otp', 'pwd'],
    idp: '00oFaultyProvider',
    ...(grant.nonce === null ? {} : { nonce: grant.nonce }),
    auth_time: issuedAt - (grant.fresh ? 0 : 10),
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    ...(house.idTokens === 'fat' ? profile : {})
  }
  const payload = fault.payload ?? JSON.stringify(spoil(claims, { members: fault.claims ?? {}, omit: fault.omit ?? [] }))
  const header = { kid: house.signing.kid, alg: algorithmOf(fault.signature), ...fault.header }
  if (fault.encrypted === true) return [encode({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }), ...[256, 12, 200, 16].map(size => randomBytes(size).toString('base64url'))].join('.')
  const input = `${encode(header)}.${encode(payload)}`
  return `${input}.${signatureOf(house, input, fault.signature).toString('base64url')}`
}

function algorithmOf (signature: Fault['signature']): string {
  if (signature === 'none') return 'none'
  if (signature === 'pss') return 'PS256'
  return signature === 'client-secret' || signature === 'public-key' ? 'HS256' : 'RS256'
}

function signatureOf (house: House, input: string, signature: Fault['signature']): Buffer {
  const { privateKey, publicKey } = house.signing
  switch (signature) {
    case 'none': return Buffer.alloc(0)
    case 'client-secret': return createHmac('sha256', house.clientSecret).update(input).digest()
    // The classic confusion: the public key, which everybody has, taken for a shared secret.
    case 'public-key': return createHmac('sha256', publicKey.export({ format: 'pem', type: 'spki' })).update(input).digest()
    case 'pss': return sign('sha256', Buffer.from(input), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    case 'foreign': return sign('sha256', Buffer.from(input), house.foreign.privateKey)
    case 'corrupted': {
      const bytes = sign('sha256', Buffer.from(input), privateKey)
      bytes[17] = (bytes[17] ?? 0) ^ 1
      return bytes
    }
    case undefined: return sign('sha256', Buffer.from(input), privateKey)
  }
}

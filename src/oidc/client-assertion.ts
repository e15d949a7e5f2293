// How does the gateway prove who it is without a shared secret? By a JWT that it signs: `private_key_jwt`, OIDC Core §9, RFC 7523 §3.
import { SignJWT } from 'jose'
import { Secret } from '../secret.ts'

/** The private half of the key that the provider fetches from us. */
export interface ClientKey {
  readonly kid: string
  readonly privateKey: CryptoKey
}

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const LIFETIME_SECONDS = 120

/**
 * Takes the client id, the endpoint that it is for, an ES256 key, the time and a random id of 128 bits or more; returns the assertion,
 * good for two minutes and meant to be used once. Okta wants the endpoint's own address as audience, not the issuer.
 */
export async function signClientAssertion ({ clientId, audience, key, now, id }: { clientId: string, audience: string, key: ClientKey, now: Date, id: string }): Promise<Secret> {
  const issuedAt = Math.floor(now.getTime() / 1000)
  return new Secret(await new SignJWT({})
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: key.kid })
    .setIssuer(clientId).setSubject(clientId).setAudience(audience)
    .setIssuedAt(issuedAt).setExpirationTime(issuedAt + LIFETIME_SECONDS).setJti(id)
    .sign(key.privateKey))
}

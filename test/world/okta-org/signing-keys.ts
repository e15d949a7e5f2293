// Which keys does the organisation sign with, and which does it publish? Okta shows the next one weeks before it signs.
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CryptoKey, JWK, JWTHeaderParameters, JWTPayload } from 'jose'

interface SigningKey { kid: string, privateKey: CryptoKey, jwk: JWK }

export interface SigningKeys {
  /** The published set, without an order that means anything. */
  published (): { keys: JWK[] }
  /** The next key signs from now on. In an emergency a key nobody has seen signs, and all others are gone. */
  rotate (options?: { emergency?: boolean }): Promise<void>
  /** Signs with the current key, as ID tokens are. The header is Okta's: `alg` and `kid`, no `typ` unless given. */
  sign (payload: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>
}

async function createKey (): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const kid = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  const { kty, n, e } = await exportJWK(publicKey)
  if (kty === undefined || n === undefined || e === undefined) throw new Error('That is no RSA key')
  return { kid, privateKey, jwk: { kty, alg: 'RS256', kid, use: 'sig', e, n } }
}

/** Two keys: one that signs and one that will. */
export async function createSigningKeys (): Promise<SigningKeys> {
  let [current, next] = await Promise.all([createKey(), createKey()])
  let previous: SigningKey | undefined
  return {
    published: () => ({ keys: [next, previous, current].flatMap(key => key === undefined ? [] : [key.jwk]) }),
    rotate: async ({ emergency = false } = {}) => {
      const fresh = await createKey()
      previous = emergency ? undefined : current
      current = emergency ? fresh : next
      next = emergency ? await createKey() : fresh
    },
    sign: async (payload, header = {}) => {
      const { kid, privateKey } = current
      return await new SignJWT(payload).setProtectedHeader({ kid, alg: 'RS256', ...header }).sign(privateKey)
    }
  }
}

// Is a provider's token signed by it, though a key id may have got other key material since we looked? RFC 7515 §5.2.
import { errors, jwtVerify } from 'jose'
import type { JWSHeaderParameters, JWTVerifyOptions, JWTVerifyResult } from 'jose'

/**
 * Finds the key for a header, as jose asks for it; given a key whose signature did not fit, looks again at the provider and returns
 * what is there now, which may be the same. Throws the refusal `id-token-key-unknown` itself.
 */
export type VerificationKeys = (protectedHeader: JWSHeaderParameters, unfit: CryptoKey | null) => Promise<CryptoKey>

/**
 * Takes a compact JWS, the provider's keys and what jose shall check; returns what jose returns. The good token of every login is
 * verified once; only one whose signature does not fit is a reason to look for a newer key, once.
 */
export async function verifyJwt (token: string, keys: VerificationKeys, options: JWTVerifyOptions): Promise<JWTVerifyResult> {
  let found: CryptoKey | null = null
  const findKey = async (header: JWSHeaderParameters): Promise<CryptoKey> => {
    found = await keys(header, found)
    return found
  }
  try {
    return await jwtVerify(token, findKey, options)
  } catch (error) {
    if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    return await jwtVerify(token, findKey, options)
  }
}

// Is this an access token of Gatehouse, for this API, now, and for the tenant whose data is asked for?
// node verify.mjs <jwks url> <issuer> <audience> <tenant id>, one token a line on stdin.
import process from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createRemoteJWKSet, errors, jwtVerify } from 'jose'

// region recipe
export class OtherTenant extends Error {}

export function createVerifier ({ jwksUrl, issuer, audience }) {
  const keys = createRemoteJWKSet(new URL(jwksUrl)) // one for the whole process: this is the cache

  return async function verify (token, tenantId) {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ['ES256'],
      typ: 'at+jwt',
      issuer,
      audience,
      requiredClaims: ['exp', 'sub', 'tenant_id']
    })
    if (payload.tenant_id !== tenantId) throw new OtherTenant()
    return payload
  }
}

// 401 when the token is bad, 404 when the tenant is another one, 503 when there are no keys to tell.
const noKeys = ['ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JOSE_GENERIC']
export function statusOf (error) {
  if (error instanceof OtherTenant) return 404
  return error instanceof errors.JOSEError && !noKeys.includes(error.code) ? 401 : 503
}
// endregion

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [jwksUrl, issuer, audience, tenantId] = process.argv.slice(2)
  const verify = createVerifier({ jwksUrl, issuer, audience })
  for await (const line of createInterface({ input: process.stdin })) {
    console.log(await verify(line, tenantId).then(claims => `ok ${claims.sub}`, error => `no ${statusOf(error)} ${error.code ?? error.name}`))
  }
}

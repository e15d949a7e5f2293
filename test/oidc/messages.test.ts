// Is every message of the corpus treated as its file says, from the discovery to the person?
import { readFileSync, readdirSync } from 'node:fs'
import { inspect } from 'node:util'
import t from 'tap'
import { Outage } from '../../src/outage.ts'
import { Secret } from '../../src/secret.ts'
import { checkCallback, parseCallback } from '../../src/oidc/authorization-response.ts'
import { buildDiscoveryRequest, parseProviderMetadata } from '../../src/oidc/discovery.ts'
import { checkIdToken } from '../../src/oidc/id-token.ts'
import type { IdTokenClaims } from '../../src/oidc/id-token.ts'
import { OidcRefusal } from '../../src/oidc/refusal.ts'
import { buildTokenRequest } from '../../src/oidc/token-request.ts'
import { parseTokenResponse } from '../../src/oidc/token-response.ts'
import { buildUserinfoRequest, mergeUserinfo, missingClaims } from '../../src/oidc/userinfo.ts'
import { keysOf, parseKeySet } from '../../src/oidc/verification-keys.ts'
import { clientSecret } from './signing-keys.ts'
import { callbackCheck, callbackQuery, clientId, discoveryAnswer, issuer, keysAnswer, now, secrets, tokenAnswer, userinfoAnswer } from './spoiled-message.ts'
import type { Message } from './spoiled-message.ts'

/** One whole login with this message in it. `requests` is what the provider got to see, in order. */
async function signIn (spoiled: Message['spoiled'], requests: string[]): Promise<IdTokenClaims> {
  buildDiscoveryRequest(issuer, clientId)
  requests.push('discovery')
  const metadata = parseProviderMetadata(discoveryAnswer(spoiled.discovery), issuer, now)
  const callback = checkCallback({ parameters: parseCallback(callbackQuery(spoiled.callback)), metadata, ...callbackCheck(spoiled) })
  buildTokenRequest(callback, { metadata, credentials: { method: 'client_secret_basic', clientId, clientSecret: new Secret(clientSecret) } })
  requests.push('token')
  const tokens = parseTokenResponse(tokenAnswer(spoiled), now)
  const claims = await checkIdToken({
    tokens,
    callback,
    clientId,
    algorithms: metadata.algorithms,
    keys: async (header, token) => {
      requests.push('keys')
      return await keysOf(parseKeySet(keysAnswer(spoiled.keys), now))(header, token)
    },
    now,
    maxAgeSeconds: spoiled.maxAgeSeconds
  })
  if (missingClaims(claims).length === 0 && spoiled.userinfo === undefined) return claims
  buildUserinfoRequest(metadata, tokens)
  requests.push('userinfo')
  return mergeUserinfo(userinfoAnswer(spoiled.userinfo), claims)
}

for (const folder of ['good', 'bad']) {
  const directory = new URL(`messages/${folder}/`, import.meta.url)
  for (const file of readdirSync(directory).sort()) {
    const message: Message = JSON.parse(readFileSync(new URL(file, directory), 'utf8'))
    const { expected } = message

    void t.test(`${message.test}: ${message.title} (${file})`, async t => {
      const requests: string[] = []
      if (folder === 'good') {
        t.match(await signIn(message.spoiled, requests), expected.claims ?? { subject: '00u1ada5acme5000005d7' })
      } else {
        const error: unknown = await signIn(message.spoiled, requests).then(() => null, (error: unknown) => error)
        t.ok(error instanceof OidcRefusal || error instanceof Outage, 'is refused and breaks nothing')
        t.equal(error instanceof OidcRefusal ? error.code : null, expected.refused ?? null)
        t.equal(error instanceof Outage ? error.code : null, expected.outage ?? null)
        t.notOk(secrets.some(secret => inspect(error, { depth: 9 }).includes(secret)), 'BCP-10: the refusal gives nothing away')
      }
      if (expected.requests !== undefined) t.same(requests, expected.requests)
    })
  }
}

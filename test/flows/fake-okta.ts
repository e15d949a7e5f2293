// An Okta without a network: answers as data, ID tokens with a real signature, and whatever a test wants spoiled.
import { createHash } from 'node:crypto'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { CompleteLoginNeeds } from '../../src/flows/complete-login.ts'
import type { Answer, OutgoingRequest } from '../../src/oidc/answer.ts'
import { parseProviderMetadata, type Issuer, type ProviderMetadata } from '../../src/oidc/discovery.ts'
import { keysOf, parseKeySet } from '../../src/oidc/verification-keys.ts'

const keys = await generateKeyPair('RS256')
const strangers = await generateKeyPair('RS256')
const keySet = { keys: [{ ...await exportJWK(keys.publicKey), kid: 'okta-one', use: 'sig', alg: 'RS256' }] }
export const accessToken = 'access-token-0123456789'

export function answer (body: unknown, change: Partial<Answer> = {}): Answer {
  return { status: 200, contentType: 'application/json', headers: { 'x-okta-request-id': 'Zabc0123' }, body: JSON.stringify(body), ...change }
}

/** What a test may change about the next answers. A claim that is undefined is left out. */
export interface Spoiled {
  metadata?: Partial<ProviderMetadata> | Error
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
  signedBy?: 'a stranger'
  /** Instead of the tokens. */
  redeem?: Answer | Error
  /** Members of the token response. */
  tokens?: Record<string, unknown>
  keys?: Error
  userinfo?: Answer | Error
}

export interface FakeOkta {
  readonly idp: CompleteLoginNeeds['idp']
  /** What was asked of it, by name. */
  readonly asked: string[]
  readonly requests: OutgoingRequest[]
  spoiled: Spoiled
  /** The person signs in on the page that the browser was sent to. Returns the query that it comes back with. */
  signIn (location: string): string
}

export function createFakeOkta (now: () => Date): FakeOkta {
  const asked: string[] = []
  const requests: OutgoingRequest[] = []
  const logins = new Map<string, { nonce: string, challenge: string, clientId: string, issuer: string }>()

  const idToken = async (code: string): Promise<string> => {
    const login = logins.get(code)
    const seconds = Math.floor(now().getTime() / 1000)
    const claims = {
      iss: login?.issuer,
      sub: '00u1ada',
      aud: login?.clientId,
      iat: seconds - 2,
      exp: seconds + 3600,
      auth_time: seconds - 12,
      amr: ['mfa', 'pwd'],
      nonce: login?.nonce,
      email: 'ada@acme.test',
      name: 'Ada Alder',
      at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
      ...okta.spoiled.claims
    }
    const header = { alg: 'RS256', kid: 'okta-one', ...okta.spoiled.header }
    return await new SignJWT(JSON.parse(JSON.stringify(claims))).setProtectedHeader(header).sign(okta.spoiled.signedBy === undefined ? keys.privateKey : strangers.privateKey)
  }

  const okta: FakeOkta = {
    asked,
    requests,
    spoiled: {},
    signIn (location) {
      const query = new URL(location).searchParams
      const code = `code-${logins.size}-0123456789`
      const read = (name: string) => query.get(name) ?? ''
      logins.set(code, { nonce: read('nonce'), challenge: read('code_challenge'), clientId: read('client_id'), issuer: new URL(location).origin })
      return new URLSearchParams({ code, state: read('state') }).toString()
    },
    idp: {
      async metadata ({ issuer }) {
        asked.push('metadata')
        const { metadata } = okta.spoiled
        if (metadata instanceof Error) throw metadata
        return { ...metadataOf(issuer, now()), ...metadata }
      },
      keys () {
        return async (header, token) => {
          asked.push('keys')
          if (okta.spoiled.keys !== undefined) throw okta.spoiled.keys
          return await keysOf(parseKeySet(answer(keySet), now()))(header, token)
        }
      },
      async redeem (request) {
        asked.push('redeem')
        requests.push(request)
        const { redeem, tokens } = okta.spoiled
        if (redeem instanceof Error) throw redeem
        if (redeem !== undefined) return redeem
        const form = new URLSearchParams(request.body)
        const code = form.get('code') ?? ''
        const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url')
        if (logins.get(code)?.challenge !== challenge) return answer({ error: 'invalid_grant', error_description: 'PKCE verification failed.' }, { status: 400 })
        const body = { token_type: 'Bearer', expires_in: 3600, access_token: accessToken, id_token: await idToken(code), ...tokens }
        logins.delete(code)
        return answer(body)
      },
      async userinfo (request) {
        asked.push('userinfo')
        requests.push(request)
        const { userinfo } = okta.spoiled
        if (userinfo instanceof Error) throw userinfo
        return userinfo ?? answer({ sub: '00u1ada', email: 'ada@acme.test', name: 'Ada Alder' })
      }
    }
  }
  return okta
}

function metadataOf (issuer: Issuer, now: Date): ProviderMetadata {
  return parseProviderMetadata(answer({
    issuer,
    authorization_endpoint: `${issuer}/oauth2/v1/authorize`,
    token_endpoint: `${issuer}/oauth2/v1/token`,
    userinfo_endpoint: `${issuer}/oauth2/v1/userinfo`,
    jwks_uri: `${issuer}/oauth2/v1/keys`,
    end_session_endpoint: `${issuer}/oauth2/v1/logout`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256']
  }), issuer, now)
}

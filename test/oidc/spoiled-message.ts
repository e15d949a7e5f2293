// How is a message of the corpus made? A login at Acme as Okta conducts it, with the spoiling of one file applied.
import { createHash } from 'node:crypto'
import type { Answer } from '../../src/oidc/answer.ts'
import type { CallbackCheck } from '../../src/oidc/authorization-response.ts'
import type { Issuer } from '../../src/oidc/discovery.ts'
import { parseIssuer } from '../../src/oidc/discovery.ts'
import { hashOf } from '../../src/oidc/hash.ts'
import { challengeOf } from '../../src/oidc/pkce.ts'
import { algorithmOf, publicJwk, signatureOf } from './signing-keys.ts'
import type { Signer } from './signing-keys.ts'

type Members = Record<string, unknown>
interface Change { set?: Members, omit?: string[] }
interface ChangedAnswer extends Change { status?: number, contentType?: string, headers?: Record<string, string>, body?: string }

/** What a file of the corpus says. A value `{ "secondsFromNow": n }` stands for that time,
 * `{ "repeat": s, "times": n }` for a long text, `{ "listOf": s, "times": n }` for a long list. */
export interface Message {
  test: string
  title: string
  made: string
  spoiled: {
    discovery?: ChangedAnswer
    attempt?: Change | null
    browser?: Change | null
    connection?: Change
    callback?: Change & { append?: string }
    token?: ChangedAnswer
    idToken?: { header?: Change, claims?: Change, payload?: string, signedBy?: Signer, shape?: 'encrypted' | 'json' | 'two-parts' }
    keys?: ChangedAnswer & { published?: Array<{ key: 'acme' | 'acme-next' | 'globex' | 'acme-elliptic' } & Change> }
    userinfo?: ChangedAnswer
    maxAgeSeconds?: number
  }
  expected: { refused?: string, outage?: string, claims?: Members, requests?: string[] }
}

export const now = new Date('2026-11-21T12:00:00Z')
export const issuer: Issuer = parseIssuer('https://acme.okta.com')
export const clientId = '0oa1acme5northwind5d7'
export const redirectUri = 'https://login.northwind.test/auth/callback/con-acme'
const [state, nonce, verifier] = ['state-of-ada-0123456789abcdef', 'nonce-of-ada-0123456789abcdef', 'verifier-of-ada-0123456789abcdef-0123456789abcdef']
const [code, accessToken] = ['code-of-ada-0123456789', 'access-token-of-ada-0123456789']
/** Nothing of these may be readable in a refusal. */
export const secrets = [state, nonce, verifier, code, accessToken, 'eyJ']

/** What the discovery endpoint answers. */
export function discoveryAnswer (change: ChangedAnswer = {}): Answer {
  return answer({
    issuer,
    authorization_endpoint: `${issuer}/oauth2/v1/authorize`,
    token_endpoint: `${issuer}/oauth2/v1/token`,
    userinfo_endpoint: `${issuer}/oauth2/v1/userinfo`,
    jwks_uri: `${issuer}/oauth2/v1/keys`,
    end_session_endpoint: `${issuer}/oauth2/v1/logout`,
    response_types_supported: ['code', 'id_token', 'code id_token', 'code token', 'id_token token', 'code id_token token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256']
  }, change)
}

/** The query that Okta sends the browser back with. */
export function callbackQuery (change: Message['spoiled']['callback'] = {}): string {
  const parameters = changed({ code, state }, change)
  return new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)])).toString() + (change.append ?? '')
}

/** All that the callback is checked against, but the parameters and the metadata. */
export function callbackCheck (spoiled: Message['spoiled'] = {}): Pick<CallbackCheck, 'attempt' | 'browser' | 'connection' | 'now'> {
  const attempt = changed({
    connectionId: 'con-acme',
    issuer,
    redirectUri,
    startedAt: { secondsFromNow: -60 },
    expiresAt: { secondsFromNow: 540 },
    nonceHash: hashOf(nonce),
    codeChallenge: challengeOf(verifier),
    connectionVersion: 7
  }, spoiled.attempt ?? {})
  return {
    attempt: spoiled.attempt === null
      ? null
      : { ...attempt, startedAt: dateOf(attempt.startedAt), expiresAt: dateOf(attempt.expiresAt) } as CallbackCheck['attempt'],
    browser: spoiled.browser === null ? null : changed({ nonce, verifier }, spoiled.browser ?? {}) as CallbackCheck['browser'],
    connection: changed({ id: 'con-acme', version: 7 }, spoiled.connection ?? {}) as CallbackCheck['connection'],
    now
  }
}

/** What the token endpoint answers. */
export function tokenAnswer (spoiled: Message['spoiled'] = {}): Answer {
  const tokens = { token_type: 'Bearer', expires_in: 3600, access_token: accessToken, scope: 'openid profile email', id_token: idToken(spoiled.idToken) }
  return answer(tokens, spoiled.token ?? {})
}

/** An ID token as Okta's organisation server makes it in the code flow. */
export function idToken (spoiled: NonNullable<Message['spoiled']['idToken']> = {}): string {
  const signer = spoiled.signedBy ?? 'acme'
  const kid = signer === 'acme-next' || signer === 'acme-elliptic' ? signer : 'acme'
  const header = changed({ kid, alg: algorithmOf(signer) }, spoiled.header ?? {})
  const claims = changed({
    sub: '00u1ada5acme5000005d7',
    name: 'Ada Alder',
    email: 'ada@acme.test',
    ver: 1,
    iss: issuer,
    aud: clientId,
    iat: { secondsFromNow: -2 },
    exp: { secondsFromNow: 3598 },
    jti: 'ID.0483Z8YWB5FK6a',
    amr: ['mfa', 'otp', 'pwd'],
    idp: '00o1acme5000000000d7',
    nonce,
    preferred_username: 'ada@acme.test',
    auth_time: { secondsFromNow: -12 },
    at_hash: halfHash(accessToken)
  }, spoiled.claims ?? {})
  const input = `${base64url(JSON.stringify(header))}.${base64url(spoiled.payload ?? JSON.stringify(claims))}`
  const signature = signatureOf(signer, input)
  switch (spoiled.shape) {
    case 'encrypted': return `${base64url('{"alg":"RSA-OAEP-256","enc":"A256GCM"}')}.a2V5.aXY.Y2lwaGVydGV4dA.dGFn`
    case 'json': return JSON.stringify({ protected: input.split('.')[0], payload: input.split('.')[1], signature })
    case 'two-parts': return input
    default: return `${input}.${signature}`
  }
}

/** What the key endpoint answers. */
export function keysAnswer (change: Message['spoiled']['keys'] = {}): Answer {
  const published = (change.published ?? [{ key: 'acme' }]).map(entry => changed(publicJwk(entry.key), entry))
  return answer({ keys: published }, change)
}

/** What userinfo answers. */
export function userinfoAnswer (change: ChangedAnswer = {}): Answer {
  return answer({ sub: '00u1ada5acme5000005d7', name: 'Ada Alder', email: 'ada@acme.test', preferred_username: 'ada@acme.test', locale: 'en-GB' }, change)
}

/** A JSON answer with these members, changed. */
export function answer (members: Members, change: ChangedAnswer = {}): Answer {
  return {
    status: change.status ?? 200,
    contentType: change.contentType ?? 'application/json',
    headers: { 'x-okta-request-id': 'Zabc0123', ...change.headers },
    body: change.body ?? JSON.stringify(changed(members, change))
  }
}

/** The left half of the SHA-256, as at_hash and c_hash have it. */
export function halfHash (text: string): string {
  return createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url')
}

function changed (members: Members, change: Change): Members {
  const entries = Object.entries({ ...members, ...change.set }).filter(([name]) => change.omit?.includes(name) !== true)
  return Object.fromEntries(entries.map(([name, value]) => [name, resolved(value)]))
}

function resolved (value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('secondsFromNow' in value && typeof value.secondsFromNow === 'number') return now.getTime() / 1000 + value.secondsFromNow
  if ('repeat' in value && 'times' in value) return String(value.repeat).repeat(Number(value.times))
  if ('listOf' in value && 'times' in value) return Array(Number(value.times)).fill(value.listOf)
  return value
}

function dateOf (seconds: unknown): Date {
  return new Date(Number(seconds) * 1000)
}

function base64url (text: string): string {
  return Buffer.from(text).toString('base64url')
}

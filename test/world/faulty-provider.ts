// What if the provider gets it wrong? An OpenID provider shaped like an Okta org, with a knob for every mistake; no user interface.
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import { answerAuthorize } from './faulty-provider/authorize.ts'
import { deliver, deliverSpoilt, replaces } from './faulty-provider/deliver.ts'
import { answerDiscovery, answerOrganization } from './faulty-provider/discovery.ts'
import { spoil, takeFault } from './faulty-provider/faults.ts'
import type { Faults, Mishap, Refusal } from './faulty-provider/faults.ts'
import type { House, Person } from './faulty-provider/house.ts'
import { buildRefusal } from './faulty-provider/refusals.ts'
import { json, page } from './faulty-provider/reply.ts'
import type { Reply, Visit } from './faulty-provider/reply.ts'
import { buildKeySet, generateSigningKey } from './faulty-provider/signing-keys.ts'
import { answerToken } from './faulty-provider/token.ts'
import { answerUserinfo } from './faulty-provider/userinfo.ts'

export type { Faults, Mishap } from './faulty-provider/faults.ts'

/** What was asked: names only, never a value that could be a secret. */
export interface AskedRequest {
  readonly method: string
  readonly path: string
  readonly queryNames: readonly string[]
  readonly headerNames: readonly string[]
  readonly formNames: readonly string[]
}

export interface FaultyProviderOptions {
  name?: string
  /** Registered redirect URIs; without them any is good. */
  redirectUris?: readonly string[]
  clientId?: string
  clientSecret?: string
  clientAuthentication?: House['clientAuthentication']
  idTokens?: House['idTokens']
  issInResponse?: boolean
  person?: Partial<Person>
  now?: () => Date
  port?: number
}

/** A running provider. Besides the knobs, `person`, `idTokens`, `clientSecret` and their like may be changed at any time. */
export interface FaultyProvider extends House {
  readonly origin: string
  /** For the next request to that endpoint only. */
  readonly next: Faults
  /** For every request until it is deleted. */
  readonly always: Faults
  /** Every request so far, oldest first. */
  readonly requests: AskedRequest[]
  /** How often a path was asked for. */
  asked (path: string): number
  /** A new key signs from now on. The old one stays published, or goes with `withdraw`; `sameKid` gives the new one the old name. */
  rotateKeys (options?: { withdraw?: boolean, sameKid?: boolean }): Promise<void>
  close (): Promise<void>
}

/** Starts one on 127.0.0.1, as `acme` with Ada unless told otherwise. */
export async function startFaultyProvider (options: FaultyProviderOptions = {}): Promise<FaultyProvider> {
  const name = options.name ?? 'acme'
  const server = createServer()
  await new Promise<void>(resolve => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  const [signing, foreign] = await Promise.all([generateSigningKey(), generateSigningKey()])
  const provider: FaultyProvider = {
    origin,
    issuer: origin,
    clientId: options.clientId ?? `0oa${name}`,
    clientSecret: options.clientSecret ?? randomBytes(30).toString('base64url'),
    redirectUris: options.redirectUris,
    clientAuthentication: options.clientAuthentication ?? 'any',
    idTokens: options.idTokens ?? 'fat',
    issInResponse: options.issInResponse ?? false,
    person: { sub: `00uAda${name}`, email: `ada@${name}.test`, name: 'Ada Example', preferred_username: `ada@${name}.test`, ...options.person },
    now: options.now ?? (() => new Date()),
    signing,
    published: [signing],
    foreign,
    codes: new Map(),
    accessTokens: new Set(),
    next: {},
    always: {},
    requests: [],
    asked: path => provider.requests.filter(request => request.path === path).length,
    async rotateKeys ({ withdraw = false, sameKid = false } = {}) {
      const former = provider.signing
      provider.signing = await generateSigningKey(sameKid ? former.kid : undefined)
      provider.published = withdraw || sameKid ? [provider.signing] : [former, provider.signing]
    },
    async close () {
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    }
  }
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    handle(provider, request, response).catch(() => response.destroy())
  })
  return provider
}

async function handle (provider: FaultyProvider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', provider.origin)
  const body = await readText(request)
  const visit: Visit = {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    form: new URLSearchParams(request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true ? body : ''),
    headers: Object.fromEntries(Object.entries(request.headers).map(([header, value]) => [header, [value].flat().join(', ')]))
  }
  provider.requests.push({
    method: visit.method,
    path: visit.path,
    queryNames: [...visit.query.keys()],
    headerNames: Object.keys(visit.headers),
    formNames: [...visit.form.keys()]
  })
  response.setHeader('date', provider.now().toUTCString())
  const { reply, mishap } = answer(provider, visit)
  if (mishap === undefined) deliver(response, reply)
  else deliverSpoilt(response, reply, mishap)
}

interface Outcome { reply: Reply, mishap: Mishap | undefined }

function answer (provider: FaultyProvider, visit: Visit): Outcome {
  const take = <Name extends keyof Faults>(endpoint: Name): Faults[Name] => takeFault(provider.next, provider.always, endpoint)
  const outcome = (fault: { mishap?: Mishap, refusal?: Refusal } | undefined, work: () => Reply): Outcome => {
    const mishap = fault?.mishap
    if (replaces(mishap)) return { reply: page(500, 'Replaced'), mishap }
    return { reply: fault?.refusal === undefined ? work() : buildRefusal(fault.refusal, provider.now()), mishap }
  }
  switch (`${visit.method} ${visit.path}`) {
    case 'GET /.well-known/openid-configuration': {
      const fault = take('discovery')
      return outcome(fault, () => answerDiscovery(provider, visit, fault))
    }
    case 'GET /.well-known/okta-organization':
      return outcome(undefined, () => answerOrganization(provider))
    case 'GET /oauth2/v1/keys': {
      const fault = take('keys')
      const keySet = buildKeySet(provider.published, provider.foreign, fault?.serve)
      return outcome(fault, () => json(200, spoil({ ...keySet }, fault), { 'cache-control': 'max-age=3832304, must-revalidate' }))
    }
    case 'GET /oauth2/v1/authorize':
    case 'POST /oauth2/v1/authorize': {
      const fault = take('authorize')
      return outcome(fault, () => answerAuthorize(provider, visit, fault))
    }
    case 'POST /oauth2/v1/token': {
      const fault = take('token')
      return outcome(fault, () => answerToken(provider, visit, fault, take('idToken')))
    }
    case 'GET /oauth2/v1/userinfo':
    case 'POST /oauth2/v1/userinfo': {
      const fault = take('userinfo')
      return outcome(fault, () => answerUserinfo(provider, visit, fault))
    }
    default:
      return outcome(undefined, () => page(404, 'Page not found'))
  }
}

async function readText (request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) if (Buffer.isBuffer(chunk)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

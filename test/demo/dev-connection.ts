// Which connection does a developer bring to life? One tenant `dev` with one connection, drafted through the operator API.
import type { RunningGateway } from '../world/gateway.ts'
import { made } from '../world/tenancy.ts'

export const TENANT = 'dev'

/** What Okta wants to know of it, and how far it has come. */
export interface DevConnection {
  readonly id: string
  readonly state: string
  readonly issuer: string
  readonly redirectUri: string
  readonly initiateLoginUri: string
  readonly postLogoutRedirectUri: string
}

type Api = Pick<RunningGateway, 'api'>

// Reserved for examples (RFC 2606): nobody's Okta is asked before the developer has named theirs.
const NOBODYS_OKTA = 'https://okta.example.com'

/**
 * The connection of the last start, or a new draft: a connection has its addresses before Okta gives it a client id.
 * @param standIn an origin on this machine to draft it with, where there is one.
 */
export async function prepareConnection (gateway: RunningGateway, standIn: string | undefined): Promise<DevConnection> {
  const known = await gateway.api('GET', `/tenants/${TENANT}`)
  if (known.status === 404) await made(gateway, '/tenants', { slug: TENANT, name: 'Development', admission: 'just-in-time', defaultRoles: ['admin'] })
  const { body } = await gateway.api('GET', `/tenants/${TENANT}/connections`)
  const connections = Array.isArray(body['items']) ? body['items'].map(parseConnection) : []
  const kept = connections.find(({ state }) => state !== 'retired')
  if (kept !== undefined) return kept
  const draft = { oktaDomain: standIn ?? NOBODYS_OKTA, clientId: 'not-known-yet', clientSecret: 'not-known-yet', endsOktaSession: true }
  return parseConnection(await made(gateway, `/tenants/${TENANT}/connections`, draft))
}

/** As it is now. */
export async function readConnection (gateway: Api, id: string): Promise<DevConnection> {
  return parseConnection((await gateway.api('GET', `/tenants/${TENANT}/connections/${id}`)).body)
}

/** The email domains whose people may come in. */
export async function listDomains (gateway: Api): Promise<string[]> {
  const { body } = await gateway.api('GET', `/tenants/${TENANT}/domains`)
  return Array.isArray(body['items']) ? body['items'].map(item => text(item, 'domain')) : []
}

function parseConnection (body: unknown): DevConnection {
  return {
    id: text(body, 'id'),
    state: text(body, 'state'),
    issuer: text(body, 'issuer'),
    redirectUri: text(body, 'redirectUri'),
    initiateLoginUri: text(body, 'initiateLoginUri'),
    postLogoutRedirectUri: text(body, 'postLogoutRedirectUri')
  }
}

function text (body: unknown, name: string): string {
  const found: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  return typeof found === 'string' ? found : ''
}

// What stands where a customer's Okta would be? A whole organisation on this machine: people, apps, a dashboard, and Okta's manners.
import { createServer } from 'node:http'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { addEndpoints } from './okta-org/endpoints.ts'
import { oktaId, oktaSecret } from './okta-org/identifiers.ts'
import { registerApp } from './okta-org/organization.ts'
import type { IdTokenShape, OktaApp, Organization, Person, RegisteredApp } from './okta-org/organization.ts'
import { createProvider } from './okta-org/provider.ts'
import { createSigningKeys } from './okta-org/signing-keys.ts'

export type { IdTokenShape, OktaApp, Person, RegisteredApp } from './okta-org/organization.ts'

export interface OktaOrgOptions {
  /** Ids are made from it: the same name is the same organisation again. */
  name: string
  label: string
  port?: number
  people: Person[]
  apps?: OktaApp[]
  idTokens?: IdTokenShape
  brandColour?: string
  /** Send `iss` with the authorization response (RFC 9207), which Okta does not. */
  sendIss?: boolean
  /** Ask again when `login_hint` names somebody else than is signed in, which Okta does not. */
  asksWhoeverIsHinted?: boolean
  now?: () => Date
}

export interface OktaOrg {
  /** The issuer: an origin without a slash, like Okta's. */
  url: string
  id: string
  /** Live: whoever is taken out of it cannot sign in any more. */
  people: Person[]
  apps (): RegisteredApp[]
  addApp (app: OktaApp): RegisteredApp
  /** What an admin does on an app's General tab. */
  changeApp (clientId: string, change: Partial<OktaApp>): RegisteredApp
  assign (clientId: string, email: string): void
  unassign (clientId: string, email: string): void
  /** A second secret beside the first; `removeSecret` ends the older one. */
  addSecret (clientId: string): string
  removeSecret (clientId: string): void
  rotateKeys (options?: { emergency?: boolean }): Promise<void>
  setIdTokenShape (shape: IdTokenShape): void
  /** Signs as the organisation, with the key of its ID tokens: for what Okta pushes to apps. */
  sign (payload: JWTPayload, header?: Partial<JWTHeaderParameters>): Promise<string>
  stop (): Promise<void>
}

/** Starts an organisation on a port of its own of 127.0.0.1, so that its issuer is an origin like Okta's. */
export async function startOktaOrg (options: OktaOrgOptions): Promise<OktaOrg> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const organization: Organization = {
    issuer: `http://127.0.0.1:${port}`,
    id: oktaId('00o', options.name),
    name: options.name,
    label: options.label,
    brandColour: options.brandColour ?? '#2b4a6f',
    people: options.people,
    apps: new Map(),
    keys: await createSigningKeys(),
    idTokens: options.idTokens ?? 'thin',
    sendIss: options.sendIss ?? false,
    asksWhoeverIsHinted: options.asksWhoeverIsHinted ?? false,
    now: options.now ?? (() => new Date())
  }
  for (const app of options.apps ?? []) registerApp(organization, app)
  const provider = await createProvider(organization)
  addEndpoints(organization, provider)
  server.on('request', provider.callback())
  return administer(organization, async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
}

function administer (organization: Organization, stop: () => Promise<void>): OktaOrg {
  const find = (clientId: string): RegisteredApp => {
    const app = organization.apps.get(clientId)
    if (app === undefined) throw new Error(`${organization.label} has no app ${clientId}`)
    return app
  }
  const change = (clientId: string, changed: Partial<OktaApp>): RegisteredApp => {
    const app = { ...find(clientId), ...changed }
    organization.apps.set(clientId, app)
    return app
  }
  const assigned = (clientId: string): string[] => find(clientId).assigned ?? organization.people.map(person => person.email)
  return {
    url: organization.issuer,
    id: organization.id,
    people: organization.people,
    apps: () => [...organization.apps.values()],
    addApp: app => registerApp(organization, app),
    changeApp: change,
    assign: (clientId, email) => { change(clientId, { assigned: [...assigned(clientId), email] }) },
    unassign: (clientId, email) => { change(clientId, { assigned: assigned(clientId).filter(other => other !== email) }) },
    addSecret: clientId => {
      const { secrets } = find(clientId)
      if (secrets.length === 2) throw new Error("You've reached the maximum number of client secrets per client.")
      const secret = oktaSecret(`${clientId} ${secrets[0]}`)
      secrets.push(secret)
      return secret
    },
    removeSecret: clientId => { find(clientId).secrets.shift() },
    rotateKeys: async rotation => { await organization.keys.rotate(rotation) },
    setIdTokenShape: shape => { organization.idTokens = shape },
    sign: async (payload, header) => await organization.keys.sign(payload, header),
    stop
  }
}

// How does a customer come to sign in with its own Okta? Set up through the operator API, as a vendor would do it.
import type { OktaOrg } from './okta-org.ts'
import type { RunningGateway } from './gateway.ts'

export interface TenancyOptions {
  readonly slug: string
  readonly name: string
  /** Email domains, verified on the operator's word. */
  readonly domains: readonly string[]
  readonly org: Pick<OktaOrg, 'url' | 'addApp'>
  readonly appLabel?: string
  readonly admission?: 'invited' | 'just-in-time'
  readonly defaultRoles?: readonly string[]
  readonly homeUrl?: string
  /** Whether signing out offers to sign out of Okta too. */
  readonly endsOktaSession?: boolean
  readonly members?: readonly { readonly email: string, readonly name: string, readonly roles?: readonly string[] }[]
  /** Emails of those assigned to the app in Okta; everybody when left out. */
  readonly assigned?: string[]
}

export interface Tenancy {
  readonly id: string
  readonly slug: string
  readonly connection: string
  readonly clientId: string
  readonly redirectUri: string
  readonly initiateLoginUri: string
  /** By email. */
  readonly members: ReadonlyMap<string, string>
}

/** Makes the tenant, its app in Okta and the connection between the two, and takes it live. */
export async function createTenancy (gateway: RunningGateway, options: TenancyOptions): Promise<Tenancy> {
  const { slug, name, org } = options
  const tenant = await made(gateway, '/tenants', {
    slug,
    name,
    ...(options.admission === undefined ? {} : { admission: options.admission }),
    ...(options.defaultRoles === undefined ? {} : { defaultRoles: options.defaultRoles }),
    ...(options.homeUrl === undefined ? {} : { homeUrl: options.homeUrl })
  })
  for (const domain of options.domains) {
    await made(gateway, `/tenants/${slug}/domains`, { domain })
    await made(gateway, `/tenants/${slug}/domains/${domain}/verify`, { provenance: 'operator' })
  }
  // Okta wants the addresses before it gives the client id; a connection has its addresses from the moment it is drafted.
  const draft = await made(gateway, `/tenants/${slug}/connections`, { oktaDomain: org.url, clientId: 'to-be-known', clientSecret: 'to-be-known' })
  const connection = String(draft.id)
  const registered = org.addApp({
    label: options.appLabel ?? 'Northwind',
    redirectUris: [String(draft.redirectUri)],
    initiateLoginUri: String(draft.initiateLoginUri),
    postLogoutRedirectUris: [String(draft.postLogoutRedirectUri)],
    ...(options.assigned === undefined ? {} : { assigned: options.assigned })
  })
  await made(gateway, `/tenants/${slug}/connections/${connection}`, { clientId: registered.clientId, clientSecret: registered.secrets[0], endsOktaSession: options.endsOktaSession ?? false }, 'PATCH')
  await made(gateway, `/tenants/${slug}/connections/${connection}/verify`, { provenance: 'operator' })
  await made(gateway, `/tenants/${slug}/connections/${connection}/go-live`, {})
  const members = new Map<string, string>()
  for (const { email, name: called, roles = [] } of options.members ?? []) {
    members.set(email, String((await made(gateway, `/tenants/${slug}/members`, { email, name: called, roles })).id))
  }
  return {
    id: String(tenant.id),
    slug,
    connection,
    clientId: registered.clientId,
    redirectUri: String(draft.redirectUri),
    initiateLoginUri: String(draft.initiateLoginUri),
    members
  }
}

/** Calls the API and expects it to agree. */
export async function made (gateway: RunningGateway, path: string, body: unknown, method: 'POST' | 'PATCH' = 'POST'): Promise<Record<string, unknown>> {
  const answer = await gateway.api(method, path, body)
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

// `/tenants/:tenant/connections`: through which Okta a tenant's people sign in.
import type { Secret } from '../../../secret.ts'
import { checkDeletable } from '../../../tenant/connection.ts'
import type { Connection } from '../../../tenant/connection.ts'
import { buildId, ID_BYTES } from '../../../tenant/id.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import { findConnection, findTenant, notFound } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { difference, record } from './audit.ts'
import type { AuditNeeds } from './audit.ts'
import { answerConnection, ConnectionAnswer, settingsOf } from './connection-answer.ts'
import { ConnectionChanges, defaultScopes, NewConnection, parseConnection } from './connection-input.ts'
import { fieldFault } from './field.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, ConnectionPath, Done, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

type Settings = Pick<Connection, 'issuer' | 'clientId' | 'clientAuthentication' | 'scopes' | 'groupsClaim' | 'endsOktaSession'>
interface Secrets { readonly clientSecret?: Secret, readonly nextClientSecret?: Secret | null }

export interface ConnectionRoutesNeeds extends AuditNeeds, TenantsNeed {
  readonly connections: {
    save (connection: Settings & Pick<Connection, 'id' | 'tenantId'> & { clientSecret: Secret | null }, now: Date): Promise<void>
    find (tenantId: TenantId, id: string): Promise<Connection | null>
    list (tenantId: TenantId): Promise<readonly Connection[]>
    change (tenantId: TenantId, id: ConnectionId, changes: Partial<Settings> & Secrets & { issuerAliases?: readonly string[] }, now: Date): Promise<Connection | null>
    remove (tenantId: TenantId, id: ConnectionId): Promise<boolean>
  }
  /** The key pair of a connection that proves itself by `private_key_jwt`; nothing where there is one already. */
  readonly giveClientKey: (tenantId: TenantId, id: ConnectionId) => Promise<void>
  /** The other names of the issuer's organisation; null when it does not say. */
  readonly learnOrganization: (issuer: string) => Promise<{ readonly aliases: readonly string[] } | null>
  /** What is remembered of the provider was learnt with the old settings. */
  readonly forgetProvider: (connectionId: ConnectionId) => void
  readonly publicUrl: string
  readonly developmentOrigins: readonly string[]
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export function connectionRoutes (app: TypedApp, needs: ConnectionRoutesNeeds): void {
  const findAliases = async (issuer: string) => (await needs.learnOrganization(issuer))?.aliases ?? []

  app.post('/tenants/:tenant/connections', { schema: { ...about('Connections', 'createConnection', 'Make a connection, in draft'), params: TenantPath, body: NewConnection, response: { 201: ConnectionAnswer } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const { settings, secrets, notes } = parseConnection(request.body, needs.developmentOrigins)
    const { issuer } = settings
    if (issuer === undefined) throw fieldFault('oktaDomain', 'oktaDomain is missing.')
    const issuerAliases = await findAliases(issuer)
    const now = needs.now()
    const id = buildId('con', needs.random(ID_BYTES))
    await needs.connections.save({
      clientId: request.body.clientId,
      clientAuthentication: 'client_secret_basic',
      scopes: defaultScopes,
      groupsClaim: null,
      endsOktaSession: false,
      ...settings,
      issuer,
      id,
      tenantId: tenant.id,
      clientSecret: secrets.clientSecret ?? null
    }, now)
    await needs.giveClientKey(tenant.id, id)
    const { nextClientSecret = null } = secrets
    const further = { ...(nextClientSecret === null ? {} : { nextClientSecret }), ...(issuerAliases.length === 0 ? {} : { issuerAliases }) }
    const saved = Object.keys(further).length === 0 ? await needs.connections.find(tenant.id, id) : await needs.connections.change(tenant.id, id, further, now)
    if (saved === null) throw notFound('connection')
    await record(needs, { type: 'connection.created', tenantId: tenant.id, subject: id, details: { after: settingsOf(saved), ...told(secrets) } }, now)
    reply.code(201)
    return answerConnection(saved, needs.publicUrl, notes)
  })

  app.get('/tenants/:tenant/connections', { schema: { ...about('Connections', 'listConnections', 'List the connections of a tenant, oldest first'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(ConnectionAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = pageOfAll(await needs.connections.list(tenant.id), request.query, ({ id }) => id)
    return { items: items.map(connection => answerConnection(connection, needs.publicUrl)), next }
  })

  app.get('/tenants/:tenant/connections/:connection', { schema: { ...about('Connections', 'getConnection', 'Read a connection'), params: ConnectionPath, response: { 200: ConnectionAnswer } } }, async request => {
    return answerConnection((await findConnection(needs, request.params)).connection, needs.publicUrl)
  })

  app.patch('/tenants/:tenant/connections/:connection', { schema: { ...about('Connections', 'changeConnection', 'Change a connection; logins under way have to begin again'), params: ConnectionPath, body: ConnectionChanges, response: { 200: ConnectionAnswer } } }, async request => {
    const { tenant, connection: before } = await findConnection(needs, request.params)
    const { settings, secrets, notes } = parseConnection(request.body, needs.developmentOrigins)
    // Nothing asked for, nothing interrupted.
    if (Object.keys(settings).length + Object.keys(secrets).length === 0) return answerConnection(before, needs.publicUrl, notes)
    // The other names were those of the old organisation; a tile of it must not start a login here any more.
    const moved = settings.issuer === undefined || settings.issuer === before.issuer ? {} : { issuerAliases: await findAliases(settings.issuer) }
    // Those that are older than the keys have none yet.
    if (settings.clientAuthentication === 'private_key_jwt') await needs.giveClientKey(tenant.id, before.id)
    const now = needs.now()
    const after = await needs.connections.change(tenant.id, before.id, { ...settings, ...secrets, ...moved }, now)
    if (after === null) throw notFound('connection')
    needs.forgetProvider(after.id)
    await record(needs, { type: 'connection.changed', tenantId: tenant.id, subject: after.id, details: { ...difference(settingsOf(before), settingsOf(after)), ...told(secrets) } }, now)
    return answerConnection(after, needs.publicUrl, notes)
  })

  app.delete('/tenants/:tenant/connections/:connection', { schema: { ...about('Connections', 'deleteConnection', 'Delete a connection that signs nobody in'), params: ConnectionPath, response: { 204: Done } } }, async (request, reply) => {
    const { tenant, connection } = await findConnection(needs, request.params)
    checkDeletable(connection.state)
    const now = needs.now()
    if (!await needs.connections.remove(tenant.id, connection.id)) throw notFound('connection')
    needs.forgetProvider(connection.id)
    await record(needs, { type: 'connection.deleted', tenantId: tenant.id, subject: connection.id, details: { before: { ...settingsOf(connection), state: connection.state } } }, now)
    return await reply.code(204).send(null)
  })
}

/** That a secret came, and never which. */
function told (secrets: Secrets): { replaced?: readonly string[] } {
  const names = Object.keys(secrets)
  return names.length === 0 ? {} : { replaced: names }
}

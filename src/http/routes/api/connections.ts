// `/tenants/:tenant/connections`: through which Okta a tenant's people sign in.
import type { Secret } from '../../../secret.ts'
import { APP_ELSEWHERE } from '../../../okta/app-elsewhere.ts'
import { checkDeletable } from '../../../tenant/connection.ts'
import type { Connection, ConnectionOnFile } from '../../../tenant/connection.ts'
import { difference } from '../../../tenant/difference.ts'
import type { By } from '../../../tenant/event.ts'
import { buildId, ID_BYTES } from '../../../tenant/id.ts'
import type { ConnectionId, TenantId } from '../../../tenant/id.ts'
import type { ShadowSettings } from '../../../tenant/shadow.ts'
import { findConnection, findTenant, notFound } from './addressed.ts'
import type { TenantsNeed } from './addressed.ts'
import { record, type RecordedNeeds } from './audit.ts'
import { answerConnection, answerHealth, answerShadow, ConnectionAnswer, settingsOf, type Health } from './connection-answer.ts'
import { ConnectionChanges, defaultScopes, NewConnection, parseConnection } from './connection-input.ts'
import { fieldFault } from './field.ts'
import { by } from './operator-token.ts'
import { listOf, pageOfAll, PageQuery } from './page.ts'
import { about, ConnectionPath, Done, TenantPath } from './schema-parts.ts'
import type { TypedApp } from './typed-app.ts'

type Settings = Pick<Connection, 'issuer' | 'clientId' | 'clientAuthentication' | 'scopes' | 'groupsClaim' | 'groupRoles' | 'endsOktaSession'>
type Parsed = ReturnType<typeof parseConnection>
interface Secrets { readonly clientSecret?: Secret, readonly nextClientSecret?: Secret | null }

interface ConnectionStores {
  readonly connections: {
    save (connection: Settings & Pick<Connection, 'id' | 'tenantId'> & { clientSecret: Secret | null }, now: Date): Promise<void>
    find (tenantId: TenantId, id: string): Promise<ConnectionOnFile | null>
    change (tenantId: TenantId, id: ConnectionId, changes: Partial<Settings> & Secrets & { issuerAliases?: readonly string[] }, now: Date): Promise<ConnectionOnFile | null>
    remove (tenantId: TenantId, id: ConnectionId): Promise<boolean>
  }
  /** The key pair of a connection that proves itself by `private_key_jwt`; nothing where there is one already. */
  readonly clientKeys: { give (tenantId: TenantId, id: ConnectionId, now: Date): Promise<void> }
  readonly shadows: { save (tenantId: TenantId, id: ConnectionId, changes: Partial<ShadowSettings> & { clientSecret?: Secret }, now: Date): Promise<ConnectionOnFile | null> }
  readonly health: { saveSecretExpiry (tenantId: TenantId, id: ConnectionId, at: Date | null): Promise<void> }
}

export interface ConnectionRoutesNeeds extends TenantsNeed, RecordedNeeds<ConnectionStores> {
  readonly connections: {
    find (tenantId: TenantId, id: string): Promise<ConnectionOnFile | null>
    list (tenantId: TenantId): Promise<readonly ConnectionOnFile[]>
    isElsewhere (tenantId: TenantId, app: Pick<Connection, 'issuer' | 'clientId'>): Promise<boolean>
  }
  readonly health: { find (tenantId: TenantId, id: ConnectionId): Promise<Health | null> }
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

  const keepExpiry = async ({ health }: Pick<ConnectionStores, 'health'>, tenantId: TenantId, id: ConnectionId, at: Date | null | undefined) => {
    if (at !== undefined) await health.saveSecretExpiry(tenantId, id, at)
  }
  const answerOne = async (connection: ConnectionOnFile, notes?: readonly string[]) => {
    const health = await needs.health.find(connection.tenantId, connection.id)
    if (health === null) throw notFound('connection')
    return { ...answerConnection(connection, needs.publicUrl, notes), ...answerHealth(health) }
  }

  // Within the tenant a mistake, which the store refuses; in two tenants it may be meant, and whoever may know of both is told.
  const noteElsewhere = async (tenantId: TenantId, app: Pick<Connection, 'issuer' | 'clientId'>): Promise<readonly string[]> =>
    await needs.connections.isElsewhere(tenantId, app) ? [APP_ELSEWHERE] : []

  // What everybody's sign-in hangs on waits beside the connection; what is left of the request counts at once.
  const putAside = async (who: By, live: ConnectionOnFile, { settings, secrets, secretExpiresAt }: Parsed): Promise<Omit<Parsed, 'notes'> & { current: ConnectionOnFile }> => {
    const { issuer, clientId, clientAuthentication, ...others } = settings
    const { clientSecret, ...slots } = secrets
    const wanted = { issuer, clientId, clientAuthentication }
    const seen = live.shadow ?? live
    const same = clientSecret === undefined && (['issuer', 'clientId', 'clientAuthentication'] as const).every(name => wanted[name] === undefined || wanted[name] === seen[name])
    if (same) return { settings: others, secrets: slots, secretExpiresAt, current: live }
    const changes = {
      ...(issuer === undefined ? {} : { issuer, issuerAliases: await findAliases(issuer) }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientAuthentication === undefined ? {} : { clientAuthentication }),
      ...(clientSecret === undefined ? {} : { clientSecret, secretExpiresAt: secretExpiresAt ?? null })
    }
    const now = needs.now()
    const current = await needs.together(async ({ clientKeys, shadows, events }) => {
      const saved = await shadows.save(live.tenantId, live.id, changes, now)
      if (saved?.shadow === null || saved === null) throw notFound('connection')
      // Those that are older than the keys have none yet. After the change: a key locks the connection, and the app is locked before that.
      if (clientAuthentication === 'private_key_jwt') await clientKeys.give(live.tenantId, live.id, now)
      await record({ events }, who, { type: 'connection.shadow-changed', tenantId: live.tenantId, subject: live.id, details: { before: live.shadow === null ? null : answerShadow(live.shadow), after: answerShadow(saved.shadow) } }, now)
      return saved
    })
    return { settings: others, secrets: slots, secretExpiresAt: clientSecret === undefined ? secretExpiresAt : undefined, current }
  }

  app.post('/tenants/:tenant/connections', { schema: { ...about('Connections', 'createConnection', 'Make a connection, in draft', 'admin'), params: TenantPath, body: NewConnection, response: { 201: ConnectionAnswer } } }, async (request, reply) => {
    const tenant = await findTenant(needs, request.params)
    const { settings, secrets, secretExpiresAt, notes } = parseConnection(request.body, needs.developmentOrigins)
    const { issuer } = settings
    if (issuer === undefined) throw fieldFault('oktaDomain', 'oktaDomain is missing.')
    checkMapping(settings)
    const shared = await noteElsewhere(tenant.id, { issuer, clientId: settings.clientId ?? request.body.clientId })
    const issuerAliases = await findAliases(issuer)
    const now = needs.now()
    const id = buildId('con', needs.random(ID_BYTES))
    const { nextClientSecret = null } = secrets
    const further = { ...(nextClientSecret === null ? {} : { nextClientSecret }), ...(issuerAliases.length === 0 ? {} : { issuerAliases }) }
    const saved = await needs.together(async ({ connections, clientKeys, health, events }) => {
      await connections.save({
        clientId: request.body.clientId,
        clientAuthentication: 'client_secret_basic',
        scopes: defaultScopes,
        groupsClaim: null,
        groupRoles: [],
        endsOktaSession: false,
        ...settings,
        issuer,
        id,
        tenantId: tenant.id,
        clientSecret: secrets.clientSecret ?? null
      }, now)
      await clientKeys.give(tenant.id, id, now)
      await keepExpiry({ health }, tenant.id, id, secretExpiresAt)
      const made = Object.keys(further).length === 0 ? await connections.find(tenant.id, id) : await connections.change(tenant.id, id, further, now)
      if (made === null) throw notFound('connection')
      await record({ events }, by(request), { type: 'connection.created', tenantId: tenant.id, subject: id, details: { after: settingsOf(made), ...told(secrets) } }, now)
      return made
    })
    reply.code(201)
    return await answerOne(saved, [...notes, ...shared])
  })

  app.get('/tenants/:tenant/connections', { schema: { ...about('Connections', 'listConnections', 'List the connections of a tenant, oldest first', 'read'), params: TenantPath, querystring: PageQuery, response: { 200: listOf(ConnectionAnswer) } } }, async request => {
    const tenant = await findTenant(needs, request.params)
    const { items, next } = pageOfAll(await needs.connections.list(tenant.id), request.query, ({ id }) => id)
    return { items: items.map(connection => answerConnection(connection, needs.publicUrl)), next }
  })

  app.get('/tenants/:tenant/connections/:connection', { schema: { ...about('Connections', 'getConnection', 'Read a connection', 'read'), params: ConnectionPath, response: { 200: ConnectionAnswer } } }, async request => {
    return await answerOne((await findConnection(needs, request.params)).connection)
  })

  app.patch('/tenants/:tenant/connections/:connection', { schema: { ...about('Connections', 'changeConnection', 'Change a connection; logins under way have to begin again', 'admin'), params: ConnectionPath, body: ConnectionChanges, response: { 200: ConnectionAnswer } } }, async request => {
    const { tenant, connection: before } = await findConnection(needs, request.params)
    const parsed = parseConnection(request.body, needs.developmentOrigins)
    checkMapping({ ...before, ...parsed.settings })
    const { issuer, clientId } = { ...before, ...before.shadow, ...parsed.settings }
    const moves = parsed.settings.issuer !== undefined || parsed.settings.clientId !== undefined
    const notes = [...parsed.notes, ...moves ? await noteElsewhere(tenant.id, { issuer, clientId }) : []]
    const aside = before.state === 'live' && request.body.apply === undefined
    const { settings, secrets, secretExpiresAt, current } = aside ? await putAside(by(request), before, parsed) : { ...parsed, current: before }
    // Nothing asked for, or only a date written down: nothing is interrupted.
    if (Object.keys(settings).length + Object.keys(secrets).length === 0) {
      if (secretExpiresAt !== undefined) {
        await needs.together(async ({ health, events }) => {
          await keepExpiry({ health }, tenant.id, before.id, secretExpiresAt)
          await record({ events }, by(request), { type: 'connection.changed', tenantId: tenant.id, subject: before.id, details: toldOf(secretExpiresAt) }, needs.now())
        })
      }
      return await answerOne(current, notes)
    }
    // The other names were those of the old organisation; a tile of it must not start a login here any more.
    const moved = settings.issuer === undefined || settings.issuer === before.issuer ? {} : { issuerAliases: await findAliases(settings.issuer) }
    const now = needs.now()
    const after = await needs.together(async ({ connections, clientKeys, health, events }) => {
      const changed = await connections.change(tenant.id, before.id, { ...settings, ...secrets, ...moved }, now)
      if (changed === null) throw notFound('connection')
      if (settings.clientAuthentication === 'private_key_jwt') await clientKeys.give(tenant.id, changed.id, now)
      // After the change: a new secret drops the date of the old one.
      await keepExpiry({ health }, tenant.id, changed.id, secretExpiresAt)
      await record({ events }, by(request), { type: 'connection.changed', tenantId: tenant.id, subject: changed.id, details: { ...difference(settingsOf(before), settingsOf(changed)), ...told(secrets), ...toldOf(secretExpiresAt) } }, now)
      return changed
    })
    needs.forgetProvider(after.id)
    return await answerOne(after, notes)
  })

  app.delete('/tenants/:tenant/connections/:connection', { schema: { ...about('Connections', 'deleteConnection', 'Delete a connection that signs nobody in', 'admin'), params: ConnectionPath, response: { 204: Done } } }, async (request, reply) => {
    const { tenant, connection } = await findConnection(needs, request.params)
    checkDeletable(connection.state)
    const now = needs.now()
    await needs.together(async ({ connections, events }) => {
      if (!await connections.remove(tenant.id, connection.id)) throw notFound('connection')
      await record({ events }, by(request), { type: 'connection.deleted', tenantId: tenant.id, subject: connection.id, details: { before: { ...settingsOf(connection), state: connection.state } } }, now)
    })
    needs.forgetProvider(connection.id)
    return await reply.code(204).send(null)
  })
}

function checkMapping ({ groupsClaim = null, groupRoles = [] }: Partial<Settings>): void {
  if (groupRoles.length > 0 && groupsClaim === null) throw fieldFault('groupsClaim', 'is missing: which claim lists the groups that groupRoles names? Usually it is groups.')
}

function toldOf (secretExpiresAt: Date | null | undefined): { clientSecretExpiresAt?: string | null } {
  return secretExpiresAt === undefined ? {} : { clientSecretExpiresAt: secretExpiresAt?.toISOString() ?? null }
}

/** That a secret came, and never which. */
function told (secrets: Secrets): { replaced?: readonly string[] } {
  const names = Object.keys(secrets)
  return names.length === 0 ? {} : { replaced: names }
}

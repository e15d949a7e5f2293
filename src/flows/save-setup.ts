// What has the customer's admin handed over? An organization, then the app's client id and how it is proven to be ours.
import type { Issuer } from '../oidc/discovery.ts'
import type { Secret } from '../secret.ts'
import type { Connection } from '../tenant/connection.ts'
import type { AuditEvent } from '../tenant/event.ts'
import { buildId, type ConnectionId, ID_BYTES, type TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkDeed } from '../tenant/setup-link.ts'
import type { Setup } from './enter-setup.ts'

type Settings = Pick<Connection, 'issuer' | 'issuerAliases' | 'clientId' | 'clientAuthentication'>
interface Changes extends Partial<Settings> { readonly clientSecret?: Secret }

export interface SaveSetupNeeds {
  /** What is written through these is kept whole, or not at all. All that leads a connection elsewhere throws TenantRefusal `already-exists` where that app is connected. */
  together<T> (work: (stores: {
    readonly connections: {
      save (connection: Omit<Connection, 'state' | 'version' | 'issuerAliases' | 'pilotEmails' | 'groupRoles'> & { clientSecret: Secret | null }, now: Date): Promise<void>
      /** Null when it is gone, or not the version that was asked for. */
      change (tenantId: TenantId, id: ConnectionId, changes: Changes, now: Date, ifVersion?: number): Promise<Connection | null>
    }
    readonly clientKeys: { give (tenantId: TenantId, id: ConnectionId, now: Date): Promise<void> }
    readonly setupLinks: { keepConnection (tenantId: TenantId, idHash: string, connectionId: ConnectionId): Promise<void> }
    /** What waits beside a live connection: only tests see it. */
    readonly shadows: {
      save (tenantId: TenantId, id: ConnectionId, changes: Changes, now: Date): Promise<Connection | null>
      promote (tenantId: TenantId, id: ConnectionId, now: Date): Promise<{ before: Connection, connection: Connection } | null>
    }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  /** The other names of the issuer's organisation; null when it does not say. */
  readonly learnOrganization: (issuer: string) => Promise<{ readonly aliases: readonly string[] } | null>
  /** What is remembered of the provider was learnt with the old settings. */
  readonly forgetProvider: (id: ConnectionId) => void
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

/** How the app is proven to be ours: by our published keys, or by a secret. Null keeps the secret that is there. */
export interface HandedOver {
  readonly clientId: string
  readonly proof: { readonly kind: 'keys' } | { readonly kind: 'secret', readonly clientSecret: Secret | null }
  /** The version of the connection that the person was looking at. */
  readonly version: number
}

const scopes = ['openid', 'profile', 'email']

/** Takes an organization that was found; makes the connection in draft, or turns the one that is there to it. @throws TenantRefusal */
export function chooseOrganization (needs: SaveSetupNeeds) {
  return async function ({ tenant, by, link, session, connection }: Setup, issuer: Issuer): Promise<void> {
    checkDeed(link, connection, 'change-connection')
    if (connection?.issuer === issuer) return
    const issuerAliases = (await needs.learnOrganization(issuer))?.aliases ?? []
    const now = needs.now()
    if (connection !== null) return await changeConnection(needs, { tenant, by, link, session, connection }, { issuer, issuerAliases }, connection.version)
    const id = buildId('con', needs.random(ID_BYTES))
    // Without a client id: Okta gives one only to an app that has our addresses, and those have the connection's id in them.
    await needs.together(async ({ connections, clientKeys, setupLinks, events }) => {
      await connections.save({ id, tenantId: tenant.id, issuer, clientId: '', clientAuthentication: 'private_key_jwt', scopes, groupsClaim: null, endsOktaSession: false, clientSecret: null }, now)
      await clientKeys.give(tenant.id, id, now)
      if (issuerAliases.length > 0) await connections.change(tenant.id, id, { issuerAliases }, now)
      await setupLinks.keepConnection(tenant.id, session.idHash, id)
      await events.save({ type: 'connection.created', tenantId: tenant.id, ...by, subject: id, details: { after: { issuer, clientAuthentication: 'private_key_jwt' } } }, now)
    })
  }
}

/** Saves the client id and the way of proof. @throws TenantRefusal `setup-edited-meanwhile` where somebody else was quicker, `already-exists`. */
export function saveCredentials (needs: SaveSetupNeeds) {
  return async function (setup: Setup, { clientId, proof, version }: HandedOver): Promise<void> {
    const { link, connection } = setup
    checkDeed(link, connection, 'change-connection')
    if (connection === null) throw new TenantRefusal('not-found', 'There is no connection yet.')
    const { clientSecret } = proof.kind === 'secret' ? proof : { clientSecret: null }
    // One of the two methods of a secret stays as an operator may have set it.
    const method = connection.clientAuthentication === 'client_secret_post' ? 'client_secret_post' : 'client_secret_basic'
    const clientAuthentication = proof.kind === 'keys' ? 'private_key_jwt' : method
    await changeConnection(needs, { ...setup, connection }, { clientId, clientAuthentication, ...(clientSecret === null ? {} : { clientSecret }) }, version)
  }
}

/** Takes over the settings that wait, all of them. @throws TenantRefusal `connection-state` when none do, or no test has passed with them, `already-exists`. */
export function promoteSettings (needs: SaveSetupNeeds) {
  return async function ({ tenant, by, link, connection }: Setup): Promise<void> {
    checkDeed(link, connection, 'change-connection')
    const now = needs.now()
    if (connection === null) throw new TenantRefusal('not-found', 'There is no connection yet.')
    const told = ({ issuer, clientId, clientAuthentication }: Connection) => ({ issuer, clientId, clientAuthentication })
    await needs.together(async ({ shadows, events }) => {
      const promoted = await shadows.promote(tenant.id, connection.id, now)
      if (promoted === null) throw new TenantRefusal('not-found', 'There is no connection any more.')
      await events.save({ type: 'connection.promoted', tenantId: tenant.id, ...by, subject: connection.id, details: { before: told(promoted.before), after: told(promoted.connection) } }, now)
    })
    needs.forgetProvider(connection.id)
  }
}

async function changeConnection (needs: SaveSetupNeeds, { tenant, by, connection }: Setup & { connection: NonNullable<Setup['connection']> }, changes: Changes, version: number): Promise<void> {
  const now = needs.now()
  const { clientSecret, ...settings } = changes
  // What people sign in through goes on as it is until the new settings have passed a test.
  const waits = connection.state === 'live'
  const fields = Object.keys(settings) as Array<keyof typeof settings>
  const before = Object.fromEntries(fields.map(field => [field, connection[field]]))
  await needs.together(async ({ connections, clientKeys, shadows, events }) => {
    const after = waits
      ? connection.version === version ? await shadows.save(tenant.id, connection.id, changes, now) : null
      : await connections.change(tenant.id, connection.id, changes, now, version)
    if (after === null) throw new TenantRefusal('setup-edited-meanwhile', 'Look at what is there now, and save again if it is still right.')
    // Those that are older than the keys have none yet. After the change: a key locks the connection, and the app is locked before that.
    if (changes.clientAuthentication === 'private_key_jwt') await clientKeys.give(tenant.id, connection.id, now)
    await events.save({
      type: waits ? 'connection.shadow-changed' : 'connection.changed',
      tenantId: tenant.id,
      ...by,
      subject: connection.id,
      details: { before, after: settings, state: connection.state, ...(clientSecret === undefined ? {} : { replaced: ['clientSecret'] }) }
    }, now)
  })
  needs.forgetProvider(connection.id)
}

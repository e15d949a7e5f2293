// Through which Okta does a tenant sign in? Secrets go in sealed and come out only where they are used.
import type { Connection, ConnectionMove, ConnectionState, ConnectionWithSecret } from '../tenant/connection.ts'
import { moveConnection } from '../tenant/connection.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { Secret } from '../secret.ts'
import type { Database } from './connect.ts'
import { toConnection } from './rows.ts'
import type { Seal } from './sealed.ts'

export interface NewConnection extends Omit<Connection, 'state' | 'version' | 'issuerAliases' | 'pilotEmails'> {
  readonly clientSecret: Secret | null
}

export interface ConnectionChanges extends Partial<Pick<Connection, 'issuer' | 'clientId' | 'clientAuthentication' | 'scopes' | 'groupsClaim' | 'endsOktaSession' | 'issuerAliases'>> {
  readonly clientSecret?: Secret
  readonly nextClientSecret?: Secret | null
}

export interface Move {
  readonly move: ConnectionMove
  readonly pilotEmails?: readonly string[]
  readonly provenance?: 'operator' | 'test-sign-in'
}

export interface Connections {
  save (connection: NewConnection, now: Date): Promise<void>
  find (tenantId: TenantId, id: string): Promise<Connection | null>
  list (tenantId: TenantId): Promise<readonly Connection[]>
  /** Any change moves the version: logins under way that began with the old settings end with a clear refusal. */
  change (tenantId: TenantId, id: ConnectionId, changes: ConnectionChanges, now: Date): Promise<Connection | null>
  /** @throws TenantRefusal `connection-state` for an illegal move. */
  move (tenantId: TenantId, id: ConnectionId, move: Move, now: Date): Promise<{ before: ConnectionState, connection: Connection } | null>
  /** False also for one that lets people in: it may have gone live since somebody looked. */
  remove (tenantId: TenantId, id: ConnectionId): Promise<boolean>
}

export const secretRow = (id: string) => `connections/${id}/client_secret`
const nextSecretRow = (id: string) => `connections/${id}/next_client_secret`

export function createConnections (db: Database, seal: Seal): Connections {
  return {
    async save ({ clientSecret, ...connection }, now) {
      await db.insertInto('connections').values({
        ...connection,
        scopes: [...connection.scopes],
        issuerAliases: [],
        oktaOrganizationId: null,
        clientSecretSealed: clientSecret === null ? null : await seal.seal(clientSecret, secretRow(connection.id)),
        nextClientSecretSealed: null,
        state: 'draft',
        stateBeforeLive: null,
        verifiedProvenance: null,
        pilotEmails: [],
        version: 1,
        wentLiveAt: null,
        createdAt: now,
        updatedAt: now
      }).execute()
    },

    async find (tenantId, id) {
      const row = await db.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : toConnection(row)
    },

    async list (tenantId) {
      return (await db.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).orderBy('createdAt').orderBy('id').execute()).map(toConnection)
    },

    async change (tenantId, id, { clientSecret, nextClientSecret, scopes, issuerAliases, ...rest }, now) {
      const row = await db.updateTable('connections').set({
        ...rest,
        ...(scopes === undefined ? {} : { scopes: [...scopes] }),
        ...(issuerAliases === undefined ? {} : { issuerAliases: [...issuerAliases] }),
        ...(clientSecret === undefined ? {} : { clientSecretSealed: await seal.seal(clientSecret, secretRow(id)) }),
        ...(nextClientSecret === undefined ? {} : { nextClientSecretSealed: nextClientSecret === null ? null : await seal.seal(nextClientSecret, nextSecretRow(id)) }),
        updatedAt: now
      }).set(eb => ({ version: eb('version', '+', 1) })).where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirst()
      return row === undefined ? null : toConnection(row)
    },

    async move (tenantId, id, { move, pilotEmails, provenance }, now) {
      return await db.transaction().execute(async transaction => {
        const row = await transaction.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined) return null
        const { state } = moveConnection(row.state, move, row.stateBeforeLive)
        const moved = await transaction.updateTable('connections').set({
          state,
          updatedAt: now,
          ...(move === 'go-live' ? { stateBeforeLive: row.state, wentLiveAt: now } : {}),
          ...(move === 'rollback' ? { stateBeforeLive: null, wentLiveAt: null } : {}),
          ...(pilotEmails === undefined ? {} : { pilotEmails: [...pilotEmails] }),
          ...(provenance === undefined ? {} : { verifiedProvenance: provenance })
        }).where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
        return { before: row.state, connection: toConnection(moved) }
      })
    },

    async remove (tenantId, id) {
      const result = await db.deleteFrom('connections').where('tenantId', '=', tenantId).where('id', '=', id).where('state', 'not in', ['pilot', 'live']).executeTakeFirst()
      return result.numDeletedRows > 0n
    }
  }
}

/** The connection with its secret opened; an empty one where none was ever given, which the provider will refuse by name. */
export async function withSecret (connection: Connection, sealed: string | null, seal: Seal): Promise<ConnectionWithSecret> {
  return { ...connection, clientSecret: sealed === null ? new Secret('') : await seal.open(sealed, secretRow(connection.id)) }
}

// Through which Okta does a tenant sign in? Secrets go in sealed and come out only where they are used.
import type { JWK } from 'jose'
import type { Connection, ConnectionMove, ConnectionOnFile, ConnectionState, VerifiedBy } from '../tenant/connection.ts'
import { checkVerifiable, leadsElsewhere, moveConnection, stateAfterEdit } from '../tenant/connection.ts'
import type { GroupRole } from '../tenant/group-roles.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import type { Secret } from '../secret.ts'
import { nextSecretRow, sealKey, secretRow } from './client-proofs.ts'
import { checkApp, lockApps } from './connected-apps.ts'
import type { Database } from './connect.ts'
import { toConnectionOnFile } from './rows.ts'
import type { Seal } from './sealed.ts'
import { passShadowTest } from './shadows.ts'
import type { NewKey } from './signing-keys.ts'
import { inTransaction } from './together.ts'

export interface NewConnection extends Omit<Connection, 'state' | 'version' | 'issuerAliases' | 'pilotEmails' | 'groupRoles'> {
  readonly clientSecret: Secret | null
  /** None when left out. */
  readonly groupRoles?: readonly GroupRole[]
}

export interface ConnectionChanges extends Partial<Pick<Connection, 'issuer' | 'clientId' | 'clientAuthentication' | 'scopes' | 'groupsClaim' | 'groupRoles' | 'endsOktaSession' | 'issuerAliases'>> {
  readonly clientSecret?: Secret
  readonly nextClientSecret?: Secret | null
}

export interface Move {
  readonly move: ConnectionMove
  readonly pilotEmails?: readonly string[]
  /** Of `verify`: without an operator's word a test must have passed. */
  readonly provenance?: VerifiedBy
}

export interface Connections {
  /** @throws TenantRefusal `already-exists` where the tenant has connected the same app. */
  save (connection: NewConnection, now: Date): Promise<void>
  find (tenantId: TenantId, id: string): Promise<ConnectionOnFile | null>
  list (tenantId: TenantId): Promise<readonly ConnectionOnFile[]>
  /** Whether another tenant has a connection to this app that is not retired. Which one is nobody's business here. */
  isElsewhere (tenantId: TenantId, app: Pick<Connection, 'issuer' | 'clientId'>): Promise<boolean>
  /**
   * Any change moves the version: logins under way that began with the old settings end with a clear refusal. One that was found to
   * work, and now leads elsewhere, is a draft again and does not go live by itself. With `ifVersion` nothing but what somebody has seen is changed.
   * @throws TenantRefusal `already-exists` where it would lead to an app that another connection of the tenant leads to.
   */
  change (tenantId: TenantId, id: ConnectionId, changes: ConnectionChanges, now: Date, ifVersion?: number): Promise<ConnectionOnFile | null>
  /**
   * Every move cancels a go-live that is planned.
   * @throws TenantRefusal `connection-state` for an illegal move, `connection-incomplete`
   */
  move (tenantId: TenantId, id: ConnectionId, move: Move, now: Date): Promise<{ before: ConnectionState, connection: ConnectionOnFile } | null>
  /** Notes that the settings of this version, or those of this edit that wait, have passed a test sign-in; false when there are newer ones. */
  passTest (tenantId: TenantId, id: ConnectionId, version: number, now: Date, shadow?: number): Promise<boolean>
  /** False also for one that lets people in: it may have gone live since somebody looked. */
  remove (tenantId: TenantId, id: ConnectionId): Promise<boolean>
  /** The key pair of `private_key_jwt`. A connection has one; a second is not taken. */
  saveClientKey (tenantId: TenantId, id: ConnectionId, key: NewKey, now: Date): Promise<void>
  /** The public halves, for whoever asks; null for a connection that there is not. */
  findClientKeys (id: string): Promise<readonly JWK[] | null>
  /** The second secret becomes the first, if there is one. Logins under way go on. */
  promoteSecret (tenantId: TenantId, id: ConnectionId, now: Date): Promise<boolean>
}

export function createConnections (db: Database, seal: Seal): Connections {
  return {
    async save ({ clientSecret, groupRoles = [], ...connection }, now) {
      const clientSecretSealed = clientSecret === null ? null : await seal.seal(clientSecret, secretRow(connection.id))
      await inTransaction(db, async transaction => {
        await lockApps(transaction, connection.tenantId)
        await checkApp(transaction, connection.tenantId, null, connection)
        await transaction.insertInto('connections').values({
          ...connection,
          scopes: [...connection.scopes],
          groupRoles: JSON.stringify(groupRoles),
          issuerAliases: [],
          oktaOrganizationId: null,
          clientSecretSealed,
          nextClientSecretSealed: null,
          state: 'draft',
          stateBeforeLive: null,
          verifiedProvenance: null,
          pilotEmails: [],
          version: 1,
          wentLiveAt: null,
          testedVersion: null,
          testedAt: null,
          goLiveAt: null,
          shadow: null,
          shadowSecretSealed: null,
          shadowEdits: 0,
          clientSecretExpiresAt: null,
          preflight: null,
          preflightAt: null,
          createdAt: now,
          updatedAt: now
        }).execute()
      })
    },

    async find (tenantId, id) {
      const row = await db.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : toConnectionOnFile(row)
    },

    async list (tenantId) {
      return (await db.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).orderBy('createdAt').orderBy('id').execute()).map(toConnectionOnFile)
    },

    async isElsewhere (tenantId, { issuer, clientId }) {
      const row = await db.selectFrom('connections').select('id').where('tenantId', '<>', tenantId).where('issuer', '=', issuer).where('clientId', '=', clientId).where('state', '<>', 'retired').limit(1).executeTakeFirst()
      return row !== undefined
    },

    async change (tenantId, id, { clientSecret, nextClientSecret, scopes, issuerAliases, groupRoles, ...rest }, now, ifVersion) {
      const columns = {
        ...rest,
        ...(groupRoles === undefined ? {} : { groupRoles: JSON.stringify(groupRoles) }),
        ...(scopes === undefined ? {} : { scopes: [...scopes] }),
        ...(issuerAliases === undefined ? {} : { issuerAliases: [...issuerAliases] }),
        ...(clientSecret === undefined ? {} : { clientSecretSealed: await seal.seal(clientSecret, secretRow(id)), clientSecretExpiresAt: null }),
        ...(nextClientSecret === undefined ? {} : { nextClientSecretSealed: nextClientSecret === null ? null : await seal.seal(nextClientSecret, nextSecretRow(id)) }),
        updatedAt: now
      }
      return await inTransaction(db, async transaction => {
        if (rest.issuer !== undefined || rest.clientId !== undefined) await lockApps(transaction, tenantId)
        const row = await transaction.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined || (ifVersion !== undefined && row.version !== ifVersion)) return null
        const before = toConnectionOnFile(row)
        await checkApp(transaction, tenantId, before, { ...before, ...rest })
        const state = stateAfterEdit(before.state, before, { ...before, ...rest })
        const edited = await transaction.updateTable('connections').set({
          ...columns,
          version: row.version + 1,
          ...(state === before.state ? {} : { state, goLiveAt: null, verifiedProvenance: null }),
          // What waits was made of the old settings, and would bring some of them back.
          ...(clientSecret === undefined && !leadsElsewhere(before, { ...before, ...rest }) ? {} : { shadow: null, shadowSecretSealed: null })
        }).where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
        return toConnectionOnFile(edited)
      })
    },

    async move (tenantId, id, { move, pilotEmails, provenance }, now) {
      return await inTransaction(db, async transaction => {
        const row = await transaction.selectFrom('connections').selectAll().where('tenantId', '=', tenantId).where('id', '=', id).forUpdate().executeTakeFirst()
        if (row === undefined) return null
        const { state } = moveConnection(row.state, move, row.stateBeforeLive)
        const verifiedBy = provenance ?? 'test-sign-in'
        if (move === 'verify') checkVerifiable(toConnectionOnFile(row), verifiedBy)
        const moved = await transaction.updateTable('connections').set({
          state,
          goLiveAt: null,
          // Only a live one has settings that wait, and no move leaves a connection live.
          shadow: null,
          shadowSecretSealed: null,
          updatedAt: now,
          ...(move === 'go-live' ? { stateBeforeLive: row.state, wentLiveAt: now } : {}),
          ...(move === 'rollback' ? { stateBeforeLive: null, wentLiveAt: null } : {}),
          ...(pilotEmails === undefined ? {} : { pilotEmails: [...pilotEmails] }),
          ...(move === 'verify' ? { verifiedProvenance: verifiedBy } : {})
        }).where('tenantId', '=', tenantId).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
        return { before: row.state, connection: toConnectionOnFile(moved) }
      })
    },

    async passTest (tenantId, id, version, now, shadow) {
      if (shadow !== undefined) return await passShadowTest(db, tenantId, id, shadow, now)
      const result = await db.updateTable('connections').set({ testedVersion: version, testedAt: now })
        .where('tenantId', '=', tenantId).where('id', '=', id).where('version', '=', version).executeTakeFirst()
      return result.numUpdatedRows > 0n
    },

    async remove (tenantId, id) {
      const result = await db.deleteFrom('connections').where('tenantId', '=', tenantId).where('id', '=', id).where('state', 'not in', ['pilot', 'live']).executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    async saveClientKey (tenantId, id, key, now) {
      await db.insertInto('clientKeys').values({
        tenantId, connectionId: id, kid: key.kid, publicJwk: JSON.stringify(key.publicJwk), privateJwkSealed: await sealKey(seal, id, key), createdAt: now
      }).onConflict(conflict => conflict.columns(['tenantId', 'connectionId']).doNothing()).execute()
    },

    async findClientKeys (id) {
      const rows = await db.selectFrom('connections').leftJoin('clientKeys', join => join.onRef('clientKeys.tenantId', '=', 'connections.tenantId').onRef('clientKeys.connectionId', '=', 'connections.id'))
        .select(['clientKeys.kid', 'clientKeys.publicJwk']).where('connections.id', '=', id).where('connections.state', '<>', 'retired').execute()
      if (rows.length === 0) return null
      return rows.flatMap(({ kid, publicJwk }) => kid === null || publicJwk === null ? [] : [{ ...publicJwk, kid, alg: 'ES256', use: 'sig' }])
    },

    async promoteSecret (tenantId, id, now) {
      const row = await db.selectFrom('connections').select('nextClientSecretSealed').where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      const next = row?.nextClientSecretSealed ?? null
      if (next === null) return false
      const clientSecretSealed = await seal.seal(await seal.open(next, nextSecretRow(id)), secretRow(id))
      const result = await db.updateTable('connections').set({ clientSecretSealed, nextClientSecretSealed: null, clientSecretExpiresAt: null, updatedAt: now })
        .where('tenantId', '=', tenantId).where('id', '=', id)
        // Two logins at once promote once; one that was replaced meanwhile stays.
        .where('nextClientSecretSealed', '=', next).executeTakeFirst()
      return result.numUpdatedRows > 0n
    }
  }
}

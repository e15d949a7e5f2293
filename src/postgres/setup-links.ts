// Which setup links are there, and what has become of them? The tokens and the browsers' secrets are kept as hashes only.
import { type Selectable, sql } from 'kysely'
import type { ConnectionId, SetupLinkId, TenantId } from '../tenant/id.ts'
import type { SetupLink, SetupSession } from '../tenant/setup-link.ts'
import type { Database } from './connect.ts'
import type { SetupLinksTable } from './setup-schema.ts'
import { inTransaction } from './together.ts'

export interface FoundSetup {
  readonly session: SetupSession
  readonly link: SetupLink
}

export interface SetupLinks {
  /** False when the link that it hangs on has been revoked meanwhile. */
  save (link: SetupLink, tokenHash: string): Promise<boolean>
  list (tenantId: TenantId): Promise<readonly SetupLink[]>
  findByToken (tokenHash: string): Promise<SetupLink | null>
  /** Opens a link that waits, and makes its session. Of two at once one gets the link, the other null. */
  open (tokenHash: string, session: SetupSession, now: Date): Promise<SetupLink | null>
  /** Ends the link, those that were handed on from it, and everything that they have opened. False when there is no such link or it had ended. */
  revoke (tenantId: TenantId, id: string, now: Date): Promise<boolean>
  /** Ends the links handed on from this one that nobody has opened. */
  revokeWaitingChildren (tenantId: TenantId, parentId: SetupLinkId, now: Date): Promise<void>
  findSession (idHash: string): Promise<FoundSetup | null>
  /** Says which connection the session is about. */
  keepConnection (tenantId: TenantId, idHash: string, connectionId: ConnectionId): Promise<void>
}

export function createSetupLinks (db: Database): SetupLinks {
  return {
    async save ({ parentId, ...link }, tokenHash) {
      return await inTransaction(db, async transaction => {
        if (parentId !== null) {
          const parent = await transaction.selectFrom('setupLinks').select('revokedAt').where('tenantId', '=', link.tenantId).where('id', '=', parentId).forUpdate().executeTakeFirst()
          if (parent === undefined || parent.revokedAt !== null) return false
        }
        await transaction.insertInto('setupLinks').values({ ...link, parentId, tokenHash }).execute()
        return true
      })
    },

    async list (tenantId) {
      return (await db.selectFrom('setupLinks').selectAll().where('tenantId', '=', tenantId).orderBy('createdAt').orderBy('id').execute()).map(toLink)
    },

    async findByToken (tokenHash) {
      const row = await db.selectFrom('setupLinks').selectAll().where('tokenHash', '=', tokenHash).executeTakeFirst()
      return row === undefined ? null : toLink(row)
    },

    async open (tokenHash, session, now) {
      return await inTransaction(db, async transaction => {
        const row = await transaction.updateTable('setupLinks').set({ openedAt: now })
          .where('tokenHash', '=', tokenHash).where('openedAt', 'is', null).where('revokedAt', 'is', null).where('expiresAt', '>', now)
          .returningAll().executeTakeFirst()
        if (row === undefined) return null
        await transaction.insertInto('setupSessions').values({ ...session, tenantId: row.tenantId, linkId: row.id, createdAt: now }).execute()
        return toLink(row)
      })
    },

    async revoke (tenantId, id, now) {
      return await inTransaction(db, async transaction => {
        const result = await transaction.updateTable('setupLinks').set({ revokedAt: now }).where('tenantId', '=', tenantId).where('id', '=', id).where('revokedAt', 'is', null).executeTakeFirst()
        if (result.numUpdatedRows === 0n) return false
        await transaction.updateTable('setupLinks').set({ revokedAt: now }).where('tenantId', '=', tenantId).where('parentId', '=', id).where('revokedAt', 'is', null).execute()
        await sql`delete from setup_sessions s using setup_links l where l.tenant_id = ${tenantId} and s.tenant_id = l.tenant_id and s.link_id = l.id and (l.id = ${id} or l.parent_id = ${id})`.execute(transaction)
        return true
      })
    },

    async revokeWaitingChildren (tenantId, parentId, now) {
      await db.updateTable('setupLinks').set({ revokedAt: now }).where('tenantId', '=', tenantId).where('parentId', '=', parentId).where('openedAt', 'is', null).where('revokedAt', 'is', null).execute()
    },

    async findSession (idHash) {
      const row = await db.selectFrom('setupSessions').innerJoin('setupLinks', join => join.onRef('setupLinks.tenantId', '=', 'setupSessions.tenantId').onRef('setupLinks.id', '=', 'setupSessions.linkId'))
        .selectAll('setupLinks').select(['setupSessions.connectionId as sessionConnectionId', 'setupSessions.expiresAt as sessionExpiresAt'])
        .where('setupSessions.idHash', '=', idHash).executeTakeFirst()
      if (row === undefined) return null
      const { sessionConnectionId, sessionExpiresAt, ...link } = row
      return { session: { idHash, connectionId: sessionConnectionId as ConnectionId | null, expiresAt: sessionExpiresAt }, link: toLink(link) }
    },

    async keepConnection (tenantId, idHash, connectionId) {
      await db.updateTable('setupSessions').set({ connectionId }).where('tenantId', '=', tenantId).where('idHash', '=', idHash).execute()
    }
  }
}

function toLink ({ tokenHash: _, ...row }: Selectable<SetupLinksTable>): SetupLink {
  return { ...row, id: row.id as SetupLinkId, tenantId: row.tenantId as TenantId, connectionId: row.connectionId as ConnectionId | null, parentId: row.parentId as SetupLinkId | null }
}

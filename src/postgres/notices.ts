// What is a tenant's administration still to be told? Written once for each occasion, taken by one replica at a time.
import { sql } from 'kysely'
import type { ConnectionState } from '../tenant/connection.ts'
import type { ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import { FIRST_WARNING_DAYS, type News, type Notice, secretWarning } from '../tenant/notice.ts'
import { ADMIN_ROLE } from '../tenant/tenant.ts'
import type { Database } from './connect.ts'

export type NoticeKey = Pick<Notice, 'tenantId' | 'connectionId' | 'occasion'>

export interface TakenNotice extends NoticeKey {
  readonly news: News
  readonly createdAt: Date
  /** This time included. */
  readonly tries: number
  readonly company: string
  readonly slug: string
  /** The connection, as it is now. */
  readonly issuer: string
  readonly state: ConnectionState
  readonly clientSecretExpiresAt: Date | null
  /** Members with the role `admin` who are not suspended, as of now. */
  readonly admins: readonly { readonly id: MemberId, readonly email: string }[]
  readonly told: readonly string[]
}

export interface Notices {
  /** Writes the warnings that have become due by now; those that are there already stay as they are. */
  noteExpiringSecrets (now: Date): Promise<void>
  /** The next one, for whoever asks first; nobody else gets it before `until`. Null when nothing is due. */
  take (now: Date, until: Date): Promise<TakenNotice | null>
  noteTold (key: NoticeKey, memberId: MemberId): Promise<void>
  postpone (key: NoticeKey, until: Date): Promise<void>
  /** No further try. False when somebody else has ended it already. */
  finish (key: NoticeKey): Promise<boolean>
}

export function createNotices (db: Database): Notices {
  const at = ({ tenantId, connectionId, occasion }: NoticeKey) => db.updateTable('notices')
    .where('tenantId', '=', tenantId).where('connectionId', '=', connectionId).where('occasion', '=', occasion)

  return {
    async noteExpiringSecrets (now) {
      const last = new Date(now.getTime() + FIRST_WARNING_DAYS * 86_400_000)
      const rows = await db.selectFrom('connections').select(['tenantId', 'id', 'clientSecretExpiresAt']).where('state', '=', 'live')
        .where('clientSecretExpiresAt', '>', now).where('clientSecretExpiresAt', '<=', last)
        // By keys nothing expires, whatever date a secret of before had.
        .where('clientAuthentication', '<>', 'private_key_jwt').execute()
      for (const { tenantId, id, clientSecretExpiresAt } of rows) {
        const notice = clientSecretExpiresAt === null ? null : secretWarning(tenantId as TenantId, id as ConnectionId, clientSecretExpiresAt, now)
        if (notice !== null) await insertNotice(db, notice, now).execute()
      }
    },

    async take (now, until) {
      const row = await db.with('taken', query => query.updateTable('notices').set(eb => ({ nextTryAt: until, tries: eb('tries', '+', 1) }))
        .where(eb => eb(eb.refTuple('tenantId', 'connectionId', 'occasion'), 'in', eb.selectFrom('notices as due').select(['due.tenantId', 'due.connectionId', 'due.occasion'])
          .where('due.nextTryAt', '<=', now).orderBy('due.nextTryAt').limit(1).forUpdate().skipLocked().$asTuple('tenantId', 'connectionId', 'occasion')))
        .returningAll())
        .selectFrom('taken')
        .innerJoin('tenants', 'tenants.id', 'taken.tenantId')
        .innerJoin('connections', join => join.onRef('connections.tenantId', '=', 'taken.tenantId').onRef('connections.id', '=', 'taken.connectionId'))
        .selectAll('taken').select(['tenants.name as company', 'tenants.slug', 'connections.issuer', 'connections.state', 'connections.clientSecretExpiresAt']).executeTakeFirst()
      if (row === undefined) return null
      const { nextTryAt: _, ...taken } = row
      return { ...taken, tenantId: row.tenantId as TenantId, connectionId: row.connectionId as ConnectionId, admins: await findAdmins(db, row.tenantId as TenantId) }
    },

    async noteTold (key, memberId) {
      await at(key).set({ told: sql`array_append(told, ${memberId})` }).execute()
    },

    async postpone (key, until) {
      await at(key).set({ nextTryAt: until }).where('nextTryAt', 'is not', null).execute()
    },

    async finish (key) {
      return (await at(key).set({ nextTryAt: null }).where('nextTryAt', 'is not', null).executeTakeFirst()).numUpdatedRows > 0n
    }
  }
}

/** Written where the connection is still there, and at most once; also together with what it tells of, in one statement. */
export function insertNotice (db: Pick<Database, 'insertInto'>, { tenantId, connectionId, occasion, news, onlyIfLive }: Notice, now: Date) {
  return db.insertInto('notices').columns(['tenantId', 'connectionId', 'occasion', 'news', 'createdAt', 'nextTryAt'])
    .expression(eb => eb.selectFrom('connections').select(['connections.tenantId', 'connections.id'])
      .select([sql<string>`${occasion}::text`.as('occasion'), sql<string>`${JSON.stringify(news)}::jsonb`.as('news'), sql<Date>`${now}::timestamptz`.as('createdAt'), sql<Date>`${now}::timestamptz`.as('nextTryAt')])
      .where('connections.tenantId', '=', tenantId).where('connections.id', '=', connectionId)
      .$if(onlyIfLive, query => query.where('connections.state', '=', 'live')))
    .onConflict(conflict => conflict.doNothing())
}

// The role is the one that a tenant's administration is known by elsewhere. Not only who has signed in: at the first go-live nobody has.
async function findAdmins (db: Database, tenantId: TenantId): Promise<TakenNotice['admins']> {
  const rows = await db.selectFrom('members').select(['id', 'email']).where('tenantId', '=', tenantId).where('status', '<>', 'suspended')
    .where(eb => eb(eb.val(ADMIN_ROLE), '=', eb.fn.any('members.roles'))).orderBy('id').execute()
  return rows.map(({ id, email }) => ({ id: id as MemberId, email }))
}

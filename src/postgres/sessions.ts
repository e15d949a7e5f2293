// Which browsers are signed in? Kept by the hash of what the cookie holds; a stolen table opens no door.
import { type RawBuilder, sql } from 'kysely'
import type { ConnectionId, MemberId, SessionId, SignInId, TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { EndedSignIn, LiveSession, NewSession, NewSignIn, SessionSummary } from '../tenant/sign-in.ts'
import { blank, compileOnce } from './compiled.ts'
import { type Database, isMissingReference } from './connect.ts'
import { openIdToken, sealIdToken } from './kept-id-token.ts'
import { liveSessionQuery, toLiveSession } from './live-session-query.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'
import type { Seal } from './sealed.ts'

export interface Sessions {
  /** The sign-in, its first session, the end of the login's story and the audit event: all of them or none. */
  save (idHash: string, session: NewSession, signIn: NewSignIn): Promise<void>
  find (idHash: string): Promise<LiveSession | null>
  /** Of a sign-in the session that was used last; null when it has ended. */
  findBySignIn (signInId: string): Promise<LiveSession | null>
  /** All sessions of a sign-in, by its id or that of one of them; the one that was used last comes first. */
  findAll (id: string): Promise<readonly LiveSession[]>
  /** Ends the sign-in that the session belongs to, on every host. */
  revoke (idHash: string): Promise<EndedSignIn | null>
  /** Removes one host's session; its sign-in and the others go on. */
  drop (idHash: string): Promise<void>
  /** By session id or sign-in id. */
  revokeById (id: string): Promise<EndedSignIn | null>
  /** Everybody's. */
  revokeAll (): Promise<number>
  revokeTenant (tenantId: TenantId): Promise<number>
  revokeMember (tenantId: TenantId, memberId: string): Promise<number>
  /** Moves `lastSeenAt` forward, never back, for many sessions in one statement. */
  touch (seen: ReadonlyMap<string, Date>): Promise<void>
  /** @param memberId theirs only. */
  list (tenantId: TenantId, page: PageRequest, memberId?: MemberId): Promise<Page<SessionSummary>>
}

const BATCH = 5_000

export function createSessions (db: Database, seal: Seal, newEventId: () => string): Sessions {
  async function end (where: { column: 'idHash' | 'id', value: string }): Promise<EndedSignIn | null> {
    const row = await db.deleteFrom('signIns')
      .where(eb => eb.or([
        ...(where.column === 'id' ? [eb('signIns.id', '=', where.value)] : []),
        eb('signIns.id', '=', eb.selectFrom('sessions').select('sessions.signInId').where(`sessions.${where.column}`, '=', where.value))
      ]))
      .returning(['id', 'tenantId', 'memberId', 'connectionId', 'idTokenSealed']).executeTakeFirst()
    if (row === undefined) return null
    return {
      tenantId: row.tenantId as TenantId,
      memberId: row.memberId as MemberId,
      signInId: row.id as SignInId,
      connectionId: row.connectionId as ConnectionId,
      idToken: await openIdToken(seal, row.idTokenSealed, row.id)
    }
  }

  // In parts, each of them final: a hundred thousand take longer than one statement may, and whoever does this is in a hurry.
  async function endMany (which: RawBuilder<unknown>): Promise<number> {
    for (let total = 0; ;) {
      const { rows: [part] } = await sql<{ found: number, ended: number }>`
        with doomed as (select tenant_id, id from sign_ins where ${which} limit ${BATCH}),
        ended as (delete from sign_ins using doomed where sign_ins.tenant_id = doomed.tenant_id and sign_ins.id = doomed.id returning 1)
        select (select count(*)::int from doomed) as found, (select count(*)::int from ended) as ended`.execute(db)
      total += part?.ended ?? 0
      // Not by what was ended: somebody else may have been quicker with some of them.
      if ((part?.found ?? 0) < BATCH) return total
    }
  }

  const live = liveSessionQuery(db)
  const putIn = compileOnce(() => {
    const text = (name: string) => blank<string>(name)
    const [tenantId, memberId, signInId, createdAt, reference] = [text('tenantId'), text('memberId'), text('signInId'), blank<Date>('createdAt'), text('reference')]
    return db
      .with('signed', query => query.insertInto('signIns').values({
        id: signInId,
        tenantId,
        memberId,
        connectionId: text('connectionId'),
        issuer: text('issuer'),
        subject: text('subject'),
        providerSessionId: blank<string | null>('providerSessionId'),
        authTime: blank<Date>('authTime'),
        amr: blank<string[]>('amr'),
        acr: blank<string | null>('acr'),
        idTokenSealed: blank<string | null>('idTokenSealed'),
        createdAt,
        expiresAt: blank<Date>('expiresAt')
      }))
      .with('story', query => query.updateTable('attempts')
        .set({ outcome: 'signed-in', memberId, finishedAt: createdAt, steps: sql`steps || ${text('steps')}::jsonb` })
        .where('tenantId', '=', tenantId).where('reference', '=', reference))
      .with('written', query => query.insertInto('events').values({
        id: text('eventId'), at: createdAt, type: 'member.signed-in', tenantId, actor: memberId, address: blank<string | null>('address'), subject: signInId, reference, details: text('details')
      }))
      .insertInto('sessions').values({
        idHash: text('idHash'), id: text('id'), tenantId, signInId, host: text('host'), idleSeconds: blank<number>('idleSeconds'), createdAt, lastSeenAt: createdAt
      })
  })

  return {
    async save (idHash, session, { signIn, issuer, subject, providerSessionId, idToken, address, reference, steps, createdAt }) {
      const idTokenSealed = await sealIdToken(seal, idToken, signIn.id)
      const details = JSON.stringify({ connection: signIn.connectionId, host: session.host, amr: signIn.amr })
      await db.executeQuery(putIn({
        ...signIn, ...session, signInId: signIn.id, amr: [...signIn.amr], issuer, subject, providerSessionId, idTokenSealed, createdAt, address, reference, steps: JSON.stringify(steps), eventId: newEventId(), details, idHash
      }))
        .catch(refuseGone)
    },

    async find (idHash) {
      const row = await live.where('sessions.idHash', '=', idHash).executeTakeFirst()
      return row === undefined ? null : toLiveSession(row)
    },

    async findBySignIn (signInId) {
      const row = await live.where('signIns.id', '=', signInId).orderBy('sessions.lastSeenAt', 'desc').limit(1).executeTakeFirst()
      return row === undefined ? null : toLiveSession(row)
    },

    async findAll (id) {
      const rows = await live
        .where(eb => eb.or([eb('signIns.id', '=', id), eb('signIns.id', '=', eb.selectFrom('sessions as named').select('named.signInId').where('named.id', '=', id))]))
        .orderBy('sessions.lastSeenAt', 'desc').orderBy('sessions.id').execute()
      return rows.map(toLiveSession)
    },

    async revoke (idHash) {
      return await end({ column: 'idHash', value: idHash })
    },

    async drop (idHash) {
      await db.deleteFrom('sessions').where('idHash', '=', idHash).execute()
    },

    async revokeById (id) {
      return await end({ column: 'id', value: id })
    },

    async revokeAll () {
      return await endMany(sql`true`)
    },

    async revokeTenant (tenantId) {
      return await endMany(sql`tenant_id = ${tenantId}`)
    },

    async revokeMember (tenantId, memberId) {
      const result = await db.deleteFrom('signIns').where('tenantId', '=', tenantId).where('memberId', '=', memberId).executeTakeFirst()
      return Number(result.numDeletedRows)
    },

    async touch (seen) {
      // Two texts, not two lists: the driver quotes what is in a list piece by piece, and there may be thousands.
      const hashes = [...seen.keys()].join(',')
      const times = Array.from(seen.values(), time => time.getTime()).join(',')
      await sql`update sessions set last_seen_at = greatest(sessions.last_seen_at, timestamptz 'epoch' + seen.ms * interval '1 millisecond')
        from unnest(string_to_array(${hashes}, ','), string_to_array(${times}, ',')::bigint[]) as seen (id_hash, ms) where sessions.id_hash = seen.id_hash`.execute(db)
    },

    async list (tenantId, { limit, cursor }, memberId) {
      const before = cursor === null ? null : readCursor(cursor)
      let query = db.selectFrom('sessions')
        .innerJoin('signIns', join => join.onRef('signIns.tenantId', '=', 'sessions.tenantId').onRef('signIns.id', '=', 'sessions.signInId'))
        .where('sessions.tenantId', '=', tenantId)
        .select(['sessions.id', 'sessions.signInId', 'sessions.tenantId', 'signIns.memberId', 'signIns.connectionId', 'sessions.host', 'sessions.createdAt', 'sessions.lastSeenAt', 'signIns.expiresAt'])
        .orderBy('sessions.createdAt', 'desc').orderBy('sessions.id', 'desc').limit(limit + 1)
      if (memberId !== undefined) query = query.where('signIns.memberId', '=', memberId)
      if (before !== null) query = query.where(eb => eb(eb.refTuple('sessions.createdAt', 'sessions.id'), '<', eb.tuple(before.at, before.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.createdAt, id: row.id }), row => ({
        ...row,
        id: row.id as SessionId,
        signInId: row.signInId as SignInId,
        tenantId: row.tenantId as TenantId,
        memberId: row.memberId as MemberId,
        connectionId: row.connectionId as ConnectionId
      }))
    }
  }
}

// Deleted while the person was on the way back from Okta.
function refuseGone (error: unknown): never {
  if (isMissingReference(error)) throw new TenantRefusal('member-unknown', 'The member or the connection was deleted during the sign-in.', { cause: error })
  throw error
}

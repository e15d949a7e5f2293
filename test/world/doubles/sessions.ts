// Which browsers are signed in, in memory.
import { TenantRefusal } from '../../../src/tenant/refusal.ts'
import { pageOf, readCursor } from '../../../src/postgres/pages.ts'
import type { Sessions } from '../../../src/postgres/sessions.ts'
import type { EndedSignIn, LiveSession, NewSignIn, SessionSummary } from '../../../src/tenant/sign-in.ts'
import { newestFirst, olderThan } from './order.ts'
import { connectionOf, dropSignIns, memberOf, type SessionRow, type Tables, tenantOf } from './tables.ts'

export function createSessionsDouble (tables: Tables): Sessions {
  const signInOf = ({ signInId }: SessionRow): NewSignIn => {
    const row = tables.signIns.get(signInId)
    if (row === undefined) throw new Error('foreign key: no such sign-in')
    return row
  }
  const end = (signInId: string | undefined): EndedSignIn | null => {
    const [row] = signInId === undefined ? [] : dropSignIns(tables, candidate => candidate.signIn.id === signInId)
    if (row === undefined) return null
    const { id, tenantId, memberId, connectionId } = row.signIn
    return { tenantId, memberId, connectionId, signInId: id, idToken: row.idToken }
  }

  const live = (row: SessionRow | undefined): LiveSession | null => {
    if (row === undefined) return null
    const { signIn } = signInOf(row)
    const { id, state, pilotEmails, endsOktaSession } = connectionOf(tables, signIn.tenantId, signIn.connectionId).connection
    return {
      id: row.id,
      host: row.host,
      signIn,
      member: memberOf(tables, signIn.tenantId, signIn.memberId),
      tenant: tenantOf(tables, signIn.tenantId),
      connection: { id, state, pilotEmails, endsOktaSession },
      createdAt: row.createdAt,
      idleSeconds: row.idleSeconds,
      lastSeenAt: row.lastSeenAt
    }
  }

  return {
    async save (idHash, { id, host, idleSeconds }, newSignIn) {
      const { signIn, address, reference, steps, createdAt } = newSignIn
      try {
        memberOf(tables, signIn.tenantId, signIn.memberId)
        connectionOf(tables, signIn.tenantId, signIn.connectionId)
      } catch (cause) {
        throw new TenantRefusal('member-unknown', undefined, { cause })
      }
      if (tables.signIns.has(signIn.id) || tables.sessions.has(idHash)) throw new Error('unique: sign-in or session')
      tables.signIns.set(signIn.id, newSignIn)
      tables.sessions.set(idHash, { idHash, id, host, idleSeconds, signInId: signIn.id, createdAt, lastSeenAt: createdAt })
      const row = tables.stories.get(reference)
      if (row?.story.tenantId === signIn.tenantId) {
        row.story = { ...row.story, outcome: 'signed-in', memberId: signIn.memberId, finishedAt: createdAt, steps: [...row.story.steps, ...steps] }
      }
      tables.events.push({
        type: 'member.signed-in',
        tenantId: signIn.tenantId,
        actor: signIn.memberId,
        address,
        subject: signIn.id,
        reference,
        details: { connection: signIn.connectionId, host, amr: signIn.amr },
        at: createdAt
      })
    },

    async find (idHash): Promise<LiveSession | null> {
      return live(tables.sessions.get(idHash))
    },

    async findBySignIn (signInId) {
      const rows = [...tables.sessions.values()].filter(row => row.signInId === signInId)
      return live(rows.sort((one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime())[0])
    },

    async findAll (id) {
      const signInId = [...tables.sessions.values()].find(row => row.id === id)?.signInId ?? id
      const rows = [...tables.sessions.values()].filter(row => row.signInId === signInId)
      return rows.sort((one, other) => other.lastSeenAt.getTime() - one.lastSeenAt.getTime() || (one.id < other.id ? -1 : 1)).flatMap(row => live(row) ?? [])
    },

    async drop (idHash) {
      tables.sessions.delete(idHash)
    },

    async revoke (idHash) {
      return end(tables.sessions.get(idHash)?.signInId)
    },
    async revokeById (id) {
      return end([...tables.sessions.values()].find(row => row.id === id)?.signInId ?? id)
    },
    async revokeAll () {
      return dropSignIns(tables, () => true).length
    },
    async revokeTenant (tenantId) {
      return dropSignIns(tables, row => row.signIn.tenantId === tenantId).length
    },
    async revokeMember (tenantId, memberId) {
      return dropSignIns(tables, row => row.signIn.tenantId === tenantId && row.signIn.memberId === memberId).length
    },

    async touch (seen) {
      for (const [idHash, at] of seen) {
        const row = tables.sessions.get(idHash)
        if (row !== undefined && row.lastSeenAt < at) row.lastSeenAt = at
      }
    },

    async list (tenantId, { limit, cursor }) {
      const placeOf = (row: SessionRow) => ({ at: row.createdAt, id: row.id })
      const rows = [...tables.sessions.values()].filter(row => signInOf(row).signIn.tenantId === tenantId)
        .sort(newestFirst(placeOf)).filter(olderThan(cursor === null ? null : readCursor(cursor), placeOf))
      return pageOf(rows, limit, placeOf, (row): SessionSummary => {
        const { signIn } = signInOf(row)
        const { id, host, signInId, createdAt, lastSeenAt } = row
        return { id, signInId, tenantId, memberId: signIn.memberId, connectionId: signIn.connectionId, host, createdAt, lastSeenAt, expiresAt: signIn.expiresAt }
      })
    }
  }
}

// Which Okta accounts wait for an operator, in memory.
import type { IdentityConflicts } from '../../../src/postgres/identity-conflicts.ts'
import type { IdentityKey } from '../../../src/tenant/identity.ts'
import { identityId } from '../../../src/tenant/identity.ts'
import { CONFLICT_NEWS_SECONDS } from '../../../src/tenant/identity-conflict.ts'
import { connectionOf, memberOf, type Tables } from './tables.ts'

/** What a login needs of them. */
export type NotedConflicts = Pick<IdentityConflicts, 'note' | 'list'>

export function createIdentityConflictsDouble (tables: Tables): NotedConflicts {
  const same = (one: IdentityKey, other: IdentityKey) => one.connectionId === other.connectionId && one.issuer === other.issuer && one.subject === other.subject
  const isLinked = (key: IdentityKey) => tables.identities.some(row => same(row.key, key))

  return {
    async note (tenantId, { key, memberId, reference }, at) {
      const member = tables.members.get(memberId)
      if (member?.tenantId !== tenantId || isLinked(key)) return
      connectionOf(tables, tenantId, key.connectionId)
      const id = identityId(tenantId, key)
      const before = tables.identityConflicts.find(row => row.tenantId === tenantId && row.id === id)
      const isNews = before === undefined || at.getTime() - before.toldAt.getTime() >= CONFLICT_NEWS_SECONDS * 1000
      tables.identityConflicts = [...tables.identityConflicts.filter(row => row !== before), {
        tenantId, id, key, memberId, email: member.email, reference, times: (before?.times ?? 0) + 1, firstAt: before?.firstAt ?? at, lastAt: at, toldAt: isNews ? at : before.toldAt
      }]
      if (isNews) tables.events.push({ type: 'identity.conflict', tenantId, actor: 'gatehouse', address: null, subject: memberId, reference, details: { conflict: id, connection: key.connectionId, issuer: key.issuer, subject: key.subject }, at })
    },

    async list (tenantId, { limit }, memberId) {
      const waiting = tables.identityConflicts
        .filter(row => row.tenantId === tenantId && tables.members.has(row.memberId) && !isLinked(row.key) && (memberId === undefined || row.memberId === memberId))
        .sort((one, other) => other.lastAt.getTime() - one.lastAt.getTime())
      const items = waiting.slice(0, limit).map(({ memberId: about, toldAt, tenantId: owner, ...row }) => {
        const { id, email, name } = memberOf(tables, owner, about)
        return { ...row, member: { id, email, name } }
      })
      return { items, next: null }
    }
  }
}

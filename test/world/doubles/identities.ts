// Whom an identity signs in, in memory.
import type { Identities } from '../../../src/postgres/identities.ts'
import type { IdentityKey } from '../../../src/tenant/identity.ts'
import { connectionOf, memberOf, type Tables, tenantOf } from './tables.ts'

export function createIdentitiesDouble (tables: Tables): Identities {
  const same = (one: IdentityKey, other: IdentityKey) =>
    one.connectionId === other.connectionId && one.issuer === other.issuer && one.subject === other.subject
  const ofMember = (memberId: string) => tables.identities.filter(row => row.memberId === memberId)
  const isTaken = (key: IdentityKey) => tables.identities.some(row => same(row.key, key))

  return {
    async find (tenantId, key, email) {
      const known = tables.identities.find(row => row.tenantId === tenantId && same(row.key, key))
      const member = [...tables.members.values()].find(row => row.tenantId === tenantId && row.email === email?.address)
      const places = member === undefined ? [] : ofMember(member.id)
      return {
        known: known === undefined ? null : memberOf(tables, tenantId, known.memberId),
        sameEmail: member === undefined
          ? null
          : { member, identities: places.length === 0 ? 'none' : places.some(row => row.key.connectionId === key.connectionId) ? 'here' : 'elsewhere' },
        domainVerified: tables.domains.some(row => row.tenantId === tenantId && row.domain === email?.domain && row.verifiedAt !== null)
      }
    },

    async link (tenantId, key, memberId) {
      const member = tables.members.get(memberId)
      if (member?.tenantId !== tenantId || member.status === 'suspended' || isTaken(key)) return false
      const places = ofMember(memberId)
      if (places.length > 0 && (member.status !== 'invited' || places.some(row => row.key.connectionId === key.connectionId))) return false
      connectionOf(tables, tenantId, key.connectionId)
      tables.members.set(memberId, { ...member, status: 'active' })
      tables.identities.push({ tenantId, key, memberId, linkedBy: 'email' })
      return true
    },

    async create (tenantId, key, member) {
      tenantOf(tables, member.tenantId)
      if (isTaken(key) || [...tables.members.values()].some(row => row.tenantId === tenantId && row.email === member.email)) return false
      connectionOf(tables, tenantId, key.connectionId)
      if (member.tenantId !== tenantId) throw new Error('foreign key: a member of another tenant')
      tables.members.set(member.id, member)
      tables.identities.push({ tenantId, key, memberId: member.id, linkedBy: 'just-in-time' })
      return true
    }
  }
}

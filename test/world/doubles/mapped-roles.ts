// Roles that follow from groups, in memory.
import type { MappedRoles } from '../../../src/postgres/mapped-roles.ts'
import type { Tables } from './tables.ts'

export function createMappedRolesDouble (tables: Tables): MappedRoles {
  return {
    async change (tenantId, memberId, { before, after, reference, details }, at) {
      const member = tables.members.get(memberId)
      if (member?.tenantId !== tenantId || JSON.stringify(member.roles) !== JSON.stringify(before)) return false
      tables.members.set(memberId, { ...member, roles: [...after] })
      tables.events.push({ type: 'member.roles-changed', tenantId, actor: 'gatehouse', address: null, subject: memberId, reference, details: { before: { roles: before }, after: { roles: after }, ...details }, at })
      return true
    }
  }
}

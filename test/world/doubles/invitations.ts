// Which invitations are open, in memory.
import type { Invitations, NewInvitation } from '../../../src/postgres/invitations.ts'
import type { IdentityKey } from '../../../src/tenant/identity.ts'
import type { Invitation } from '../../../src/tenant/invitation.ts'
import { connectionOf, memberOf, type Tables, tenantOf } from './tables.ts'

export interface InvitationRow extends NewInvitation {
  readonly acceptedAt: Date | null
}

export function createInvitationsDouble (tables: Tables): Invitations {
  const told = ({ id, tenantId, memberId, expiresAt, acceptedAt }: InvitationRow): Invitation => ({ id, tenantId, memberId, expiresAt, acceptedAt })
  const ownerOf = (key: IdentityKey) => tables.identities.find(row =>
    row.key.connectionId === key.connectionId && row.key.issuer === key.issuer && row.key.subject === key.subject)?.memberId
  const openOf = (memberId: string) => tables.invitations.find(row => row.memberId === memberId && row.acceptedAt === null)

  return {
    async save (invitation) {
      memberOf(tables, invitation.tenantId, invitation.memberId)
      const old = openOf(invitation.memberId)
      tables.invitations = [...tables.invitations.filter(row => row !== old), { ...invitation, acceptedAt: null }]
    },

    async findByToken (tokenHash) {
      const row = tables.invitations.find(one => one.tokenHash === tokenHash)
      if (row === undefined) return null
      const { tenantId } = row
      const connections = [...tables.connections.values()].filter(({ connection }) => connection.tenantId === tenantId)
        .sort((one, other) => other.createdAt.getTime() - one.createdAt.getTime()).map(({ connection }) => connection)
      return { invitation: told(row), member: memberOf(tables, tenantId, row.memberId), tenant: tenantOf(tables, tenantId), connections }
    },

    async find (tenantId, id, key) {
      const row = tables.invitations.find(one => one.id === id && one.tenantId === tenantId)
      if (row === undefined) return null
      const owner = ownerOf(key)
      return { invitation: told(row), member: memberOf(tables, tenantId, row.memberId), known: owner === undefined ? null : memberOf(tables, tenantId, owner) }
    },

    async remove (tenantId, memberId) {
      const row = openOf(memberId)
      if (row?.tenantId !== tenantId) return false
      tables.invitations = tables.invitations.filter(one => one !== row)
      return true
    },

    async accept (tenantId, id, key, now) {
      const row = tables.invitations.find(one => one.id === id && one.tenantId === tenantId)
      if (row === undefined || row.acceptedAt !== null || row.expiresAt <= now) return false
      const member = memberOf(tables, tenantId, row.memberId)
      const owner = ownerOf(key)
      if (member.status === 'suspended' || (owner !== undefined && owner !== member.id)) return false
      connectionOf(tables, tenantId, key.connectionId)
      if (owner === undefined) tables.identities.push({ tenantId, key, memberId: member.id, linkedBy: 'invitation' })
      tables.members.set(member.id, { ...member, status: 'active' })
      tables.invitations = tables.invitations.map(one => one === row ? { ...row, acceptedAt: now } : one)
      return true
    }
  }
}

// Which invitations are open, and whose Okta account does one link? Kept by the hash of the token in the link.
import { jsonArrayFrom, jsonObjectFrom } from 'kysely/helpers/postgres'
import type { InvitationId, MemberId, TenantId } from '../tenant/id.ts'
import type { IdentityKey } from '../tenant/identity.ts'
import type { Invitation, InvitedPerson } from '../tenant/invitation.ts'
import type { Tenant } from '../tenant/tenant.ts'
import type { Connection } from '../tenant/connection.ts'
import type { Member } from '../tenant/member.ts'
import type { Database } from './connect.ts'
import { connectionColumns, memberColumns, tenantColumns, toConnection, toMember, toTenant } from './rows.ts'

export interface NewInvitation extends Omit<Invitation, 'acceptedAt'> {
  readonly tokenHash: string
  readonly createdBy: string
}

/** Everything that the page of an invitation asks, in one statement. */
export interface OpenedInvitation {
  readonly invitation: Invitation
  readonly member: Member
  readonly tenant: Tenant
  /** Newest first; retired ones are among them. */
  readonly connections: readonly Connection[]
}

export interface Invitations {
  /** Takes the place of the member's open one, if there is any. */
  save (invitation: NewInvitation, now: Date): Promise<void>
  findByToken (tokenHash: string): Promise<OpenedInvitation | null>
  /** The invitation, whom it is for, and whose this identity is already. */
  find (tenantId: TenantId, id: InvitationId, key: IdentityKey): Promise<InvitedPerson | null>
  /** Takes back the member's open invitation. False when there is none. */
  remove (tenantId: TenantId, memberId: MemberId): Promise<boolean>
  /**
   * Links the identity to the invited member, makes them active and spends the invitation: all of it or nothing. False when the invitation, the member
   * or the identity is not what was read any more: look again.
   */
  accept (tenantId: TenantId, id: InvitationId, key: IdentityKey, now: Date): Promise<boolean>
}

const columns = ['id', 'tenantId', 'memberId', 'expiresAt', 'acceptedAt'] as const

export function createInvitations (db: Database): Invitations {
  return {
    async save (invitation, now) {
      await db.insertInto('invitations').values({ ...invitation, createdAt: now, acceptedAt: null })
        .onConflict(conflict => conflict.columns(['tenantId', 'memberId']).where('acceptedAt', 'is', null).doUpdateSet(eb => ({
          id: eb.ref('excluded.id'),
          tokenHash: eb.ref('excluded.tokenHash'),
          createdBy: eb.ref('excluded.createdBy'),
          createdAt: eb.ref('excluded.createdAt'),
          expiresAt: eb.ref('excluded.expiresAt')
        }))).execute()
    },

    async findByToken (tokenHash) {
      const row = await db.selectFrom('invitations').select(columns.map(column => `invitations.${column}` as const)).select(eb => [
        jsonObjectFrom(eb.selectFrom('members').select(memberColumns).whereRef('members.tenantId', '=', 'invitations.tenantId').whereRef('members.id', '=', 'invitations.memberId')).$notNull().as('member'),
        jsonObjectFrom(eb.selectFrom('tenants').select(tenantColumns).whereRef('tenants.id', '=', 'invitations.tenantId')).$notNull().as('tenant'),
        jsonArrayFrom(eb.selectFrom('connections').select(connectionColumns).whereRef('connections.tenantId', '=', 'invitations.tenantId').orderBy('connections.createdAt', 'desc')).as('connections')
      ]).where('tokenHash', '=', tokenHash).executeTakeFirst()
      return row === undefined ? null : { invitation: toInvitation(row), member: toMember(row.member), tenant: toTenant(row.tenant), connections: row.connections.map(toConnection) }
    },

    async find (tenantId, id, { connectionId, issuer, subject }) {
      const row = await db.selectFrom('invitations').select(columns).select(eb => [
        jsonObjectFrom(eb.selectFrom('members').select(memberColumns).whereRef('members.tenantId', '=', 'invitations.tenantId').whereRef('members.id', '=', 'invitations.memberId')).$notNull().as('member'),
        jsonObjectFrom(eb.selectFrom('identities')
          .innerJoin('members', join => join.onRef('members.tenantId', '=', 'identities.tenantId').onRef('members.id', '=', 'identities.memberId'))
          .select(memberColumns.map(column => `members.${column}` as const))
          .where('identities.tenantId', '=', tenantId).where('identities.connectionId', '=', connectionId)
          .where('identities.issuer', '=', issuer).where('identities.subject', '=', subject)).as('known')
      ]).where('tenantId', '=', tenantId).where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : { invitation: toInvitation(row), member: toMember(row.member), known: row.known === null ? null : toMember(row.known) }
    },

    async remove (tenantId, memberId) {
      const result = await db.deleteFrom('invitations').where('tenantId', '=', tenantId).where('memberId', '=', memberId).where('acceptedAt', 'is', null).executeTakeFirst()
      return result.numDeletedRows > 0n
    },

    async accept (tenantId, id, key, now) {
      return await db.transaction().execute(async transaction => {
        // Spent first: of two that come at once, the second waits here and then finds nothing.
        const invitation = await transaction.updateTable('invitations').set({ acceptedAt: now })
          .where('tenantId', '=', tenantId).where('id', '=', id).where('acceptedAt', 'is', null).where('expiresAt', '>', now)
          .returning('memberId').executeTakeFirst()
        if (invitation === undefined) return false
        const { memberId } = invitation
        const member = await transaction.updateTable('members').set({ status: 'active', updatedAt: now })
          .where('tenantId', '=', tenantId).where('id', '=', memberId).where('status', '<>', 'suspended').returning('id').executeTakeFirst()
        if (member === undefined) throw new Undone()
        await transaction.insertInto('identities').values({ tenantId, memberId, ...key, linkedBy: 'invitation', createdAt: now })
          .onConflict(conflict => conflict.columns(['tenantId', 'connectionId', 'issuer', 'subject']).doNothing()).execute()
        const { memberId: owner } = await transaction.selectFrom('identities').select('memberId').where('tenantId', '=', tenantId)
          .where('connectionId', '=', key.connectionId).where('issuer', '=', key.issuer).where('subject', '=', key.subject).executeTakeFirstOrThrow()
        if (owner !== memberId) throw new Undone()
        return true
      }).catch((error: unknown) => {
        if (error instanceof Undone) return false
        throw error
      })
    }
  }
}

/** Thrown through a transaction to leave nothing of it. */
class Undone extends Error {}

function toInvitation (row: { id: string, tenantId: string, memberId: string, expiresAt: Date, acceptedAt: Date | null }): Invitation {
  return { id: row.id as InvitationId, tenantId: row.tenantId as TenantId, memberId: row.memberId as MemberId, expiresAt: row.expiresAt, acceptedAt: row.acceptedAt }
}

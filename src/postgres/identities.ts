// Whom does `(connection, issuer, subject)` sign in? The only key that signs anybody in.
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'
import type { MemberId, TenantId } from '../tenant/id.ts'
import type { IdentityKey, Person } from '../tenant/identity.ts'
import type { Member } from '../tenant/member.ts'
import { blank, compileOnce, findFirst } from './compiled.ts'
import { type Database, findUniqueViolation } from './connect.ts'
import { memberColumns, toMember } from './rows.ts'

export interface Identities {
  /**
   * Everything that admission asks about somebody at the door, in one statement.
   * @param email the claimed address and its domain in their compared form, or null when there is none.
   */
  find (tenantId: TenantId, key: IdentityKey, email: { address: string, domain: string } | null): Promise<Person>
  /** Links an identity to a member and makes the member active, both or neither. False when either has changed meanwhile: look again. */
  link (tenantId: TenantId, key: IdentityKey, memberId: MemberId, now: Date): Promise<boolean>
  /** Makes a member with this identity, both or neither. False when the email or the identity has been taken meanwhile: look again. */
  create (tenantId: TenantId, key: IdentityKey, member: Member, now: Date): Promise<boolean>
}

export function createIdentities (db: Database): Identities {
  const find = compileOnce(() => {
    const tenantId = blank<string>('tenantId')
    const connectionId = blank<string>('connectionId')
    return db.selectNoFrom(eb => [
      jsonObjectFrom(eb.selectFrom('identities')
        .innerJoin('members', join => join.onRef('members.tenantId', '=', 'identities.tenantId').onRef('members.id', '=', 'identities.memberId'))
        .select(memberColumns.map(column => `members.${column}` as const))
        .where('identities.tenantId', '=', tenantId).where('identities.connectionId', '=', connectionId)
        .where('identities.issuer', '=', blank<string>('issuer')).where('identities.subject', '=', blank<string>('subject'))).as('known'),
      jsonObjectFrom(eb.selectFrom('members').select(memberColumns)
        .select(inner => inner.selectFrom('identities').select(sql<boolean | null>`bool_or(identities.connection_id = ${connectionId})`.as('here'))
          .whereRef('identities.tenantId', '=', 'members.tenantId').whereRef('identities.memberId', '=', 'members.id').as('here'))
        .where('members.tenantId', '=', tenantId).where('members.email', '=', blank<string>('address'))).as('sameEmail'),
      eb.exists(eb.selectFrom('domains').select('domain').where('tenantId', '=', tenantId)
        .where('domain', '=', blank<string>('domain')).where('verifiedAt', 'is not', null)).as('domainVerified')
    ])
  })

  return {
    async find (tenantId, { connectionId, issuer, subject }, email) {
      const row = await findFirst(db, find({ tenantId, connectionId, issuer, subject, address: email?.address ?? '', domain: email?.domain ?? '' }))
      if (row === undefined) throw new Error('A statement without a table has always one row.')
      return {
        known: row.known === null ? null : toMember(row.known),
        sameEmail: row.sameEmail === null ? null : { member: toMember(row.sameEmail), identities: placeOf(row.sameEmail.here) },
        domainVerified: row.domainVerified === true
      }
    },

    async link (tenantId, key, memberId, now) {
      const row = await db.transaction().execute(async transaction => {
        // The lock is a statement of its own: only what is read after it sees what another first login of this member has written meanwhile.
        await transaction.selectFrom('members').select('id').where('tenantId', '=', tenantId).where('id', '=', memberId).forUpdate().execute()
        return await transaction
          .with('member', query => query.updateTable('members').set({ status: 'active', updatedAt: now })
            .where('tenantId', '=', tenantId).where('id', '=', memberId)
            // Admission has decided this already, of what it read: a member who was suspended or linked a moment ago is not linked after all.
            .where('status', '<>', 'suspended')
            .where(eb => eb.not(eb.exists(eb.selectFrom('identities').select('subject').where('identities.tenantId', '=', tenantId)
              .where('identities.memberId', '=', memberId)
              .where(inner => inner.or([inner('members.status', '<>', 'invited'), inner('identities.connectionId', '=', key.connectionId)])))))
            .returning('id'))
          .insertInto('identities').columns(identityColumns)
          .expression(eb => eb.selectFrom('member').select(['member.id as memberId', ...identityValues(tenantId, key, 'email', now)]))
          .returning('memberId').executeTakeFirst()
      }).catch(refuseRace)
      return row !== undefined && row !== null
    },

    async create (tenantId, key, member, now) {
      const row = await db
        .with('member', query => query.insertInto('members').values({ ...member, roles: [...member.roles], createdAt: now, updatedAt: now }).returning('id'))
        .insertInto('identities').columns(identityColumns)
        .expression(eb => eb.selectFrom('member').select(['member.id as memberId', ...identityValues(tenantId, key, 'just-in-time', now)]))
        .returning('memberId').executeTakeFirst().catch(refuseRace)
      return row !== undefined && row !== null
    }
  }
}

const identityColumns = ['memberId', 'tenantId', 'connectionId', 'issuer', 'subject', 'linkedBy', 'createdAt'] as const

function identityValues (tenantId: TenantId, key: IdentityKey, linkedBy: 'email' | 'just-in-time', now: Date) {
  return [
    sql<string>`${tenantId}::text`.as('tenantId'),
    sql<string>`${key.connectionId}::text`.as('connectionId'),
    sql<string>`${key.issuer}::text`.as('issuer'),
    sql<string>`${key.subject}::text`.as('subject'),
    sql<'email' | 'just-in-time'>`${linkedBy}::text`.as('linkedBy'),
    sql<Date>`${now}::timestamptz`.as('createdAt')
  ] as const
}

function placeOf (here: boolean | null): 'none' | 'elsewhere' | 'here' {
  if (here === null) return 'none'
  return here ? 'here' : 'elsewhere'
}

// Two first logins of the same person at once: one of them meets the unique key, and the whole statement is undone.
function refuseRace (error: unknown): null {
  if (findUniqueViolation(error) !== null) return null
  throw error
}

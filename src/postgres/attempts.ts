// Which logins are under way, and how did the finished ones go?
import { sql } from 'kysely'
import { jsonObjectFrom } from 'kysely/helpers/postgres'
import type { Issuer } from '../oidc/discovery.ts'
import type { AttemptStory, Conclusion, ConsumedAttempt, Door, FailedStart, NewAttempt, SpentAttempt, Step } from '../tenant/attempt.ts'
import type { ConnectionId, MemberId, TenantId } from '../tenant/id.ts'
import { underShadow } from '../tenant/shadow.ts'
import { blank, compileOnce, findFirst } from './compiled.ts'
import type { Database } from './connect.ts'
import type { OpenProofs } from './client-proofs.ts'
import { type Page, type PageRequest, pageOf, readCursor } from './pages.ts'
import { connectionColumns, tenantColumns, toConnection, toShadow, toTenant } from './rows.ts'

export interface Attempts {
  save (attempt: NewAttempt): Promise<void>
  saveFailedStart (failure: FailedStart): Promise<void>
  /** Takes the pending login out, for good: whoever asks second gets null. */
  consume (stateHash: string): Promise<ConsumedAttempt | null>
  conclude (tenantId: TenantId, reference: string, conclusion: Conclusion): Promise<void>
  /** A spent callback came again: the story says so, and tells its reference. */
  noteReturn (stateHash: string, step: Step): Promise<SpentAttempt | null>
  find (reference: string): Promise<AttemptStory | null>
  list (tenantId: TenantId, page: PageRequest): Promise<Page<AttemptStory>>
}

// A story cannot be made endless by sending the same spent callback again and again.
const MAX_STEPS = 60

export function createAttempts (db: Database, openProofs: OpenProofs): Attempts {
  const takeOut = compileOnce(() => db
    .with('consumed', query => query.deleteFrom('pendingAttempts').where('stateHash', '=', blank<string>('stateHash')).returning(['tenantId', ...pendingColumns]))
    .selectFrom('consumed')
    .innerJoin('connections', join => join.onRef('connections.id', '=', 'consumed.connectionId').onRef('connections.tenantId', '=', 'consumed.tenantId'))
    .select(['connections.clientSecretSealed', 'connections.nextClientSecretSealed', 'connections.shadow', 'connections.shadowSecretSealed'])
    // As one value: every column is described anew with every answer, which costs more than what is in it.
    .select(eb => [
      jsonObjectFrom(eb.selectFrom('consumed as taken').select(pendingColumns)).$notNull().as('pending'),
      jsonObjectFrom(eb.selectFrom('clientKeys').select(['kid', 'privateJwkSealed']).whereRef('clientKeys.connectionId', '=', 'consumed.connectionId').whereRef('clientKeys.tenantId', '=', 'consumed.tenantId')).as('clientKey'),
      jsonObjectFrom(eb.selectFrom('connections as c').select(connectionColumns).whereRef('c.id', '=', 'consumed.connectionId')).$notNull().as('connection'),
      jsonObjectFrom(eb.selectFrom('tenants').select(tenantColumns).whereRef('tenants.id', '=', 'consumed.tenantId')).$notNull().as('tenant')
    ]))

  const putIn = compileOnce(() => {
    const text = (name: string) => blank<string>(name)
    const [reference, tenantId, connectionId, stateHash, startedAt] = [text('reference'), text('tenantId'), text('connectionId'), text('stateHash'), blank<Date>('startedAt')]
    const returnTo = blank<string | null>('returnTo')
    return db
      .with('story', query => query.insertInto('attempts').values({
        reference,
        tenantId,
        connectionId,
        memberId: null,
        stateHash,
        door: text('door'),
        outcome: 'started',
        code: null,
        loginHint: blank<string | null>('loginHint'),
        returnTo,
        steps: text('steps'),
        startedAt,
        finishedAt: null
      }))
      .insertInto('pendingAttempts').values({
        stateHash,
        reference,
        tenantId,
        connectionId,
        connectionVersion: blank<number>('connectionVersion'),
        issuer: text('issuer'),
        redirectUri: text('redirectUri'),
        nonceHash: text('nonceHash'),
        codeChallenge: text('codeChallenge'),
        returnTo,
        hop: blank<string | null>('hop'),
        purpose: blank<string | null>('purpose'),
        startedAt,
        expiresAt: blank<Date>('expiresAt')
      })
  })

  return {
    async save ({ tenantId, stateHash, pending, door, loginHint, steps }) {
      const { reference, connectionId, connectionVersion, issuer, redirectUri, nonceHash, codeChallenge, returnTo, purpose, hop, startedAt, expiresAt } = pending
      await db.executeQuery(putIn({
        reference, tenantId, connectionId, connectionVersion, issuer, redirectUri, nonceHash, codeChallenge, returnTo, hop: hop === null ? null : JSON.stringify(hop), purpose: purpose.kind === 'sign-in' ? null : JSON.stringify(purpose), startedAt, expiresAt, stateHash, door, loginHint, steps: JSON.stringify(steps)
      }))
    },

    async saveFailedStart ({ at, steps, ...failure }) {
      await db.insertInto('attempts').values({
        ...failure, memberId: null, stateHash: null, returnTo: null, steps: JSON.stringify(steps), startedAt: steps[0]?.at ?? at, finishedAt: at
      })
        // `save` may have been done after all, and only its answer lost: then its story ends here.
        .onConflict(conflict => conflict.column('reference')
          .doUpdateSet(eb => ({ outcome: eb.ref('excluded.outcome'), code: eb.ref('excluded.code'), steps: eb.ref('excluded.steps'), finishedAt: eb.ref('excluded.finishedAt') }))
          .whereRef('attempts.tenantId', '=', 'excluded.tenantId').whereRef('attempts.connectionId', '=', 'excluded.connectionId').where('attempts.outcome', '=', 'started'))
        .execute()
    },

    async consume (stateHash) {
      const row = await findFirst(db, takeOut({ stateHash }))
      if (row === undefined) return null
      const { clientSecretSealed, nextClientSecretSealed, clientKey, shadow, shadowSecretSealed, connection, tenant, pending } = row
      const purpose = pending.purpose ?? { kind: 'sign-in' as const }
      const edit = purpose.kind === 'test' ? purpose.shadow : undefined
      const sealed = edit === undefined
        ? { clientSecretSealed, nextClientSecretSealed, clientKey }
        // What a test finds out about the second slot must not promote it in front of everybody.
        : { clientSecretSealed: shadowSecretSealed ?? clientSecretSealed, nextClientSecretSealed: null, clientKey }
      const found = { ...toConnection(connection), proofs: await openProofs(pending.connectionId, sealed) }
      return {
        pending: {
          ...pending,
          connectionId: pending.connectionId as ConnectionId,
          issuer: pending.issuer as Issuer,
          purpose,
          startedAt: new Date(pending.startedAt),
          expiresAt: new Date(pending.expiresAt)
        },
        tenant: toTenant(tenant),
        connection: edit === undefined ? found : underShadow(found, shadow === null ? null : toShadow(shadow, shadowSecretSealed), edit)
      }
    },

    async conclude (tenantId, reference, { outcome, code, steps, at }) {
      await db.updateTable('attempts')
        .set({ outcome, code, finishedAt: at, steps: sql`steps || ${JSON.stringify(steps)}::jsonb` })
        .where('tenantId', '=', tenantId).where('reference', '=', reference).execute()
    },

    async noteReturn (stateHash, step) {
      const row = await db.updateTable('attempts')
        .set({ steps: sql`case when jsonb_array_length(steps) < ${MAX_STEPS} then steps || ${JSON.stringify([step])}::jsonb else steps end` })
        .where('stateHash', '=', stateHash).returning(['reference', 'returnTo', 'connectionId', 'door']).executeTakeFirst()
      return row === undefined ? null : { ...row, connectionId: row.connectionId as ConnectionId | null, door: row.door as Door }
    },

    async find (reference) {
      const row = await db.selectFrom('attempts').select(storyColumns).where('reference', '=', reference).executeTakeFirst()
      return row === undefined ? null : toStory(row)
    },

    async list (tenantId, { limit, cursor }) {
      const before = cursor === null ? null : readCursor(cursor)
      let query = db.selectFrom('attempts').select(storyColumns).where('tenantId', '=', tenantId)
        .orderBy('startedAt', 'desc').orderBy('reference', 'desc').limit(limit + 1)
      if (before !== null) query = query.where(eb => eb(eb.refTuple('startedAt', 'reference'), '<', eb.tuple(before.at, before.id)))
      return pageOf(await query.execute(), limit, row => ({ at: row.startedAt, id: row.reference }), toStory)
    }
  }
}

// Named, not `*`: a connection that keeps the statement prepared must not be surprised by a column that a newer version adds.
const pendingColumns = ['reference', 'connectionId', 'connectionVersion', 'issuer', 'redirectUri', 'nonceHash', 'codeChallenge', 'returnTo', 'hop', 'purpose', 'startedAt', 'expiresAt'] as const

export const storyColumns = ['reference', 'tenantId', 'connectionId', 'memberId', 'door', 'outcome', 'code', 'loginHint', 'returnTo', 'steps', 'startedAt', 'finishedAt'] as const

export interface StoryRow extends Omit<AttemptStory, 'tenantId' | 'connectionId' | 'memberId' | 'door' | 'steps'> {
  tenantId: string
  connectionId: string | null
  memberId: string | null
  door: string
  steps: unknown[]
}

export function toStory (row: StoryRow): AttemptStory {
  return {
    ...row,
    tenantId: row.tenantId as TenantId,
    connectionId: row.connectionId as ConnectionId | null,
    memberId: row.memberId as MemberId | null,
    door: row.door as Door,
    steps: (row.steps as (Omit<Step, 'at'> & { at: string })[]).map(step => ({ ...step, at: new Date(step.at) }))
  }
}

// How does a connection go from draft to live, and back? Now or at a planned moment, and it is written down who moved it and from where to where.
import { APP_ELSEWHERE } from '../okta/app-elsewhere.ts'
import type { Connection, ConnectionMove, ConnectionOnFile, ConnectionState, VerifiedBy } from '../tenant/connection.ts'
import { difference } from '../tenant/difference.ts'
import type { AuditEvent, By } from '../tenant/event.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'

export interface Move {
  readonly move: ConnectionMove
  readonly pilotEmails?: readonly string[]
  readonly provenance?: VerifiedBy
}

export interface MoveConnectionNeeds {
  readonly connections: {
    /** Whether another tenant has a connection to the same app. */
    isElsewhere (tenantId: TenantId, app: Pick<Connection, 'issuer' | 'clientId'>): Promise<boolean>
  }
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly connections: { move (tenantId: TenantId, id: ConnectionId, move: Move, now: Date): Promise<{ before: ConnectionState, connection: ConnectionOnFile } | null> }
    readonly rollOuts: { schedule (tenantId: TenantId, id: ConnectionId, at: Date | null, now: Date): Promise<ConnectionOnFile | null> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  /** What is remembered of the provider was learnt before. */
  readonly forgetProvider: (connectionId: ConnectionId) => void
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

const eventTypes = {
  verify: 'connection.verified',
  pilot: 'connection.pilot-opened',
  'go-live': 'connection.went-live',
  retire: 'connection.retired',
  rollback: 'connection.rolled-back'
} satisfies Record<ConnectionMove, string>

export interface MovedConnection {
  readonly connection: ConnectionOnFile
  /** People come in through it from now on, and through another tenant's connection to the same app. */
  readonly sharesApp: boolean
}

export function moveConnection (needs: MoveConnectionNeeds) {
  // The moment at which it begins to matter.
  const warnOfSharing = async (connection: Connection, move: ConnectionMove, by: By, now: Date): Promise<boolean> => {
    if ((move !== 'go-live' && move !== 'pilot') || !await needs.connections.isElsewhere(connection.tenantId, connection)) return false
    const finding = { check: 'client-id', outcome: 'warning', code: 'app-elsewhere', message: APP_ELSEWHERE }
    await needs.events.save({ type: 'connection.warning', tenantId: connection.tenantId, subject: connection.id, ...by, details: { findings: [finding] } }, now)
    return true
  }

  return {
    /** @throws TenantRefusal `connection-state` for an illegal move, `connection-incomplete`, `not-found` */
    async move (before: ConnectionOnFile, move: Move, by: By): Promise<MovedConnection> {
      const { id, tenantId } = before
      const now = needs.now()
      const connection = await needs.together(async ({ connections, events }) => {
        const moved = await connections.move(tenantId, id, move, now)
        if (moved === null) throw gone()
        const { provenance } = move
        const details = { ...difference(told(before, moved.before), told(moved.connection)), ...(provenance === undefined ? {} : { provenance }) }
        await events.save({ type: eventTypes[move.move], tenantId, subject: id, ...by, details }, now)
        return moved.connection
      })
      needs.forgetProvider(id)
      return { connection, sharesApp: await warnOfSharing(connection, move.move, by, now) }
    },

    /** @param at null gives a plan up. @throws TenantRefusal `connection-state`, `not-found` */
    async schedule (before: ConnectionOnFile, at: Date | null, by: By): Promise<ConnectionOnFile> {
      const { id, tenantId } = before
      const now = needs.now()
      return await needs.together(async ({ rollOuts, events }) => {
        const planned = await rollOuts.schedule(tenantId, id, at, now)
        if (planned === null) throw gone()
        const details = difference({ goLiveAt: before.goLiveAt }, { goLiveAt: planned.goLiveAt })
        if (details !== null) await events.save({ type: planned.goLiveAt === null ? 'connection.go-live-cancelled' : 'connection.go-live-scheduled', tenantId, subject: id, ...by, details }, now)
        return planned
      })
    }
  }
}

export type MoveConnection = ReturnType<typeof moveConnection>

function gone (): TenantRefusal {
  return new TenantRefusal('not-found', 'There is no such connection.')
}

function told (connection: Connection, state: ConnectionState = connection.state) {
  return { state, pilotEmails: connection.pilotEmails }
}

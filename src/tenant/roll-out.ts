// Through which connection does somebody sign in today, if through any?
import type { Purpose } from './attempt.ts'
import type { Connection } from './connection.ts'
import { findEmail } from './email.ts'
import { TenantRefusal } from './refusal.ts'

type Door = Pick<Connection, 'state' | 'pilotEmails'>

/**
 * Whether a login may begin or end at this connection. Asked at the start, at the tile, on the way back, and of every session.
 * @param email who is signing in, as far as known; null before the provider has said it.
 * @throws TenantRefusal `connection-retired`, `connection-not-live`, `pilot-only`
 */
export function checkDoor (connection: Door, email: string | null): void {
  if (connection.state === 'retired') throw new TenantRefusal('connection-retired')
  if (connection.state === 'live') return
  if (connection.state !== 'pilot') throw new TenantRefusal('connection-not-live')
  if (email !== null && !inPilot(connection, email)) throw new TenantRefusal('pilot-only')
}

/**
 * The same question, asked of whatever a login is for: a test has to reach a connection that nobody signs in through yet.
 * @throws TenantRefusal `connection-retired`, `connection-not-live`, `pilot-only`
 */
export function checkEntry (purpose: Purpose, connection: Door, email: string | null): void {
  if (purpose.kind !== 'test') return checkDoor(connection, email)
  if (connection.state === 'retired') throw new TenantRefusal('connection-retired')
}

/** Whether the address is on the pilot's list. */
export function inPilot (connection: Pick<Connection, 'pilotEmails'>, email: string): boolean {
  const address = findEmail(email)?.address
  return address !== undefined && connection.pilotEmails.includes(address)
}

/**
 * The connection that an address signs in through: a pilot that lists it, else the live one.
 * @param connections one tenant's, newest first.
 */
export function chooseConnection<C extends Door> (connections: readonly C[], email: string | null): C | null {
  const pilot = email === null ? undefined : connections.find(connection => connection.state === 'pilot' && inPilot(connection, email))
  return pilot ?? connections.find(connection => connection.state === 'live') ?? null
}

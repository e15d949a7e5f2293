// How is a connection changed that everybody signs in through? Beside it, where only tests see it, and then all of it at once.
import type { Connection } from './connection.ts'
import { TenantRefusal } from './refusal.ts'

/** Settings that a live connection gets when they have proven themselves. */
export interface ShadowSettings extends Pick<Connection, 'issuer' | 'issuerAliases' | 'clientId' | 'clientAuthentication'> {
  /** When the secret that comes with them ends. */
  readonly secretExpiresAt: Date | null
}

export interface Shadow extends ShadowSettings {
  /** Moves with every edit, so that a test counts for what it has tested. */
  readonly edit: number
  readonly testedAt: Date | null
  /** Whether a secret waits with them. */
  readonly replacesSecret: boolean
}

/** The connection as it would be. */
export function applyShadow<C extends Connection> (connection: C, { issuer, issuerAliases, clientId, clientAuthentication }: Shadow): C {
  return { ...connection, issuer, issuerAliases, clientId, clientAuthentication }
}

/** The same as a test of that edit has to see it. Where others wait by now it is one that fits no login under way, and its test ends. */
export function underShadow<C extends Connection> (connection: C, shadow: Shadow | null, edit: number): C {
  return shadow?.edit === edit ? applyShadow(connection, shadow) : { ...connection, version: NaN }
}

/** @throws TenantRefusal `connection-state` unless the connection is live; another one is edited itself. */
export function checkShadowable ({ state }: Pick<Connection, 'state'>): void {
  if (state !== 'live') throw new TenantRefusal('connection-state', `A connection that is ${state} has no settings that wait.`)
}

/** @throws TenantRefusal `connection-state` where nothing waits, or no test has passed with it. */
export function checkPromotable (shadow: Shadow | null): Shadow {
  if (shadow === null) throw new TenantRefusal('connection-state', 'No settings are waiting to be promoted.')
  if (shadow.testedAt === null) throw new TenantRefusal('connection-state', 'No test sign-in has passed with the settings that wait.')
  return shadow
}

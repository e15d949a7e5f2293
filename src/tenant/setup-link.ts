// What may whoever holds a setup link do? Open it once, and then set up this one tenant: all of it, or its domains only.
import { type Connection, isOpen } from './connection.ts'
import type { ConnectionId, SetupLinkId, TenantId } from './id.ts'
import { TenantRefusal } from './refusal.ts'

export type SetupPart = 'all' | 'domains'

export interface SetupLink {
  readonly id: SetupLinkId
  readonly tenantId: TenantId
  readonly part: SetupPart
  /** An operator's word, given with this link, that it may change a connection which people sign in through. */
  readonly mayChangeLive: boolean
  /** The connection that the link is about; null where the setup makes one or goes on with what is there. */
  readonly connectionId: ConnectionId | null
  /** The link of the admin who has handed a part on; null for one that an operator made. It ends with its parent. */
  readonly parentId: SetupLinkId | null
  /** For whom it is, as far as the operator knows. */
  readonly email: string | null
  readonly createdBy: string
  readonly createdAt: Date
  /** Until when it can be opened. What it has opened lives on. */
  readonly expiresAt: Date
  readonly openedAt: Date | null
  readonly revokedAt: Date | null
}

/** What an opened link has become, in one browser. */
export interface SetupSession {
  readonly idHash: string
  readonly connectionId: ConnectionId | null
  readonly expiresAt: Date
}

export type SetupLinkState = 'waiting' | 'opened' | 'expired' | 'revoked'

const DAY = 86_400
/** How long a link can be opened, unless said otherwise. */
export const SETUP_LINK_SECONDS = 7 * DAY
export const MAX_SETUP_LINK_SECONDS = 30 * DAY
/** How long an opened setup lives: longer than DNS and a colleague on holiday take. */
export const SETUP_SESSION_SECONDS = 14 * DAY

/** Takes a link and the time; returns where it stands. What was revoked stays so, whatever else has happened to it. */
export function setupLinkState ({ openedAt, revokedAt, expiresAt }: SetupLink, now: Date): SetupLinkState {
  if (revokedAt !== null) return 'revoked'
  if (openedAt !== null) return 'opened'
  return expiresAt <= now ? 'expired' : 'waiting'
}

/**
 * Takes what was found under a token, and the time; returns the link when it can be opened.
 * @throws TenantRefusal `setup-link-unknown`, `setup-link-revoked`, `setup-link-opened`, `setup-link-expired`
 */
export function checkOpenable (link: SetupLink | null, now: Date): SetupLink {
  if (link === null) throw new TenantRefusal('setup-link-unknown', 'Copy the whole link, or ask for a new one.')
  const state = setupLinkState(link, now)
  if (state === 'revoked') throw new TenantRefusal('setup-link-revoked', 'Ask for a new link.')
  if (state === 'opened') throw new TenantRefusal('setup-link-opened', 'It goes on in the browser in which it was opened. Ask for a new link to go on in another one.')
  if (state === 'expired') throw new TenantRefusal('setup-link-expired', 'Ask for a new link.')
  return link
}

/**
 * Takes what was found for a browser, and the time; returns it when the setup goes on.
 * @throws TenantRefusal `setup-session-over` for nothing, for too late and for a link that was revoked.
 */
export function checkSetupSession<Found extends { readonly session: SetupSession, readonly link: SetupLink }> (found: Found | null, now: Date): Found {
  if (found === null || found.session.expiresAt <= now || found.link.revokedAt !== null) throw new TenantRefusal('setup-session-over', 'Ask for a new link.')
  return found
}

/** Whether the connection is closed to this link: people sign in through it, and no operator has said that it may be changed. */
export function isLocked (link: Pick<SetupLink, 'mayChangeLive'>, connection: Pick<Connection, 'state'> | null): boolean {
  return connection !== null && isOpen(connection.state) && !link.mayChangeLive
}

/** What of the setup a request is about. The first three change nothing: `enter` is the front page of it, `look` every step of the connection. */
export type SetupDeed = 'enter' | 'look' | 'see-domains' | 'test' | 'change-connection' | 'change-domains' | 'hand-over'

const ofDomains: readonly SetupDeed[] = ['enter', 'see-domains', 'change-domains']
const changes: readonly SetupDeed[] = ['change-connection', 'change-domains', 'hand-over']

/**
 * @param link of the session, @param connection the one it is about, null while there is none.
 * @throws TenantRefusal `setup-part-only` for what is not part of the link, `setup-live-locked` for a change while people sign in through the connection.
 */
export function checkDeed (link: Pick<SetupLink, 'part' | 'mayChangeLive'>, connection: Pick<Connection, 'state'> | null, deed: SetupDeed): void {
  // Made for the domains and nothing else, so whoever made it has agreed to those.
  if (link.part === 'domains') {
    if (!ofDomains.includes(deed)) throw new TenantRefusal('setup-part-only', 'This link is for the domains only.')
    return
  }
  if (changes.includes(deed) && isLocked(link, connection)) throw new TenantRefusal('setup-live-locked', 'People sign in through this connection. Ask for a link that may change it.')
}

/**
 * Takes the connections of a tenant, oldest first, and the one that the link names; returns the one the setup is about:
 * the named one, else the newest that was not retired, so that a new link goes on where an older one was left.
 */
export function connectionToSetUp<Known extends Pick<Connection, 'id' | 'state'>> (connections: readonly Known[], named: ConnectionId | null): Known | null {
  if (named !== null) return connections.find(({ id }) => id === named) ?? null
  return connections.findLast(({ state }) => state !== 'retired') ?? null
}

// How does a sign-in of the login host reach an app's own host? With a ticket that is worth nothing in another browser or on another host.
import type { SignInId, TenantId } from './id.ts'
import { TenantRefusal } from './refusal.ts'
import type { ReturnTo } from './return-to.ts'

/** What an app's host asks of the login host on behalf of one browser. */
export interface Hop {
  /** The app's host, as in the address bar. */
  readonly host: string
  /** Hash of what the browser holds on that host; it proves that the one who arrives is the one who left. */
  readonly browserHash: string
  readonly returnTo: ReturnTo
}

export interface Ticket extends Hop {
  readonly tenantId: TenantId
  /** Its short name, for the log. */
  readonly tenantSlug: string
  readonly signInId: SignInId
  readonly idleSeconds: number
  readonly expiresAt: Date
}

/** Long enough for a redirect on a bad line; nobody types a ticket. */
export const TICKET_SECONDS = 30

/**
 * @param ticket what was consumed; null when there was none, or it was used before.
 * @param browserHash hash of what this browser holds on this host; null when it holds nothing.
 * @throws TenantRefusal `ticket-unknown`, `ticket-other-host`, `ticket-other-browser`, `ticket-expired`
 */
export function checkTicket (ticket: Ticket | null, arrival: { readonly host: string, readonly browserHash: string | null, readonly now: Date }): Ticket {
  if (ticket === null) throw new TenantRefusal('ticket-unknown')
  if (ticket.host !== arrival.host) throw new TenantRefusal('ticket-other-host')
  // Otherwise somebody could sign a stranger's browser in as themselves, with a link.
  if (ticket.browserHash !== arrival.browserHash) throw new TenantRefusal('ticket-other-browser')
  if (ticket.expiresAt <= arrival.now) throw new TenantRefusal('ticket-expired')
  return ticket
}

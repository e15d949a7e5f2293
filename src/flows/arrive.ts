// How does a browser become signed in on an app's own host? It brings the ticket, and what it was given there before it left.
import { hashOf } from '../oidc/hash.ts'
import { checkTicket, type Ticket } from '../tenant/hop.ts'

export interface ArriveNeeds {
  readonly tickets: { consume (ticketHash: string): Promise<Ticket | null> }
  readonly now: () => Date
}

export interface Arrival {
  readonly ticket: string
  readonly host: string
  /** What this browser holds on this host for the hop; null when it holds nothing. */
  readonly browserHolds: (ticketBrowserHash: string) => string | null
}

export function arrive (needs: ArriveNeeds) {
  /** @returns the ticket, spent and found to be this browser's on this host. @throws TenantRefusal with the codes of `checkTicket`. */
  return async function ({ ticket: text, host, browserHolds }: Arrival): Promise<Ticket> {
    // Taken out first: whoever brings it wrongly has had the one try that it is good for.
    const ticket = await needs.tickets.consume(hashOf(text))
    const held = ticket === null ? null : browserHolds(ticket.browserHash)
    return checkTicket(ticket, { host, browserHash: held === null ? null : hashOf(held), now: needs.now() })
  }
}

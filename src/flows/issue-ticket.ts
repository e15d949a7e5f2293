// How is a sign-in handed to an app's own host? With a one-time ticket in the address that the browser is sent to.
import { hashOf } from '../oidc/hash.ts'
import type { Hop, Ticket } from '../tenant/hop.ts'
import { TICKET_SECONDS } from '../tenant/hop.ts'
import type { SignInId, TenantId } from '../tenant/id.ts'

export interface IssueTicketNeeds {
  readonly tickets: { save (ticketHash: string, ticket: Omit<Ticket, 'tenantSlug'>): Promise<boolean> }
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface Carried {
  readonly tenantId: TenantId
  readonly signInId: SignInId
  readonly idleSeconds: number
}

export function issueTicket (needs: IssueTicketNeeds) {
  /** @returns the ticket's text, of which only the hash is kept; null when the sign-in has ended meanwhile. */
  return async function (carried: Carried, hop: Hop): Promise<string | null> {
    const text = Buffer.from(needs.random(32)).toString('base64url')
    const expiresAt = new Date(needs.now().getTime() + TICKET_SECONDS * 1000)
    const { tenantId, signInId, idleSeconds } = carried
    const saved = await needs.tickets.save(hashOf(text), { ...hop, tenantId, signInId, idleSeconds, expiresAt })
    return saved ? text : null
  }
}

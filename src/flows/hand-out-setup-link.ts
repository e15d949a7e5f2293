// How does an operator hand a setup to a customer's admin, and take it back? By a link that is shown once, and mailed if somebody wants that.
import { checkScope, type Operator } from '../tenant/api-key.ts'
import type { AuditEvent, By } from '../tenant/event.ts'
import type { SetupLinkId, TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { SetupLink } from '../tenant/setup-link.ts'
import type { Tenant } from '../tenant/tenant.ts'
import type { CreatedSetupLink, NewSetupLink } from './create-setup-link.ts'

export interface HandOutSetupLinkNeeds {
  readonly createSetupLink: (link: NewSetupLink) => Promise<CreatedSetupLink>
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly setupLinks: { revoke (tenantId: TenantId, id: string, now: Date): Promise<boolean> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  /** @returns whether the mail was sent; false also where nothing is mailed at all. */
  readonly mailSetupLink: (mail: { to: string, company: string, url: string, expiresAt: Date, part: SetupLink['part'] }) => Promise<boolean>
  readonly publicUrl: string
  readonly now: () => Date
}

export interface WantedSetupLink extends Pick<NewSetupLink, 'part' | 'mayChangeLive' | 'connectionId' | 'email' | 'lifetimeSeconds'> {
  readonly tenant: Pick<Tenant, 'id' | 'name'>
  readonly operator: Pick<Operator, 'scopes'>
  /** Whether the link is mailed to `email`. */
  readonly mail: boolean
  readonly by: By
}

export interface HandedOutSetupLink {
  readonly link: SetupLink
  /** Shown this once: only its hash is kept. */
  readonly url: string
  readonly mailed: boolean
}

export function handOutSetupLink (needs: HandOutSetupLinkNeeds) {
  return {
    /** @throws TenantRefusal `scope-missing` */
    async handOut ({ tenant, operator, mail, by, ...wanted }: WantedSetupLink): Promise<HandedOutSetupLink> {
      // Whoever opens such a link can turn a live connection to another Okta, and come in as anybody.
      if (wanted.mayChangeLive) checkScope(operator.scopes, 'admin')
      const { link, token } = await needs.createSetupLink({ ...wanted, tenantId: tenant.id, parentId: null, createdBy: by.actor, address: by.address })
      const url = `${needs.publicUrl}/auth/setup/${token.reveal()}`
      const mailed = mail && link.email !== null && await needs.mailSetupLink({ to: link.email, company: tenant.name, url, expiresAt: link.expiresAt, part: link.part })
      return { link, url, mailed }
    },

    /** With what it has opened and what was handed on from it. @throws TenantRefusal `not-found` */
    async revoke (tenantId: TenantId, id: SetupLinkId, by: By): Promise<void> {
      const now = needs.now()
      await needs.together(async ({ setupLinks, events }) => {
        if (!await setupLinks.revoke(tenantId, id, now)) throw new TenantRefusal('not-found', 'There is no such setup link.')
        await events.save({ type: 'setup-link.revoked', tenantId, subject: id, ...by }, now)
      })
    }
  }
}

export type HandOutSetupLink = ReturnType<typeof handOutSetupLink>

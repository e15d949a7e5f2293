// How does a customer's admin get in without an account? By a link that is told once, here, and kept as a hash.
import { hashOf } from '../oidc/hash.ts'
import { Secret } from '../secret.ts'
import type { AuditEvent, By } from '../tenant/event.ts'
import { buildId, ID_BYTES } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { SetupLink } from '../tenant/setup-link.ts'

export interface CreateSetupLinkNeeds {
  /** What is written through these is kept whole, or not at all. */
  together<T> (work: (stores: {
    readonly setupLinks: { save (link: SetupLink, tokenHash: string): Promise<boolean> }
    readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  }) => Promise<T>): Promise<T>
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

export interface NewSetupLink extends Pick<SetupLink, 'tenantId' | 'part' | 'mayChangeLive' | 'connectionId' | 'parentId' | 'email' | 'createdBy'> {
  readonly lifetimeSeconds: number
  readonly address: By['address']
}

export interface CreatedSetupLink {
  readonly link: SetupLink
  readonly token: Secret
}

export function createSetupLink (needs: CreateSetupLinkNeeds) {
  return async function ({ lifetimeSeconds, address, ...wanted }: NewSetupLink): Promise<CreatedSetupLink> {
    const now = needs.now()
    const token = Buffer.from(needs.random(32)).toString('base64url')
    const link: SetupLink = {
      ...wanted,
      id: buildId('lnk', needs.random(ID_BYTES)),
      createdAt: now,
      expiresAt: new Date(now.getTime() + lifetimeSeconds * 1000),
      openedAt: null,
      revokedAt: null
    }
    const { part, mayChangeLive, email, expiresAt } = link
    await needs.together(async ({ setupLinks, events }) => {
      // The link that it was handed on from may have been revoked since somebody looked.
      if (!await setupLinks.save(link, hashOf(token))) throw new TenantRefusal('setup-session-over', 'Ask for a new link.')
      await events.save({ type: 'setup-link.created', tenantId: link.tenantId, actor: link.createdBy, address, subject: link.id, details: { part, mayChangeLive, email, expiresAt: expiresAt.toISOString() } }, now)
    })
    return { link, token: new Secret(token) }
  }
}

// Who comes with a setup link? Looking at it changes nothing, since scanners of mail look at every link; opening it works once.
import { hashOf } from '../oidc/hash.ts'
import type { Secret } from '../secret.ts'
import type { Connection } from '../tenant/connection.ts'
import type { AuditEvent } from '../tenant/event.ts'
import type { TenantId } from '../tenant/id.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkOpenable, connectionToSetUp, SETUP_SESSION_SECONDS, type SetupLink, type SetupSession } from '../tenant/setup-link.ts'
import type { Tenant } from '../tenant/tenant.ts'

export interface OpenSetupNeeds {
  readonly setupLinks: {
    findByToken (tokenHash: string): Promise<SetupLink | null>
    open (tokenHash: string, session: SetupSession, now: Date): Promise<SetupLink | null>
  }
  readonly tenants: { find (tenant: string): Promise<Tenant | null> }
  readonly connections: { list (tenantId: TenantId): Promise<readonly Connection[]> }
  readonly events: { save (event: AuditEvent, now: Date): Promise<void> }
  readonly now: () => Date
}

export interface SeenSetupLink {
  readonly link: SetupLink
  readonly tenant: Tenant
}

export interface OpenedSetup extends SeenSetupLink {
  readonly idHash: string
}

/** @returns what the link is for. @throws TenantRefusal as `checkOpenable` does; for one that this browser has opened itself, the caller knows better. */
export function seeSetupLink (needs: Pick<OpenSetupNeeds, 'setupLinks' | 'tenants' | 'now'>) {
  return async function (token: Secret): Promise<SeenSetupLink> {
    const link = checkOpenable(await needs.setupLinks.findByToken(hashOf(token.reveal())), needs.now())
    const tenant = await needs.tenants.find(link.tenantId)
    if (tenant === null) throw new TenantRefusal('setup-link-unknown', 'Ask for a new link.')
    return { link, tenant }
  }
}

/** Whether this browser is the one that has opened the link, and its setup goes on. */
export function findOpened (needs: Pick<OpenSetupNeeds, 'setupLinks' | 'now'> & { readonly setupLinks: { findSession (idHash: string): Promise<{ readonly session: SetupSession, readonly link: SetupLink } | null> } }) {
  return async function (idHash: string, token: Secret): Promise<boolean> {
    const found = await needs.setupLinks.findSession(idHash)
    if (found === null || found.session.expiresAt <= needs.now()) return false
    return (await needs.setupLinks.findByToken(hashOf(token.reveal())))?.id === found.link.id
  }
}

export function openSetup (needs: OpenSetupNeeds) {
  const see = seeSetupLink(needs)
  /** @param browser a word that we have drawn for this browser, which is its session from now on. */
  return async function (token: Secret, browser: Secret, address: string): Promise<OpenedSetup> {
    const { link, tenant } = await see(token)
    const now = needs.now()
    const connection = link.part === 'all' ? connectionToSetUp(await needs.connections.list(tenant.id), link.connectionId) : null
    const idHash = hashOf(browser.reveal())
    const session = { idHash, connectionId: connection?.id ?? null, expiresAt: new Date(now.getTime() + SETUP_SESSION_SECONDS * 1000) }
    const opened = await needs.setupLinks.open(hashOf(token.reveal()), session, now)
    if (opened === null) {
      // Somebody was quicker by a moment.
      await see(token)
      throw new TenantRefusal('setup-link-opened', 'It has just been opened in another browser. Ask for a new link.')
    }
    await needs.events.save({ type: 'setup-link.opened', tenantId: tenant.id, actor: opened.id, address, subject: opened.id, details: { part: opened.part, connection: connection?.id ?? null } }, now)
    return { link: opened, tenant, idHash }
  }
}

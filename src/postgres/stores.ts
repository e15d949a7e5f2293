// What is kept? Every store, over the pool that they share; nobody who signs in waits behind an upload, which has one of its own.
import { createApiKeys } from './api-keys.ts'
import { createApps } from './apps.ts'
import { createAttempts } from './attempts.ts'
import { openProofs } from './client-proofs.ts'
import type { ConnectionId, TenantId } from '../tenant/id.ts'
import type { Database } from './connect.ts'
import { createConnectionHealth } from './connection-health.ts'
import { createConnections } from './connections.ts'
import { createDomains } from './domains.ts'
import { createDoors } from './doors.ts'
import { createEndedSignIns } from './ended-sign-ins.ts'
import { createEvents } from './events.ts'
import { createExpired } from './expired.ts'
import { createIdentities } from './identities.ts'
import { createIdentityConflicts } from './identity-conflicts.ts'
import { createInvitations } from './invitations.ts'
import { createMemberIdentities } from './member-identities.ts'
import { createMemberImports } from './member-imports.ts'
import { createMappedRoles } from './mapped-roles.ts'
import { createMembers } from './members.ts'
import { createNotices } from './notices.ts'
import { createOperatorSessions } from './operator-sessions.ts'
import { createRollOuts } from './roll-outs.ts'
import { rememberOpened, type Seal } from './sealed.ts'
import { createSessions } from './sessions.ts'
import { createSetupLinks } from './setup-links.ts'
import { createShadows } from './shadows.ts'
import { createSignOuts } from './sign-outs.ts'
import { createSigningKeys, type NewKey } from './signing-keys.ts'
import { createTenants } from './tenants.ts'
import { createTickets } from './tickets.ts'
import { together } from './together.ts'
import { createTroubles } from './troubles.ts'

export interface StoresNeeds {
  readonly db: Database
  readonly importing: Database
  readonly seal: Seal
  readonly newEventId: () => string
  /** A key pair with which a connection can prove itself by `private_key_jwt`. */
  readonly makeClientKey: () => Promise<NewKey>
  /** How long the end of a sign-in is news. */
  readonly endedKeepSeconds: number
}

export function createStores ({ db, importing, seal, newEventId, makeClientKey, endedKeepSeconds }: StoresNeeds) {
  // Every login opens the same few.
  const proofs = openProofs(rememberOpened(seal))
  const clientKeysIn = (one: Database) => ({
    /** Nothing where the connection has a key pair already. */
    async give (tenantId: TenantId, id: ConnectionId, now: Date) {
      await createConnections(one, seal).saveClientKey(tenantId, id, await makeClientKey(), now)
    }
  })
  return {
    // What is changed, and the event that says by whom.
    together: together(db, transaction => ({
      tenants: createTenants(transaction),
      domains: createDomains(transaction),
      apps: createApps(transaction),
      apiKeys: createApiKeys(transaction),
      members: createMembers(transaction),
      memberIdentities: createMemberIdentities(transaction),
      invitations: createInvitations(transaction),
      sessions: createSessions(transaction, seal, newEventId),
      connections: createConnections(transaction, seal),
      clientKeys: clientKeysIn(transaction),
      health: createConnectionHealth(transaction, proofs),
      shadows: createShadows(transaction, seal),
      rollOuts: createRollOuts(transaction),
      setupLinks: createSetupLinks(transaction),
      signingKeys: createSigningKeys(transaction, seal),
      events: createEvents(transaction, newEventId)
    })),
    tenants: createTenants(db),
    domains: createDomains(db),
    doors: createDoors(db),
    connections: createConnections(db, seal),
    health: createConnectionHealth(db, proofs),
    shadows: createShadows(db, seal),
    rollOuts: createRollOuts(db),
    setupLinks: createSetupLinks(db),
    apiKeys: createApiKeys(db),
    operatorSessions: createOperatorSessions(db),
    apps: createApps(db),
    members: createMembers(db),
    mappedRoles: createMappedRoles(db, newEventId),
    imports: createMemberImports(importing),
    invitations: createInvitations(db),
    identities: createIdentities(db),
    memberIdentities: createMemberIdentities(db),
    identityConflicts: createIdentityConflicts(db, newEventId),
    attempts: createAttempts(db, proofs),
    troubles: createTroubles(db),
    tickets: createTickets(db),
    sessions: createSessions(db, seal, newEventId),
    signOuts: createSignOuts(db, seal, newEventId),
    endedSignIns: createEndedSignIns(db, endedKeepSeconds),
    signingKeys: createSigningKeys(db, seal),
    events: createEvents(db, newEventId),
    notices: createNotices(db),
    expired: createExpired(db)
  }
}

// All stores that a login needs, in memory: as fast as the core, and held to the same contract as PostgreSQL (test/contracts).
import type { Attempts } from '../../../src/postgres/attempts.ts'
import type { Doors } from '../../../src/postgres/doors.ts'
import type { Events } from '../../../src/postgres/events.ts'
import type { Identities } from '../../../src/postgres/identities.ts'
import type { MappedRoles } from '../../../src/postgres/mapped-roles.ts'
import type { Invitations } from '../../../src/postgres/invitations.ts'
import type { Sessions } from '../../../src/postgres/sessions.ts'
import type { SignOuts } from '../../../src/postgres/sign-outs.ts'
import { type Administration, createAdministration } from './administration.ts'
import { createAttemptsDouble } from './attempts.ts'
import { createDoorsDouble } from './doors.ts'
import { createIdentitiesDouble } from './identities.ts'
import { createIdentityConflictsDouble, type NotedConflicts } from './identity-conflicts.ts'
import { createInvitationsDouble } from './invitations.ts'
import { createMappedRolesDouble } from './mapped-roles.ts'
import { createSessionsDouble } from './sessions.ts'
import { createSignOutsDouble } from './sign-outs.ts'
import { createTables, type Tables } from './tables.ts'

export interface LoginStores extends Administration {
  readonly attempts: Attempts
  readonly identities: Identities
  readonly identityConflicts: NotedConflicts
  readonly invitations: Invitations
  readonly mappedRoles: MappedRoles
  readonly sessions: Sessions
  readonly signOuts: SignOuts
  readonly doors: Doors
  readonly events: Events
}

export function createMemoryStores (): LoginStores & { readonly tables: Tables } {
  const tables = createTables()
  return {
    tables,
    ...createAdministration(tables),
    attempts: createAttemptsDouble(tables),
    identities: createIdentitiesDouble(tables),
    identityConflicts: createIdentityConflictsDouble(tables),
    invitations: createInvitationsDouble(tables),
    mappedRoles: createMappedRolesDouble(tables),
    sessions: createSessionsDouble(tables),
    signOuts: createSignOutsDouble(tables),
    doors: createDoorsDouble(tables),
    events: { async save (event, now) { tables.events.push({ ...event, reference: event.reference ?? null, details: event.details ?? {}, at: now }) } }
  }
}

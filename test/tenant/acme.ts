// Who is in the tests of this room? Acme and its people, complete, so that a test only names what it is about.
import type { App } from '../../src/tenant/app.ts'
import type { Connection } from '../../src/tenant/connection.ts'
import { buildId } from '../../src/tenant/id.ts'
import type { IdKind } from '../../src/tenant/id.ts'
import type { Member } from '../../src/tenant/member.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import type { Tenant } from '../../src/tenant/tenant.ts'

export const now = new Date('2026-11-21T09:00:00Z')

export function after (seconds: number): Date {
  return new Date(now.getTime() + seconds * 1000)
}

/** The same id for the same seed. */
export function idOf<Kind extends IdKind> (kind: Kind, seed = 0) {
  return buildId(kind, new Uint8Array(20).fill(seed))
}

export const acme: Tenant = {
  id: idOf('tnt'),
  slug: 'acme',
  name: 'Acme',
  admission: 'invited',
  defaultRoles: ['reader'],
  ssoEntitled: true,
  enforcement: 'optional',
  homeUrl: null,
  fallbackLoginUrl: null,
  sessionIdleSeconds: null,
  sessionLifetimeSeconds: null
}

export const ada: Member = {
  id: idOf('mem'),
  tenantId: acme.id,
  email: 'ada@acme.test',
  name: 'Ada',
  roles: ['admin', 'reader'],
  status: 'active',
  externalId: null
}

type Door = Pick<Connection, 'id' | 'state' | 'pilotEmails' | 'endsOktaSession'>

export const door: Door = { id: idOf('con'), state: 'live', pilotEmails: [], endsOktaSession: false }

export const adaSession: LiveSession = {
  id: idOf('ses'),
  host: 'app.northwind.test',
  signIn: {
    id: idOf('sin'),
    tenantId: acme.id,
    connectionId: door.id,
    memberId: ada.id,
    authTime: now,
    amr: ['pwd'],
    acr: null,
    expiresAt: after(43200)
  },
  member: ada,
  tenant: acme,
  connection: door,
  createdAt: now,
  idleSeconds: 3600,
  lastSeenAt: now
}

export function northwindApp (app: Partial<App>): App {
  return {
    id: idOf('app'),
    slug: 'desk',
    name: 'Desk',
    audience: 'https://api.northwind.test',
    hosts: [],
    returnTo: [],
    homeUrl: null,
    tokenLifetimeSeconds: null,
    upstream: null,
    ...app
  }
}

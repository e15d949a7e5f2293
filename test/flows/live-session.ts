// A session as a door sees it, for the tests of the doors.
import type { App } from '../../src/tenant/app.ts'
import type { AppId } from '../../src/tenant/id.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
import { IssuedToken } from '../../src/token/issued-token.ts'
import { acme, acmeOkta, bob, now, signInOf } from '../contracts/cast.ts'

export function liveSession (change: Partial<LiveSession> = {}): LiveSession {
  const { session, signIn } = signInOf('bob')
  return {
    ...session,
    signIn: signIn.signIn,
    member: bob,
    tenant: acme,
    connection: { id: acmeOkta.id, state: 'live', pilotEmails: [], endsOktaSession: false },
    createdAt: now,
    lastSeenAt: now,
    ...change
  }
}

/** What was issued for a session, as far as a door is concerned: for any app, until the year 2027. */
export function tokenOf ({ member, tenant }: Pick<LiveSession, 'member' | 'tenant'>): IssuedToken {
  const claims = { iat: 1_800_000_000, exp: 1_800_000_300, sub: member.id, email: member.email, tenant: tenant.slug, roles: member.roles }
  return new IssuedToken('head.claims.signature', { app: { id: 'app-any', audience: 'any' }, claims, kid: 'key-one', ring: {} })
}

export const orders: App = {
  id: 'app-orders' as AppId,
  slug: 'orders',
  name: 'Orders',
  audience: 'https://orders.northwind.test',
  hosts: ['login.northwind.test'],
  returnTo: ['https://login.northwind.test/'],
  homeUrl: null,
  tokenLifetimeSeconds: null,
  upstream: null
}

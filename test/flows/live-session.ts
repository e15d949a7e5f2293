// A session as a door sees it, for the tests of the doors.
import type { App } from '../../src/tenant/app.ts'
import type { AppId } from '../../src/tenant/id.ts'
import type { LiveSession } from '../../src/tenant/sign-in.ts'
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

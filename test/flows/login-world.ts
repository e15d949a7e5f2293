// A whole login without network and tables: the two flows, the stores in memory, a fake Okta, and a browser that holds what it was given.
import { completeLogin, type Callback, type CompletedLogin, type CompleteLoginNeeds } from '../../src/flows/complete-login.ts'
import { startLogin, type LoginStart, type StartedLogin, type StartLoginNeeds } from '../../src/flows/start-login.ts'
import type { ConnectionId, TenantId } from '../../src/tenant/id.ts'
import type { Connection } from '../../src/tenant/connection.ts'
import type { Tenant } from '../../src/tenant/tenant.ts'
import { acme, acmeOkta, setTheScene } from '../contracts/cast.ts'
import { createMemoryStores } from '../world/doubles/memory-stores.ts'
import { createClock } from '../world/clock.ts'
import { createRandom } from '../world/randomness.ts'
import { createFakeOkta } from './fake-okta.ts'

export const publicUrl = 'https://login.northwind.test'

export interface Browser {
  readonly query: string
  readonly browserHolds: Callback['browserHolds']
  readonly started: StartedLogin
}

export type LoginWorld = Awaited<ReturnType<typeof openLoginWorld>>

export async function openLoginWorld () {
  const stores = createMemoryStores()
  await setTheScene(stores)
  const clock = createClock('2026-11-21T09:00:00.000Z')
  const okta = createFakeOkta(clock.now)
  const needs: StartLoginNeeds & CompleteLoginNeeds = {
    idp: okta.idp,
    attempts: stores.attempts,
    connections: stores.connections,
    identities: stores.identities,
    identityConflicts: stores.identityConflicts,
    mappedRoles: stores.mappedRoles,
    invitations: stores.invitations,
    events: stores.events,
    sessionLimits: { idleSeconds: 3600, lifetimeSeconds: 43_200 },
    publicUrl,
    now: clock.now,
    random: createRandom('flows')
  }
  let logins = 0

  const connectionOf = async (id: ConnectionId): Promise<{ tenant: Tenant, connection: Connection }> => {
    const door = await stores.doors.findByConnection(id)
    if (door === null) throw new Error(`no connection ${id}`)
    return door
  }

  return {
    stores,
    clock,
    okta,
    needs,

    async start (change: Partial<LoginStart> = {}, meddled: StartLoginNeeds = needs) {
      const door = await connectionOf(change.connection?.id ?? acmeOkta.id)
      return await startLogin(meddled)({ door: 'login', ...door, loginHint: null, returnTo: null, purpose: { kind: 'sign-in' }, hop: null, returnToDropped: false, reference: `login-${++logins}`, ...change })
    },

    /** The login begins and the person signs in at Okta; the browser is on its way back. */
    async begin (change: Partial<LoginStart> = {}): Promise<Browser> {
      const started = await this.start(change)
      if (started.kind !== 'started') throw started.error
      const { stateHash, nonce, verifier } = started.attempt
      return { started, query: okta.signIn(started.location), browserHolds: hash => hash === stateHash ? { nonce, verifier } : null }
    },

    async comeBack (browser: Pick<Browser, 'query' | 'browserHolds'>, change: Partial<Callback> = {}, meddled: CompleteLoginNeeds = needs): Promise<CompletedLogin> {
      const { query, browserHolds } = browser
      return await completeLogin(meddled)({ connectionId: acmeOkta.id, query, browserHolds, address: '192.0.2.7', reference: 'no-attempt', ...change })
    },

    /** Both ends of a login in one. */
    async login (change: Partial<LoginStart> = {}): Promise<CompletedLogin> {
      return await this.comeBack(await this.begin(change))
    },

    async changeTenant (changes: Partial<Omit<Tenant, 'id'>>, id: TenantId = acme.id) {
      await stores.tenants.change(id, changes, clock.now())
    },

    async story (reference: string) {
      const story = await stores.attempts.find(reference)
      if (story === null) throw new Error(`no story ${reference}`)
      return { ...story, stepNames: story.steps.map(step => step.name) }
    }
  }
}

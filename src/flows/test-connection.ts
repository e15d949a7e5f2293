// How does a customer's admin try a connection before anybody depends on it? By a login like any other, which can become no session.
import type { ConnectionOnFile } from '../tenant/connection.ts'
import { applyShadow } from '../tenant/shadow.ts'
import type { Tenant } from '../tenant/tenant.ts'
import type { EndedLogin } from './login-failure.ts'
import { startLogin, type StartedLogin, type StartLoginNeeds } from './start-login.ts'

export interface TestStart {
  readonly tenant: Tenant
  readonly connection: ConnectionOnFile
  readonly reference: string
}

export function startTest (needs: StartLoginNeeds) {
  const start = startLogin(needs)
  /** @returns where to send the browser, and what it must hold; or why the test cannot begin. */
  return async function ({ tenant, connection: { shadow, ...current }, reference }: TestStart): Promise<StartedLogin | EndedLogin> {
    // Where settings wait, they are what has to be tried; the others are tried by everybody all day.
    const connection = shadow === null ? current : applyShadow(current, shadow)
    const purpose = { kind: 'test' as const, ...(shadow === null ? {} : { shadow: shadow.edit }) }
    return await start({ door: 'setup', purpose, tenant, connection, reference, loginHint: null, returnTo: null, returnToDropped: false, hop: null })
  }
}

export type StartTest = ReturnType<typeof startTest>

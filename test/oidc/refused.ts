// With which code did this end? What a test compares when it expects a refusal or an outage.
import { Outage } from '../../src/outage.ts'
import { OidcRefusal } from '../../src/oidc/refusal.ts'

/** The code of the refusal or outage that `attempt` throws; `'accepted'` when it throws nothing. Anything else is thrown on. */
export function codeOf (attempt: () => unknown): string {
  try {
    attempt()
    return 'accepted'
  } catch (error) {
    return errorOf(error).code
  }
}

/** The refusal or outage that `attempt` throws. */
export function thrownBy (attempt: () => unknown): OidcRefusal | Outage {
  try {
    attempt()
  } catch (error) {
    return errorOf(error)
  }
  throw new Error('it was accepted')
}

function errorOf (error: unknown): OidcRefusal | Outage {
  if (error instanceof OidcRefusal || error instanceof Outage) return error
  throw error
}

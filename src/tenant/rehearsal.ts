// Who would this person be, if it were for real? Admission with nothing written, for the admin who tests a connection.
import { admit, type Admitted, type Arrival } from './admission.ts'
import { TenantRefusal, type TenantRefusalCode } from './refusal.ts'

export interface Rehearsal {
  /** Whom they would sign in as; null when they would not get in. */
  readonly would: Admitted | null
  /** What would keep them out; null when nothing would. */
  readonly obstacle: TenantRefusalCode | null
}

/**
 * Takes what a real sign-in would be decided on; returns the decision, a refusal too as a value: for a test it is the result and no
 * failure. Whether the connection is open to people yet is not asked.
 */
export function rehearse (arrival: Arrival): Rehearsal {
  try {
    return { would: admit(arrival), obstacle: null }
  } catch (error) {
    if (error instanceof TenantRefusal) return { would: null, obstacle: error.code }
    throw error
  }
}

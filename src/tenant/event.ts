// What is written down for good? Every change and every sign-in: who, what, when, from where; before and after without secrets.
import type { TenantId } from './id.ts'

/** Who does something, and from where. */
export interface By {
  readonly actor: string
  /** The address that the request came from, as the trusted proxies tell it. Null for the gateway's own chores. */
  readonly address: string | null
}

export const GATEHOUSE: By = { actor: 'gatehouse', address: null }

export interface AuditEvent {
  readonly type: string
  readonly tenantId: TenantId | null
  /** A member, a setup link, an API key, `operator`, or `gatehouse` itself. */
  readonly actor: string
  /** From where; personal data, kept as long as the event. */
  readonly address?: string | null
  /** The id of what it happened to. */
  readonly subject: string | null
  readonly reference?: string | null
  readonly details?: Readonly<Record<string, unknown>>
}

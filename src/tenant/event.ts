// What is written down for good? Every change and every sign-in: who, what, when; before and after without secrets.
import type { TenantId } from './id.ts'

export interface AuditEvent {
  readonly type: string
  readonly tenantId: TenantId | null
  /** A member id, `operator`, or `gatehouse` itself. */
  readonly actor: string
  /** The id of what it happened to. */
  readonly subject: string | null
  readonly reference?: string | null
  readonly details?: Readonly<Record<string, unknown>>
}

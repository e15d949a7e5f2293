// How long is an operator signed in to the pages? While the credential holds, half an hour without a click, eight hours in all.
import type { ApiKeyId } from './id.ts'

export interface OperatorSession {
  readonly idHash: string
  /** The key that it was opened with; null for the token of the environment. */
  readonly keyId: ApiKeyId | null
  /** What that token and this session come to together; null for a key. Who reads the table can try no token with it. */
  readonly tokenHash: string | null
  readonly createdAt: Date
  readonly lastSeenAt: Date
  /** The absolute end. */
  readonly expiresAt: Date
}

export const OPERATOR_IDLE_SECONDS = 1_800
export const OPERATOR_LIFETIME_SECONDS = 28_800

/** Whether the time is over, whatever the credential says. */
export function isOver ({ lastSeenAt, expiresAt }: Pick<OperatorSession, 'lastSeenAt' | 'expiresAt'>, now: Date): boolean {
  return expiresAt <= now || now.getTime() - lastSeenAt.getTime() >= OPERATOR_IDLE_SECONDS * 1000
}

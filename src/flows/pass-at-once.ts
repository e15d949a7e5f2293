// Who passes at once? Whose session and token are at hand, and where one look says yes. Everybody else's question is asked in full.
import { TenantRefusal } from '../tenant/refusal.ts'
import { checkConstraints } from '../tenant/access.ts'
import type { LiveSession, SessionKey } from '../tenant/sign-in.ts'
import type { IssuedToken } from '../token/issued-token.ts'
import { type AccessQuestion, lookAt, type OpenSessionNeeds } from './check-access.ts'
import type { TokenIssuer } from './issue-token.ts'

export interface PassAtOnceNeeds {
  readonly sessions: Pick<OpenSessionNeeds['sessions'], 'touch'> & {
    /** Null where it would have to be read. */
    atHand (key: SessionKey): LiveSession | null
  }
  readonly tokenAtHand: TokenIssuer['atHand']
  readonly now: () => Date
}

export interface Passed {
  readonly session: LiveSession
  readonly issued: IssuedToken
}

export interface QuickQuestion extends Omit<AccessQuestion, 'idHash' | 'bearer'> {
  /** Null when there was no cookie, or its signature was wrong. */
  readonly key: SessionKey | null
}

export type PassAtOnce = (question: QuickQuestion) => Passed | null

/** @returns what `checkAccess` would say of it, or null: then that has to be asked, which may say yes as well. Nothing is begun before a yes. */
export function passAtOnce ({ sessions, tokenAtHand, now }: PassAtOnceNeeds): PassAtOnce {
  return function ({ key, host, touch, app, constraints }) {
    const session = key === null ? null : sessions.atHand(key)
    if (key === null || session === null) return null
    const at = now()
    if (lookAt(session, host, at).kind !== 'open' || !meets(session, constraints)) return null
    const issued = tokenAtHand(session, app)
    if (issued === null) return null
    if (touch) sessions.touch(key.idHash, session, at)
    return { session, issued }
  }
}

function meets (session: LiveSession, constraints: AccessQuestion['constraints']): boolean {
  try {
    checkConstraints(session, constraints)
    return true
  } catch (error) {
    if (error instanceof TenantRefusal) return false
    throw error
  }
}

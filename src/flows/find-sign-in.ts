// Would this sign-in still open a door? For services that hold a token and want to know more than its expiry.
import { checkSession } from '../tenant/access.ts'
import { TenantRefusal, type TenantRefusalCode } from '../tenant/refusal.ts'
import type { LiveSession } from '../tenant/sign-in.ts'

export interface FindSignInNeeds {
  readonly sessions: {
    /** All sessions of a sign-in, by its id or that of one of them; the one that was used last comes first. */
    findAll (id: string): Promise<readonly LiveSession[]>
  }
  readonly now: () => Date
}

export type FoundSignIn =
  /** The sessions that would open; the one that was used last comes first. */
  | { readonly kind: 'open', readonly sessions: readonly [LiveSession, ...LiveSession[]] }
  /** There still, but no door would open to it: as it is now, since some of these reasons can be undone. */
  | { readonly kind: 'closed', readonly code: TenantRefusalCode }
  | { readonly kind: 'ended' }

export function findSignIn (needs: FindSignInNeeds) {
  return async function (id: string): Promise<FoundSignIn> {
    const now = needs.now()
    const looks = (await needs.sessions.findAll(id)).map(session => ({ session, code: reasonAgainst(session, now) }))
    const [first, ...rest] = looks.filter(({ code }) => code === null).map(({ session }) => session)
    if (first !== undefined) return { kind: 'open', sessions: [first, ...rest] }
    const code = looks[0]?.code ?? null
    return code === null ? { kind: 'ended' } : { kind: 'closed', code }
  }
}

function reasonAgainst (session: LiveSession, now: Date): TenantRefusalCode | null {
  try {
    checkSession(session, now)
    return null
  } catch (error) {
    if (error instanceof TenantRefusal) return error.code
    throw error
  }
}

// May somebody who is inside stay? Asked of WebSockets and streams, which have been let in long ago.
import type { OpenSession } from '../../flows/check-access.ts'
import { checkSession } from '../../tenant/access.ts'
import type { App } from '../../tenant/app.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import type { LiveSession } from '../../tenant/sign-in.ts'
import type { Line } from './open-lines.ts'
import type { Visit } from './visit.ts'

export interface StayNeeds {
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly openSession: OpenSession
  readonly signIns: {
    /** The latest session of a sign-in, from memory where possible. */
    find (signInId: string): LiveSession | null | Promise<LiveSession | null>
    /** The same, past any memory. */
    reload (signInId: string): Promise<LiveSession | null>
  }
  readonly now: () => Date
}

/** What a line stands on, and the question whether it still does. The answer is at hand while the session is in memory. */
export function mayStay (needs: StayNeeds, { app, host, idHash, session }: Visit): Pick<Line, 'grounds' | 'check'> {
  const served = (known: readonly App[]) => known.some(({ id, hosts, upstream }) => id === app.id && hosts.includes(host) && upstream === app.upstream)
  return {
    grounds: new Set([`session ${idHash ?? session.signIn.id}`, `member ${session.member.id}`, `tenant ${session.tenant.id}`, `connection ${session.connection.id}`, `app ${app.id}`]),
    check () {
      const known = needs.apps()
      const open = idHash === null ? isSignedIn(needs, session.signIn.id) : isOpen(needs, idHash, host)
      if (known instanceof Promise || open instanceof Promise) return Promise.all([known, open]).then(([list, still]) => served(list) && still)
      return served(known) && open
    }
  }
}

// Frames are no use: a page that keeps itself up to date all night must not keep its session alive.
function isOpen ({ openSession }: StayNeeds, idHash: string, host: string): boolean | Promise<boolean> {
  const opened = openSession({ idHash, host, touch: false })
  return opened instanceof Promise ? opened.then(({ kind }) => kind === 'open') : opened.kind === 'open'
}

// Who came with a token stays with the sign-in behind it. The token's own few minutes are for coming in.
function isSignedIn ({ signIns, now }: StayNeeds, signInId: string): boolean | Promise<boolean> {
  const lives = (session: LiveSession | null) => {
    if (session === null) return false
    try {
      checkSession(session, now())
      return true
    } catch (error) {
      if (error instanceof TenantRefusal) return false
      throw error
    }
  }
  // The browser may have been busy a moment ago, elsewhere.
  const judge = (session: LiveSession | null) => lives(session) || (session !== null && signIns.reload(signInId).then(lives))
  const found = signIns.find(signInId)
  return found instanceof Promise ? found.then(judge) : judge(found)
}

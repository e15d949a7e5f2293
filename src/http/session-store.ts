// What does @fastify/session ask of a store, and what do we let it have? Hashes go in; of a session only its existence comes out.
import type { SessionStore } from '@fastify/session'
import type { Session } from 'fastify'
import type { Ticket } from '../tenant/hop.ts'
import { TenantRefusal } from '../tenant/refusal.ts'
import type { LiveSession, NewSession, NewSignIn } from '../tenant/sign-in.ts'
import type { FreshSession } from './browser-session.ts'
import type { SessionCookies } from './session-cookie.ts'

export interface SessionStoreNeeds {
  readonly cookies: SessionCookies
  readonly sessions: {
    find (idHash: string): LiveSession | null | Promise<LiveSession | null>
    save (idHash: string, session: NewSession, signIn: NewSignIn): Promise<void>
    /** False when the sign-in has ended. */
    saveArrival (idHash: string, session: NewSession, ticket: Pick<Ticket, 'tenantId' | 'signInId'>): Promise<boolean>
    revoke (idHash: string): Promise<unknown>
    forget (idHash: string): void
  }
}

export function createSessionStore ({ cookies, sessions }: SessionStoreNeeds): SessionStore {
  const save = async (idHash: string, fresh: FreshSession): Promise<void> => {
    if (fresh.kind === 'sign-in') return await sessions.save(idHash, fresh.session, fresh.signIn)
    // Ended while the browser was on its way: nothing to arrive at.
    if (!await sessions.saveArrival(idHash, fresh.session, fresh.ticket)) throw new TenantRefusal('ticket-unknown')
  }
  const settle = (work: Promise<unknown>, done: (error?: unknown) => void) => { work.then(() => { done() }, done) }

  return {
    set (sessionId, session, callback) {
      const fresh = session.fresh
      // Only a sign-in is worth a row. Anything else that wants to be saved has nothing to say.
      if (fresh === undefined) return callback()
      settle(save(cookies.hash(sessionId), fresh.made), callback)
    },

    get (sessionId, callback) {
      const idHash = cookies.hash(sessionId)
      Promise.resolve(sessions.find(idHash)).then(
        // The rest of the session is looked up by its hash wherever it is needed, as it is then.
        live => { callback(null, live === null ? null : toStored(idHash)) },
        error => { callback(error) }
      )
    },

    destroy (sessionId, callback) {
      const idHash = cookies.hash(sessionId)
      settle(sessions.revoke(idHash).finally(() => { sessions.forget(idHash) }), callback)
    }
  }
}

// Without `expires`: the plugin would compare it with a clock of its own. When a session ends is asked at every door, by ours.
function toStored (idHash: string): Session {
  return { cookie: { originalMaxAge: null }, idHash } as Session
}

// How does a browser get its session, keep it and lose it? One of the two files that know @fastify/session.
import fastifySession from '@fastify/session'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Ticket } from '../tenant/hop.ts'
import type { NewSession, NewSignIn } from '../tenant/sign-in.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import { findCookie } from './cookie-header.ts'
import type { SessionCookies } from './session-cookie.ts'
import { createSessionStore, type SessionStoreNeeds } from './session-store.ts'

export type FreshSession =
  | { readonly kind: 'sign-in', readonly session: NewSession, readonly signIn: NewSignIn }
  | { readonly kind: 'arrival', readonly session: NewSession, readonly ticket: Pick<Ticket, 'tenantId' | 'signInId'> }

/** Removes one host's session and leaves its sign-in alone. */
export type DropSession = (idHash: string) => Promise<void>

declare module 'fastify' {
  interface Session {
    /** Hash of the id of a session that exists. Its absence means a visitor. */
    idHash?: string
    /** What is to be saved with this session: a sign-in, or one that arrives from the login host. */
    fresh?: Fresh
  }
}

/** What is on its way to the table. The plugin writes every session out as text to see whether it has changed; of this there is nothing to see. */
export class Fresh {
  readonly made: FreshSession

  constructor (made: FreshSession) {
    this.made = made
  }

  toJSON (): null {
    return null
  }
}

export interface BrowserSessionNeeds extends SessionStoreNeeds {
  readonly cookies: SessionCookies
  readonly scheme: CookieScheme
  readonly lifetimeSeconds: number
}

/** Registers sessions on a scope. Visitors get no cookie and no row. */
export async function browserSessions (app: FastifyInstance, needs: BrowserSessionNeeds): Promise<void> {
  app.addHook('onRequest', async ({ cookies, headers }) => {
    // Two readers of one header who disagree would be two opinions on who is signed in.
    if (findCookie(headers.cookie, needs.scheme.sessionName) === undefined) Reflect.deleteProperty(cookies, needs.scheme.sessionName)
  })
  await app.register(fastifySession, {
    secret: needs.cookies.signer,
    cookieName: needs.scheme.sessionName,
    store: createSessionStore(needs),
    rolling: false,
    saveUninitialized: false,
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: needs.scheme.secure, maxAge: needs.lifetimeSeconds * 1000 }
  })
}

/** Hash of the session that the request's cookie names, or null for a visitor. */
export function sessionHash (request: FastifyRequest): string | null {
  return request.session.idHash ?? null
}

/**
 * Gives the browser a new session. Whatever it held before on this host is gone, in the table too: an id that somebody else could have
 * planted in this browser never becomes a signed-in one.
 */
export async function saveSession (request: FastifyRequest, fresh: FreshSession, drop: DropSession): Promise<void> {
  const { idHash } = request.session
  if (idHash !== undefined) {
    // A new sign-in ends the old one everywhere. Arriving replaces the session of this host alone: the sign-in that arrives may be its own.
    if (fresh.kind === 'arrival') await drop(idHash)
    await request.session.regenerate()
  }
  request.session.set('fresh', new Fresh(fresh))
  try {
    await request.session.save()
  } catch (error) {
    // The plugin would try again while the failure is answered, and fail again, where nobody is left to put it into words.
    Reflect.deleteProperty(request.session, 'fresh')
    throw error
  }
}

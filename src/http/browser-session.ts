// How does a browser get its session, keep it and lose it? One of the two files that know @fastify/session.
import fastifySession from '@fastify/session'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { NewSession, NewSignIn } from '../tenant/sign-in.ts'
import type { CookieScheme } from './attempt-cookies.ts'
import type { SessionCookies } from './session-cookie.ts'
import { createSessionStore, type SessionStoreNeeds } from './session-store.ts'

declare module 'fastify' {
  interface Session {
    /** Hash of the id of a session that exists. Its absence means a visitor. */
    idHash?: string
    /** A sign-in that is to be saved with this session. */
    fresh?: { readonly session: NewSession, readonly signIn: NewSignIn }
  }
}

export interface BrowserSessionNeeds extends SessionStoreNeeds {
  readonly cookies: SessionCookies
  readonly scheme: CookieScheme
  readonly lifetimeSeconds: number
}

/** Registers sessions on a scope. Visitors get no cookie and no row. */
export async function browserSessions (app: FastifyInstance, needs: BrowserSessionNeeds): Promise<void> {
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
 * Gives the browser a new session for a sign-in. Whatever it held before is gone, in the table too: an id that somebody else could have
 * planted in this browser never becomes a signed-in one.
 */
export async function saveSignIn (request: FastifyRequest, session: NewSession, signIn: NewSignIn): Promise<void> {
  if (request.session.idHash !== undefined) await request.session.regenerate()
  request.session.set('fresh', { session, signIn })
  await request.session.save()
}

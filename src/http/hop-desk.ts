// How does a browser get from an app's own host to the login host and back, signed in? Out with a hash, back with a ticket.
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Carried, issueTicket } from '../flows/issue-ticket.ts'
import { hashOf } from '../oidc/hash.ts'
import { type App, normalizeHost, schemeOf } from '../tenant/app.ts'
import type { Hop } from '../tenant/hop.ts'
import { findReturnTo, type ReturnPlaces } from '../tenant/return-to.ts'
import type { AttemptCookies } from './attempt-cookies.ts'
import { paths } from './paths.ts'

export interface HopDeskNeeds {
  readonly publicUrl: string
  readonly plainLocalhost: boolean
  readonly apps: () => readonly App[] | Promise<readonly App[]>
  readonly attempts: AttemptCookies
  readonly issueTicket: ReturnType<typeof issueTicket>
  readonly now: () => Date
  readonly random: (bytes: number) => Uint8Array
}

/** What came with the visit to the app's own `/auth/login`, to be said again on the login host. */
export interface HopWish {
  readonly email: string | null
  readonly tenant: string | null
  readonly returnTo: string | null
}

export type HopDesk = ReturnType<typeof createHopDesk>

export function createHopDesk (needs: HopDeskNeeds) {
  const policy = { plainLocalhost: needs.plainLocalhost }
  const originAt = (host: string) => `${schemeOf(host, policy)}://${host}`
  const places = async (ownOrigin: string): Promise<ReturnPlaces> => ({ apps: await needs.apps(), ownOrigin, policy })

  return {
    /** The app whose own host the request came to; null on the login host, which may be an app's too. */
    async appHere (request: FastifyRequest): Promise<App | null> {
      const host = normalizeHost(request.host)
      if (host === null || host === new URL(needs.publicUrl).host) return null
      return (await needs.apps()).find(({ hosts }) => hosts.includes(host)) ?? null
    },

    /** On an app's own host: off to the login host. What proves this browser when it comes back stays here, in a cookie. */
    async depart (request: FastifyRequest, reply: FastifyReply, app: App, wish: HopWish): Promise<FastifyReply> {
      const origin = originAt(normalizeHost(request.host) ?? '')
      const judged = findReturnTo(wish.returnTo, await places(origin))
      const home = findReturnTo(app.homeUrl, await places(origin))
      const returnTo = [judged, home].find(found => found !== null && new URL(found.returnTo).origin === origin)?.returnTo ?? `${origin}/`
      const nonce = word(needs)
      needs.attempts.set(request, reply, { stateHash: hashOf(nonce), nonce, verifier: word(needs), startedAt: needs.now() })
      const login = new URL(paths.login, needs.publicUrl)
      login.search = new URLSearchParams({
        app: app.slug,
        return_to: returnTo,
        hop: hashOf(nonce),
        ...(wish.email === null ? {} : { login_hint: wish.email }),
        ...(wish.tenant === null ? {} : { tenant: wish.tenant })
      }).toString()
      return await reply.header('cache-control', 'no-store').redirect(login.href, 303)
    },

    /** On the login host: what an app's host asks for. Null where nothing is asked, or nothing that an app allows on a host of its own. */
    async readHop (browserHash: string | null, returnTo: string | null): Promise<Hop | null> {
      if (browserHash === null || !/^[A-Za-z0-9_-]{43}$/.test(browserHash)) return null
      const judged = findReturnTo(returnTo, await places(needs.publicUrl))
      if (judged === null) return null
      const host = normalizeHost(new URL(judged.returnTo).host)
      // Only to a host that the app itself lives on: a return address elsewhere gets the browser, and never a ticket.
      if (host === null || !judged.app.hosts.includes(host) || host === new URL(needs.publicUrl).host) return null
      return { host, browserHash, returnTo: judged.returnTo }
    },

    /** On the login host, signed in: to the app's host with a ticket. False, and nothing answered, when the sign-in has ended meanwhile. */
    async handOver (reply: FastifyReply, carried: Carried, hop: Hop): Promise<boolean> {
      const ticket = await needs.issueTicket(carried, hop)
      if (ticket === null) return false
      const arrival = new URL(paths.arrive, originAt(hop.host))
      arrival.searchParams.set('ticket', ticket)
      // The ticket is good for one try in one browser; it is kept out of the Referer and of caches all the same.
      await reply.header('cache-control', 'no-store').header('referrer-policy', 'no-referrer').redirect(arrival.href, 303)
      return true
    }
  }
}

function word ({ random }: HopDeskNeeds): string {
  return Buffer.from(random(32)).toString('base64url')
}

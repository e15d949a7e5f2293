// Signing out: asked first, then done everywhere here, and at Okta if the person wants that too.
import type { FastifyInstance, FastifyReply } from 'fastify'
import type { endSignIn } from '../../flows/end-sign-in.ts'
import { Secret } from '../../secret.ts'
import { sendPage } from '../answer-error.ts'
import { sessionHash } from '../browser-session.ts'
import { buildFormToken, checkCsrfProof } from '../guards/csrf-proof.ts'
import { refuseCrossSite } from '../guards/same-site.ts'
import type { LoginDesk } from '../login-desk.ts'
import { paths } from '../paths.ts'
import { everywhereField, signOutPage } from '../pages/sign-out.ts'
import { signedOutPage } from '../pages/signed-out.ts'
import type { SessionCookies } from '../session-cookie.ts'
import { readText, showsPages } from '../visitor.ts'

export interface LogoutNeeds {
  readonly desk: LoginDesk
  readonly endSignIn: ReturnType<typeof endSignIn>
  readonly cookies: SessionCookies
  readonly clearSessionCookie: (reply: FastifyReply) => void
}

export function logoutRoutes (app: FastifyInstance, { desk, endSignIn, cookies, clearSessionCookie }: LogoutNeeds): void {
  app.get(paths.logout, async (request, reply) => {
    const live = await desk.session(request)
    const idHash = sessionHash(request)
    if (live === null || idHash === null) return await sendPage(reply, signedOutPage({ ...desk.look, signInUrl: paths.login }), desk.formTargets)
    return await sendPage(reply, signOutPage({ ...desk.look, email: live.member.email, formToken: buildFormToken(cookies.signer, idHash), stayUrl: paths.login }))
  })

  app.post(paths.logout, { onRequest: refuseCrossSite }, async (request, reply) => {
    const idHash = sessionHash(request)
    // Nobody to sign out is what a second click finds; there is nothing to protect.
    if (idHash !== null) checkCsrfProof(request, cookies.signer, idHash)
    // A cookie that opens nothing any more may end its own sign-in, but reaches no further.
    const live = idHash === null ? null : await desk.session(request)
    const everywhere = readText(request.body, everywhereField, 5) === 'true' && live !== null
    const { okta } = idHash === null ? { okta: null } : await endSignIn(idHash, everywhere ? 'everywhere' : 'this-browser', request.ip)
    clearSessionCookie(reply)
    if (!showsPages(request)) return await reply.code(204).send()
    const offered = okta === null ? {} : { okta: { action: okta.url, fields: Object.fromEntries(Object.entries(okta.fields).map(([name, value]) => [name, value instanceof Secret ? value.reveal() : value])) } }
    return await sendPage(reply, signedOutPage({ ...desk.look, ...offered, everywhere, signInUrl: paths.login }), desk.formTargets)
  })

  // Where Okta sends the browser after its own session has ended. It proves nothing and changes nothing.
  app.get(paths.logoutDone, async (_request, reply) => await sendPage(reply, signedOutPage({ ...desk.look, signInUrl: paths.login }), desk.formTargets))
}

// The sign-in page, and the way on from it to the customer's Okta.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findEmail } from '../../tenant/email.ts'
import { TenantRefusal } from '../../tenant/refusal.ts'
import { refuseCrossSite } from '../guards/same-site.ts'
import type { Hop } from '../../tenant/hop.ts'
import type { HopDesk } from '../hop-desk.ts'
import type { LoginDesk } from '../login-desk.ts'
import { paths } from '../paths.ts'
import { signInPage } from '../pages/sign-in.ts'
import { sendPage } from '../answer-error.ts'
import { readText, showsPages } from '../visitor.ts'

/** What a visitor may say of themselves in a link or a form. */
interface Wish {
  readonly email: string | null
  readonly tenant: string | null
  readonly returnTo: string | null
  readonly app: string | null
  readonly hop: Hop | null
}

const unknownDomain = 'No company here signs in with that email domain. Check the spelling, or use your work address.'
const notAnEmail = 'That is not an email address. Write it as in you@company.com.'

export function loginRoutes (app: FastifyInstance, { desk, hops }: { readonly desk: LoginDesk, readonly hops: HopDesk }): void {
  app.get(paths.home, async (request, reply) => {
    // Whoever is signed in has been sent on from the sign-in page once; a home that is this very address must not become a circle.
    const live = await desk.session(request)
    return live === null ? await reply.redirect(paths.login, 303) : await desk.showSignedIn(request, reply, live)
  })

  app.get(paths.login, async (request, reply) => {
    const wish = await readWish(hops, request.query, 'login_hint')
    const here = await hops.appHere(request)
    if (here !== null && await desk.session(request) === null) return await hops.depart(request, reply, here, wish)
    const onward = await desk.findOnward(request, wish)
    if (onward !== null) return await onward(reply)
    if (wish.tenant === null && (wish.email === null || findEmail(wish.email) === null)) return await show(desk, reply, wish, null)
    return await leave(desk, request, reply, wish)
  })

  app.post(paths.login, { onRequest: refuseCrossSite }, async (request, reply) => {
    const wish = await readWish(hops, request.body, 'email')
    const typed = wish.email !== null && findEmail(wish.email) !== null
    if (!typed && !showsPages(request)) throw new TenantRefusal('email-malformed')
    if (!typed) return await show(desk, reply.code(400), wish, notAnEmail)
    return await leave(desk, request, reply, wish)
  })
}

async function leave (desk: LoginDesk, request: FastifyRequest, reply: FastifyReply, wish: Wish): Promise<FastifyReply> {
  const found = await desk.findDoor(wish)
  // The same sentence whatever stands before the @: the page tells which companies are here, never which people.
  if (found.kind === 'unknown') return await show(desk, reply, wish, wish.email === null ? null : unknownDomain)
  if (found.kind === 'closed') return await desk.answerClosed(request, reply, found, wish.email)
  return await desk.send(request, reply, { ...found, door: 'login', loginHint: wish.email, returnTo: wish.returnTo, app: wish.app, hop: wish.hop })
}

async function show (desk: LoginDesk, reply: FastifyReply, wish: Wish, error: string | null): Promise<FastifyReply> {
  const page = signInPage({
    ...desk.look,
    email: wish.email ?? undefined,
    returnTo: wish.returnTo ?? undefined,
    app: wish.app ?? undefined,
    hop: wish.hop?.browserHash,
    error: error ?? undefined
  })
  return await sendPage(reply, page, desk.formTargets)
}

async function readWish (hops: HopDesk, from: unknown, emailField: 'login_hint' | 'email'): Promise<Wish> {
  const returnTo = readText(from, 'return_to', 2048)
  return {
    email: readText(from, emailField, 254),
    tenant: readText(from, 'tenant', 63),
    returnTo,
    app: readText(from, 'app', 63),
    hop: await hops.readHop(readText(from, 'hop', 64), returnTo)
  }
}
